//! One step: an action walked on a state, its effects, its reactions, its targets.
use crate::model::Model;
use crate::space::Frame;
use crate::tries::DISABLED;
use crate::walk::{Ends, Miss, Stop, descend, walk};

/// No error.
pub const NO_ERROR: u32 = u32::MAX;

/// One outcome of a step on a state.
#[derive(Clone, Copy)]
pub struct Move {
    /// The state that it leads to; meaningless with an error.
    pub target: u64,
    /// The number of the error that ended it, or `NO_ERROR`.
    pub error: u32,
    /// Which end of the walk it is, for its branches.
    pub end: u32,
}

/// The working memory of steps.
#[derive(Default)]
pub struct Stepper {
    /// Where the walk of the action ended.
    pub ends: Ends,
    /// The outcomes that were enabled, in order.
    pub moves: Vec<Move>,
    /// The state between an action and a reaction.
    pub work: Frame,
    /// Whether the last miss was met on `work`.
    pub between: bool,
}

impl Stepper {
    /// Fill `moves` with the outcomes of an action on a state.
    #[inline]
    pub fn step(&mut self, model: &mut Model, trie: u32, frame: &Frame) -> Result<(), Miss> {
        self.moves.clear();
        self.between = false;
        walk(&model.space, &model.tries, trie, frame, &mut self.ends)?;
        for end in 0..self.ends.leaves.len() {
            let leaf = model.tries.leaf(self.ends.leaves[end].0);
            if leaf.outcome == DISABLED {
                if !leaf.forked {
                    learn(model, trie, leaf.pages, frame);
                }
                continue;
            }
            let (target, error) = self.finish(model, leaf.outcome, frame)?;
            self.moves.push(Move { target, error, end: end as u32 });
        }
        Ok(())
    }

    #[inline]
    fn finish(
        &mut self,
        model: &mut Model,
        outcome: u32,
        frame: &Frame,
    ) -> Result<(u64, u32), Miss> {
        let special = model.outcomes.special(outcome);
        if special {
            if let Some(error) = model.outcomes.ending(outcome).error {
                return Ok((0, error));
            }
        }
        self.work.identifiers.clone_from(&frame.identifiers);
        affect(model, outcome, &mut self.work.identifiers)?;
        if special {
            if let Some(error) = self.react(model, outcome)? {
                return Ok((0, error));
            }
        }
        if model.space.timed {
            self.between = true;
            model.space.renumber(&mut self.work.identifiers)?;
            self.between = false;
        }
        let store = &mut model.space.store;
        let target = store.root_near(&mut self.work.identifiers, &frame.identifiers, &frame.nodes);
        Ok((target, NO_ERROR))
    }

    fn react(&mut self, model: &mut Model, outcome: u32) -> Result<Option<u32>, Miss> {
        for at in 0..model.outcomes.ending(outcome).reactions.len() {
            let trie = model.outcomes.ending(outcome).reactions[at];
            model.space.spell_out(&mut self.work);
            self.between = true;
            let root = model.tries.root(trie);
            let leaf = match descend(&model.space, &model.tries, trie, root, &self.work)? {
                Stop::Leaf(leaf) => model.tries.leaf(leaf),
                Stop::Fork(_) => {
                    return Err(Miss::Invalid(format!("trie {trie} branches; no reaction may")));
                }
            };
            self.between = false;
            if leaf.outcome == DISABLED {
                continue;
            }
            let error = model.outcomes.ending(leaf.outcome).error;
            if error.is_some() {
                return Ok(error);
            }
            affect(model, leaf.outcome, &mut self.work.identifiers)?;
        }
        Ok(None)
    }
}

#[inline]
fn affect(model: &mut Model, outcome: u32, identifiers: &mut [u32]) -> Result<(), Miss> {
    let Model { space, outcomes, .. } = model;
    for change in outcomes.changes(outcome) {
        let place = &mut identifiers[change.page as usize];
        *place = space.change(outcomes, change.page, *place, change.update)?;
    }
    Ok(())
}

/// Remember that one page alone settled a trie, if it was one page alone.
#[inline]
pub fn learn(model: &mut Model, trie: u32, pages: u64, frame: &Frame) {
    if pages.count_ones() <= 1 {
        let page = (pages.trailing_zeros() as usize) & 63;
        let page = if pages == 0 { 0 } else { page };
        model.space.store.close(page, frame.identifiers[page], trie);
    }
}
