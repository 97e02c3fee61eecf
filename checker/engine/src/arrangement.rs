//! Which slots should share a page: a search for the split with the fewest distinct pages.
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use crate::hashing::{WordHasher, mix};
use crate::layout::Layout;
use crate::search::Search;
use crate::space::Frame;

/// What a page costs beside its words: its masks and its places in the tables.
const OVERHEAD: usize = 8;
const ROUNDS_MAX: usize = 4;

/// A sample of states, and a split of their slots.
struct Split {
    /// For each slot, what it holds in each state of the sample, hashed.
    hashes: Vec<Vec<u64>>,
    page_of: Vec<u8>,
    /// For each page and state, the hashes of its slots added up.
    sums: [Vec<u64>; 2],
    counted: HashSet<u64, BuildHasherDefault<WordHasher>>,
}

/// Split slots between two pages so that the pages of a sample of states cost little.
///
/// `sample` holds, for each slot, its content in each state. Slots that change together end up
/// together, and independent ones apart: then both kinds of pages are few. Local search by moving
/// one slot at a time, from the even split of neighbours; cost O(rounds * slots * states).
pub fn arrange(sample: &[Vec<u32>]) -> Vec<u8> {
    let slots = sample.len();
    let even = (0..slots).map(|slot| u8::from(slot * 2 >= slots)).collect();
    let alternating = (0..slots).map(|slot| (slot % 2) as u8).collect();
    let found = [even, alternating].map(|start| Split::new(sample, start).improved());
    let [(one, one_cost), (other, other_cost)] = found;
    if one_cost <= other_cost { one } else { other }
}

impl Search {
    /// Lay the slots out by what was seen to change together.
    pub(crate) fn arrange(&mut self) {
        let slots = self.model.space.kinds.len();
        let mut sample = vec![Vec::new(); slots];
        let mut frame = Frame::default();
        let states = self.roots.first().max(self.len() / 2)..self.len();
        for state in states.step_by(2) {
            self.model.space.load(self.roots.get(state), &mut frame);
            for (slot, held) in sample.iter_mut().enumerate() {
                held.push(frame.vector[self.model.space.layout.position(slot as u32)]);
            }
        }
        self.lay_out(Layout::new(&arrange(&sample)));
    }
}

impl Split {
    fn new(sample: &[Vec<u32>], page_of: Vec<u8>) -> Self {
        let hash = |slot: usize| {
            let salt = mix(slot as u64 + 1);
            move |&held: &u32| mix(salt ^ u64::from(held))
        };
        let hashes: Vec<Vec<u64>> =
            (0..sample.len()).map(|slot| sample[slot].iter().map(hash(slot)).collect()).collect();
        let states = sample.first().map_or(0, Vec::len);
        let mut split = Split {
            hashes,
            page_of,
            sums: [vec![0; states], vec![0; states]],
            counted: HashSet::default(),
        };
        for slot in 0..sample.len() {
            split.add(slot);
        }
        split
    }

    fn improved(mut self) -> (Vec<u8>, usize) {
        let mut cost = self.cost();
        for _ in 0..ROUNDS_MAX {
            let before = cost;
            for slot in 0..self.page_of.len() {
                self.turn(slot);
                let turned = self.cost();
                if turned < cost {
                    cost = turned;
                } else {
                    self.turn(slot);
                }
            }
            if cost == before {
                break;
            }
        }
        (self.page_of, cost)
    }

    fn add(&mut self, slot: usize) {
        let sums = &mut self.sums[usize::from(self.page_of[slot])];
        for (sum, hash) in sums.iter_mut().zip(&self.hashes[slot]) {
            *sum = sum.wrapping_add(*hash);
        }
    }

    /// Move a slot to the other page.
    fn turn(&mut self, slot: usize) {
        let sums = &mut self.sums[usize::from(self.page_of[slot])];
        for (sum, hash) in sums.iter_mut().zip(&self.hashes[slot]) {
            *sum = sum.wrapping_sub(*hash);
        }
        self.page_of[slot] ^= 1;
        self.add(slot);
    }

    fn cost(&mut self) -> usize {
        let wide = self.page_of.iter().filter(|&&page| page == 1).count();
        let widths = [self.page_of.len() - wide, wide];
        let mut cost = 0;
        for (sums, width) in self.sums.iter().zip(widths) {
            self.counted.clear();
            self.counted.extend(sums);
            cost += self.counted.len() * (width + OVERHEAD);
        }
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_that_change_together_share_a_page_and_independent_ones_do_not() {
        // Slots 0 and 3 follow one counter, 1 and 2 another.
        let follow = |by: u32| {
            (0..32u32)
                .flat_map(move |one| (0..32).map(move |other| (one, other)))
                .map(move |(one, other)| if by == 0 { one } else { other })
        };
        let sample: Vec<Vec<u32>> =
            [0, 1, 1, 0].into_iter().map(|by| follow(by).collect()).collect();
        let page_of = arrange(&sample);
        assert_eq!((page_of[0], page_of[1]), (page_of[3], page_of[2]));
        assert_ne!(page_of[0], page_of[1]);
    }

    #[test]
    fn no_slots_and_no_states_are_no_trouble() {
        assert!(arrange(&[]).is_empty());
        assert_eq!(arrange(&[vec![], vec![]]).len(), 2);
    }
}
