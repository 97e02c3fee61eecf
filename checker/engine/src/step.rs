//! One step: an action walked on a state, with all that follows, to its targets.
use crate::memo::Memo;
use crate::model::Model;
use crate::outcomes::NOTHING;
use crate::space::Frame;
use crate::store::root_of;
use crate::tries::DISABLED;
use crate::walk::{Ends, Miss, walk};

/// No error.
pub const NO_ERROR: u32 = u32::MAX;

/// One outcome of a step on a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// What updates make of pages.
    pub memo: Memo,
}

impl Stepper {
    /// Fill `moves` with the outcomes of an action on a state.
    #[inline]
    pub fn step(&mut self, model: &Model, trie: u32, frame: &Frame) -> Result<(), Miss> {
        self.moves.clear();
        walk(&model.space, &model.fused, trie, frame, &mut self.ends)?;
        for end in 0..self.ends.leaves.len() {
            let leaf = model.fused.leaf(self.ends.leaves[end].0);
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
    fn finish(&mut self, model: &Model, outcome: u32, frame: &Frame) -> Result<(u64, u32), Miss> {
        let plan = model.outcomes.plan(outcome);
        if plan.error != NO_ERROR {
            return Ok((0, plan.error));
        }
        let Model { space, outcomes, .. } = model;
        let mut pages = frame.pages;
        for (page, identifier) in pages.iter_mut().enumerate() {
            let update = plan.updates[page];
            if update != NOTHING {
                *identifier = self.memo.change(space, outcomes, page, *identifier, update)?;
            }
        }
        if space.stamped {
            space.renumber(&mut pages, &mut self.memo)?;
        }
        Ok((root_of(pages), NO_ERROR))
    }
}

/// Remember that one page alone settled a trie, if it was one page alone.
#[inline]
pub fn learn(model: &Model, trie: u32, pages: u8, frame: &Frame) {
    if pages.count_ones() <= 1 {
        let page = usize::from(pages == 0b10);
        model.space.store.close(page, frame.pages[page], trie);
    }
}
