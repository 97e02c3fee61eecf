//! How a state was reached: its parents, re-walked.
use crate::search::{NO_PARENT, Search};
use crate::space::Frame;
use crate::step::{NO_ERROR, Stepper};
use crate::tabulator::Content;

/// An action and what it took where it branched.
pub type PathStep = (u32, Vec<u32>);

impl Search {
    /// Which given initial state a shortest path to a state starts from, and its steps.
    pub fn path(&mut self, state: u32) -> Result<(u32, Vec<PathStep>), String> {
        self.expect_state(state)?;
        let mut steps = Vec::new();
        let mut child = state;
        loop {
            let parent = self.parents.get(child as usize);
            if parent == NO_PARENT {
                steps.reverse();
                return Ok((self.initials[child as usize], steps));
            }
            steps.push(self.step_between(parent, child, |_| true)?);
            child = parent;
        }
    }

    /// Each slot's content in a state.
    pub fn state(&self, state: u32) -> Result<Vec<Content>, String> {
        self.expect_state(state)?;
        let mut frame = Frame::default();
        self.model.space.load(self.log.get(state as usize), &mut frame);
        Ok(self.model.space.contents(&frame.vector))
    }

    fn expect_state(&self, state: u32) -> Result<(), String> {
        if (state as usize) < self.log.len() {
            return Ok(());
        }
        Err(format!("there is no state {state}; {} were found", self.log.len()))
    }

    /// The first step of an action that may be taken that leads from a state to another.
    pub(crate) fn step_between(
        &mut self,
        parent: u32,
        child: u32,
        may_be_taken: impl Fn(u32) -> bool,
    ) -> Result<PathStep, String> {
        let (source, target) = (self.log.get(parent as usize), self.log.get(child as usize));
        let mut frame = Frame::default();
        self.model.space.load(source, &mut frame);
        let mut stepper = Stepper::default();
        for trie in 0..self.model.purposes.len() as u32 {
            let is_action = self.model.actions[trie as usize / 64] >> (trie % 64) & 1 == 1;
            if !(is_action && may_be_taken(trie)) {
                continue;
            }
            stepper
                .step(&mut self.model, trie, &frame)
                .map_err(|_| format!("state {child} is not reached by steps that are known"))?;
            let leads = |step: &&crate::step::Move| step.error == NO_ERROR && step.target == target;
            if let Some(step) = stepper.moves.iter().find(leads) {
                return Ok((trie, stepper.ends.branches_of(step.end as usize).to_vec()));
            }
        }
        Err(format!("no step leads from state {parent} to state {child}"))
    }
}
