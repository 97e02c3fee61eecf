//! Footprints: what the steps of a model were seen to look at and to change.
//!
//! `checker/footprints.py` has the same in plain Python, and tells why nothing has to be foreseen.
use crate::bits::{add, keep, ones, words_for};
use crate::hashing::FastMap;
use crate::model::{Claim, Model, Purpose};
use crate::tabulator::{Effect, Operation, Read, ReadKind, SlotKind};
use crate::tries::{DISABLED, Leaf, Target, Tries};

/// More values than these that a slot is set to are not told apart.
const VALUES_MAX: usize = 8;

/// A run that was entered: of an action with its reactions, or of a predicate.
pub struct Note {
    /// The trie of the action or predicate.
    pub owner: u32,
    /// The number of its leaf, in the fused tries for an action.
    pub leaf: u32,
    /// What it looked at, in the state before.
    pub path: Vec<Read>,
}

/// What may be done to a slot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// A value is set.
    Set(u32),
    /// An element is put in.
    Put(u32),
    /// An element is taken out.
    Taken(u32),
    /// A moment is asked for; the clock is no slot.
    Stamped,
}

impl Touch {
    /// Its number among those of a model.
    pub fn number(self) -> usize {
        match self {
            Touch::Stamped => 0,
            Touch::Set(slot) => slot as usize * 3 + 1,
            Touch::Put(slot) => slot as usize * 3 + 2,
            Touch::Taken(slot) => slot as usize * 3 + 3,
        }
    }

    fn of(effect: &Effect) -> Touch {
        match effect.operation {
            Operation::Set => Touch::Set(effect.slot),
            Operation::Push | Operation::Add => Touch::Put(effect.slot),
            Operation::RemoveAt | Operation::Remove | Operation::Clear => Touch::Taken(effect.slot),
        }
    }
}

/// Words that hold a bit for each touch of a model.
pub fn words_of(model: &Model) -> usize {
    words_for(model.space.kinds.len() * 3 + 1)
}

/// What is known of one action or predicate; it only grows.
#[derive(Clone, PartialEq)]
pub struct Footprint {
    /// What it does.
    pub does: Vec<u64>,
    /// What others do that may make a difference to it.
    pub minds: Vec<u64>,
    /// The values that it sets a slot to; `None`: any.
    pub sets: FastMap<u32, Option<Vec<u32>>>,
    /// What each of its runs does.
    pub always: Option<Vec<u64>>,
}

impl Footprint {
    /// Make the footprint of what was never seen.
    pub fn new(words: usize) -> Self {
        let nothing = vec![0; words];
        Footprint { does: nothing.clone(), minds: nothing, sets: FastMap::default(), always: None }
    }

    /// Take in a run.
    pub fn learn(&mut self, model: &Model, note: &Note) {
        let run = Line::new(model, note);
        for at in 0..note.path.len() {
            self.mind(&run, at);
        }
        let Some(ending) = run.ending(model) else { return };
        if ending.is_empty() {
            return;
        }
        let changes = changes(&note.path, ending);
        let mut sets = vec![0; self.does.len()];
        for &(touch, value) in &changes {
            add(&mut self.does, touch.number());
            match touch {
                Touch::Set(slot) => {
                    add(&mut sets, touch.number());
                    self.note_value(model, slot, value);
                }
                Touch::Put(slot) if model.space.kinds[slot as usize] == SlotKind::Bag => continue,
                _ => {}
            }
            add(&mut self.minds, touch.number());
        }
        for effect in ending.iter().filter(|effect| effect.operation == Operation::Clear) {
            add(&mut self.minds, Touch::Put(effect.slot).number());
        }
        match &mut self.always {
            Some(always) => keep(always, &sets),
            none => *none = Some(sets),
        }
    }

    /// Mind of all slots of a family what is minded of one of them.
    pub fn widen(&mut self, families: &[u32]) {
        for touch in ones(&self.minds.clone()).filter(|&touch| touch > 0) {
            let family = families[(touch - 1) / 3];
            for (slot, _) in families.iter().enumerate().filter(|one| *one.1 == family) {
                add(&mut self.minds, slot * 3 + 1 + (touch - 1) % 3);
            }
        }
    }

    fn note_value(&mut self, model: &Model, slot: u32, value: u32) {
        let known = self.sets.entry(slot).or_insert_with(|| Some(Vec::new()));
        let Some(values) = known else { return };
        if !values.contains(&value) {
            values.push(value);
        }
        if model.space.stamps.of(slot, value) != 0 || values.len() > VALUES_MAX {
            *known = None;
        }
    }

