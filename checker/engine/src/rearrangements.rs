//! Symmetry held to every rearrangement of small states, tried one by one.
use std::collections::HashMap;

use crate::layout::Layout;
use crate::model::Model;
use crate::space::Space;
use crate::standing::Stand;
use crate::symmetry::{Declared, Sorter, Symmetry};
use crate::tabulator::{Content, SlotKind};

const MEMBERS: usize = 4;
/// What each member's own slot holds stays below this.
const VALUES: u32 = 3;

/// A slot for each member, and one more, which holds the number of a member.
fn kinds() -> Vec<SlotKind> {
    vec![SlotKind::Value; MEMBERS + 1]
}

fn exchanged(member: u32, first: usize) -> u32 {
    match member as usize {
        it if it == first => member + 1,
        it if it == first + 1 => member - 1,
        _ => member,
    }
}

fn declared() -> Declared {
    let own = |slot: usize| if slot < MEMBERS { vec![slot as u32] } else { Vec::new() };
    let role = |slot: usize| (0..MEMBERS).map(|member| u32::from(slot == member)).collect();
    let swap = |first: usize| (0..=MEMBERS as u32).map(|slot| exchanged(slot, first)).collect();
    let mut swaps: Vec<Vec<u32>> = (0..MEMBERS - 1).map(swap).collect();
    swaps.iter_mut().for_each(|swap| swap[MEMBERS] = MEMBERS as u32);
    let mut classes = vec![0; MEMBERS];
    classes.push(MEMBERS as u32);
    Declared {
        sizes: vec![MEMBERS],
        swaps,
        owners: (0..=MEMBERS).map(own).collect(),
        roles: (0..=MEMBERS).map(role).collect(),
        classes,
    }
}

fn symmetry() -> Symmetry {
    let mut symmetry = Symmetry::new(declared(), &kinds()).unwrap();
    for value in 0..VALUES {
        symmetry.mirrors.learn(0, value, Vec::new(), vec![value]).unwrap();
    }
    for member in 0..MEMBERS as u32 {
        let images = (0..MEMBERS - 1).map(|first| exchanged(member, first)).collect();
        let marks = (0..MEMBERS as u32).map(|it| u32::from(it == member)).collect();
        symmetry.mirrors.learn(MEMBERS as u32, member, images, marks).unwrap();
    }
    symmetry
}

fn space() -> Space {
    let mut space = Space::new(false);
    kinds().into_iter().for_each(|kind| space.add_slot(kind));
    space.lay_out(Layout::spread(MEMBERS + 1));
    space
}

fn states() -> impl Iterator<Item = Vec<u32>> {
    let all = VALUES.pow(MEMBERS as u32) * MEMBERS as u32;
    (0..all).map(|number| {
        let digit = |place: usize| number / VALUES.pow(place as u32) % VALUES;
        let last = number / VALUES.pow(MEMBERS as u32);
        (0..MEMBERS).map(digit).chain([last]).collect()
    })
}

fn after_exchange(state: &[u32], first: usize) -> Vec<u32> {
    let mut state = state.to_vec();
    state.swap(first, first + 1);
    state[MEMBERS] = exchanged(state[MEMBERS], first);
    state
}

/// The least of all states that exchanges make of one.
fn least(state: &[u32]) -> Vec<u32> {
    let mut found = vec![state.to_vec()];
    let mut next = 0;
    while next < found.len() {
        for first in 0..MEMBERS - 1 {
            let other = after_exchange(&found[next], first);
            if !found.contains(&other) {
                found.push(other);
            }
        }
        next += 1;
    }
    found.into_iter().min().unwrap()
}

#[test]
fn one_state_stands_for_those_that_are_rearrangements_of_it_and_for_no_others() {
    let (symmetry, space) = (symmetry(), space());
    let mut standing: HashMap<Vec<u32>, Vec<u32>> = HashMap::new();
    let mut sorter = Sorter::default();
    for state in states() {
        sorter.words.clone_from(&state);
        symmetry.sort(&space, &mut sorter).unwrap();
        assert_eq!(least(&sorter.words), least(&state));
        let known = standing.entry(least(&state)).or_insert_with(|| sorter.words.clone());
        assert_eq!(*known, sorter.words);
    }
}

#[test]
fn the_exchanges_that_are_told_lead_to_the_state_that_stands() {
    let (symmetry, space) = (symmetry(), space());
    let mut sorter = Sorter::default();
    for mut state in states() {
        sorter.words.clone_from(&state);
        symmetry.sort(&space, &mut sorter).unwrap();
        for &number in &sorter.trail {
            state = after_exchange(&state, number as usize);
        }
        assert_eq!(state, sorter.words);
    }
}

#[test]
fn a_declaration_that_does_not_fit_together_is_refused() {
    let spoil: [fn(&mut Declared); 7] = [
        |declared| declared.swaps.truncate(1),
        |declared| declared.owners.truncate(1),
        |declared| declared.roles.truncate(1),
        |declared| declared.roles[0].truncate(1),
        |declared| declared.owners[0] = vec![MEMBERS as u32],
        |declared| declared.swaps[0][0] = 2,
        |declared| declared.classes.truncate(1),
    ];
    for spoil in spoil {
        let mut spoilt = declared();
        spoil(&mut spoilt);
        let told = Symmetry::new(spoilt, &kinds()).err();
        assert!(told.is_some_and(|why| why.starts_with("a symmetry needs ")));
    }
}

fn model(symmetry: Option<Symmetry>) -> Model {
    let mut model = Model::new(false);
    for kind in kinds() {
        model.add_slot(kind);
    }
    model.symmetry = symmetry;
    model.lay_out(Layout::spread(MEMBERS + 1));
    model
}

fn contents(state: &[u32]) -> Vec<Content> {
    state.iter().map(|&word| Content::Value(word)).collect()
}

#[test]
fn a_state_stands_for_itself_where_nothing_is_symmetric() {
    let model = model(None);
    assert_eq!(model.stand_for(12345, &mut Stand::default()).unwrap(), 12345);
}

#[test]
fn the_root_that_stands_for_another_is_that_of_the_sorted_state_also_when_it_is_asked_again() {
    let mut model = model(Some(symmetry()));
    let mut stand = Stand::default();
    let mut by_least: HashMap<Vec<u32>, u64> = HashMap::new();
    for state in states().chain(states()) {
        model.space.store.reserve();
        let vector = model.vector(&contents(&state));
        let root = model.space.root(&vector).unwrap();
        model.space.store.reserve();
        let standing = model.stand_for(root, &mut stand).unwrap();
        assert_eq!(*by_least.entry(least(&state)).or_insert(standing), standing);
        assert_eq!(model.stand_for(standing, &mut stand).unwrap(), standing);
    }
}

#[test]
fn a_state_in_full_is_told_with_the_exchanges_and_one_of_unknown_values_is_refused() {
    let mut model = model(Some(symmetry()));
    let state = vec![2, 1, 0, 1, 0];
    let (standing, trail) = model.stand_for_contents(&contents(&state)).unwrap();
    let moved = trail.iter().fold(state, |state, &number| after_exchange(&state, number as usize));
    assert_eq!(standing, contents(&moved));
    assert!(model.stand_for_contents(&contents(&[0, 0, 0, VALUES, 0])).is_err());
    assert!(model.stand_for_contents(&contents(&[0; MEMBERS + 2])).is_err());
}