    /// Mind what may change the answer to a look, where that may make a difference.
    ///
    /// It makes none where all answers that may change are known to end the run at once.
    fn mind(&mut self, run: &Line, at: usize) {
        let (model, read) = (run.model, &run.path[at]);
        let (slot, minds) = (read.a, &mut self.minds);
        let mut mind = |touch: Touch| add(minds, touch.number());
        match read.kind {
            ReadKind::Choice => {}
            ReadKind::Now => mind(Touch::Stamped),
            ReadKind::View => {
                let slots = &model.space.views[slot as usize].slots;
                slots.iter().for_each(|&slot| mind(Touch::Set(slot)));
            }
            ReadKind::Empty | ReadKind::Contains => {
                let gives_way = u32::from(read.kind == ReadKind::Empty);
                if !run.ends_quietly(at, gives_way) {
                    mind(Touch::Put(slot));
                }
                if !run.ends_quietly(at, 1 - gives_way) {
                    mind(Touch::Taken(slot));
                }
            }
            ReadKind::Element => {
                let is_there = |read: &Read| {
                    (read.kind, read.a, read.result) == (ReadKind::Empty, slot, Some(0))
                };
                if read.b != 0 || !run.path[..at].iter().any(is_there) {
                    mind(Touch::Put(slot));
                }
                mind(Touch::Taken(slot));
            }
            ReadKind::Each => mind(Touch::Taken(slot)),
            ReadKind::Value | ReadKind::Length => {
                mind(Touch::Set(slot));
                mind(Touch::Put(slot));
                mind(Touch::Taken(slot));
            }
        }
    }
}

/// A run on its way through its trie.
pub struct Line<'a> {
    /// The model.
    pub model: &'a Model,
    /// What it looked at.
    pub path: &'a [Read],
    owner: u32,
    leaf: Leaf,
    /// The number of each look in the trie.
    nodes: Vec<u32>,
}

impl<'a> Line<'a> {
    /// Find a run in its trie.
    pub fn new(model: &'a Model, note: &'a Note) -> Self {
        let tries = tries_of(model, note.owner);
        let mut reference = tries.root(note.owner);
        let mut nodes = Vec::with_capacity(note.path.len());
        for read in &note.path {
            let Target::Node(number) = tries.target(reference) else { break };
            nodes.push(number);
            let result = read.result.unwrap_or_default();
            reference = tries.child(number, tries.node(number), result);
        }
        let leaf = tries.leaf(note.leaf);
        Line { model, path: &note.path, owner: note.owner, leaf, nodes }
    }

    /// Whether another answer to a look is known to end the run there and then, without effect.
    pub fn ends_quietly(&self, at: usize, answer: u32) -> bool {
        let tries = tries_of(self.model, self.owner);
        let number = self.nodes[at];
        match tries.target(tries.child(number, tries.node(number), answer)) {
            Target::Leaf(leaf) => is_quiet(self.model, self.owner, tries.leaf(leaf)),
            _ => false,
        }
    }

    /// What the run does; `None` where it does nothing because it fails or is disabled.
    pub fn ending(&self, model: &'a Model) -> Option<&'a [Effect]> {
        if self.leaf.outcome == DISABLED {
            return None;
        }
        let ending = model.outcomes.ending(self.leaf.outcome);
        ending.error.is_none().then_some(&ending.effects[..])
    }

    /// Whether it fails.
    pub fn fails(&self) -> bool {
        self.leaf.outcome != DISABLED
            && self.model.outcomes.ending(self.leaf.outcome).error.is_some()
    }
}

fn tries_of(model: &Model, owner: u32) -> &Tries {
    match model.purposes[owner as usize] {
        Purpose::Action => &model.fused,
        _ => &model.tries,
    }
}

/// Whether an action is disabled, or a predicate decides nothing.
fn is_quiet(model: &Model, owner: u32, leaf: Leaf) -> bool {
    if leaf.outcome == DISABLED {
        return true;
    }
    let ending = model.outcomes.ending(leaf.outcome);
    match model.purposes[owner as usize] {
        Purpose::Predicate(claim) => {
            ending.error.is_none() && ending.truth == (claim == Claim::Always)
        }
        _ => false,
    }
}

/// What a run does to the state, with the value that it sets a slot to.
///
/// A slot that the run found as it leaves it is not changed.
pub fn changes(path: &[Read], effects: &[Effect]) -> Vec<(Touch, u32)> {
    let mut done: Vec<(Touch, u32)> = Vec::new();
    for effect in effects {
        let touch = Touch::of(effect);
        done.retain(|known| known.0 != touch);
        done.push((touch, effect.argument));
    }
    for read in path {
        match read.kind {
            ReadKind::Value => {
                done.retain(|&(touch, value)| {
                    touch != Touch::Set(read.a) || Some(value) != read.result
                });
            }
            ReadKind::Now => done.push((Touch::Stamped, 0)),
            _ => {}
        }
    }
    done
}
