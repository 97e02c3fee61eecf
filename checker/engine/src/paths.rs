//! How a state was reached: the steps of its ancestors, taken again.
use crate::ancestry::Origin;
use crate::model::Purpose;
use crate::search::Search;
use crate::space::Frame;
use crate::step::{Move, NO_ERROR, Stepper};
use crate::tabulator::Content;
use crate::worker::Worker;

/// An action and what it took where it branched.
pub type PathStep = (u32, Vec<u32>);

/// A run from an initial state.
pub struct Path {
    /// Which of the given initial states it starts from.
    pub start: u32,
    /// Its steps.
    pub steps: Vec<PathStep>,
    /// The root of the state that it leads to.
    pub root: u64,
}

impl Search {
    /// A shortest path to a state; cost: its steps.
    pub fn path(&self, state: u32) -> Result<Path, String> {
        if state as usize >= self.len() {
            return Err(format!("there is no state {state}; {} were found", self.len()));
        }
        let mut origins = Vec::new();
        let mut child = state as usize;
        while let Some((parent, origin)) = self.ancestry.of(child) {
            origins.push(origin);
            child = parent;
        }
        let (root, start) = self.initials[child];
        let mut path = Path { start, steps: Vec::new(), root };
        let mut worker = Worker::default();
        worker.stepper.memo.fit([0, 0]);
        for origin in origins.into_iter().rev() {
            self.follow(&mut path, origin, &mut worker)?;
        }
        Ok(path)
    }

    /// Each slot's content in a state; cost: the path to it.
    pub fn state(&self, state: u32) -> Result<Vec<Content>, String> {
        let mut frame = Frame::default();
        self.model.space.load(self.path(state)?.root, &mut frame);
        Ok(self.model.space.contents(&frame.vector))
    }

    /// The first step of an action that may be taken that leads from a state to another.
    pub(crate) fn step_between(
        &self,
        parent: u32,
        child: u32,
        may_be_taken: impl Fn(u32) -> bool,
    ) -> Result<PathStep, String> {
        let (source, target) = (self.roots.get(parent as usize), self.roots.get(child as usize));
        let mut frame = Frame::default();
        self.model.space.load(source, &mut frame);
        let mut stepper = Stepper::default();
        stepper.memo.fit([0, 0]);
        for trie in 0..self.model.purposes.len() as u32 {
            if self.model.purposes[trie as usize] != Purpose::Action || !may_be_taken(trie) {
                continue;
            }
            stepper
                .step(&self.model, trie, &frame)
                .map_err(|_| format!("state {child} is not reached by steps that are known"))?;
            let leads = |step: &&Move| step.error == NO_ERROR && step.target == target;
            if let Some(step) = stepper.moves.iter().find(leads) {
                return Ok((trie, stepper.ends.branches_of(step.end as usize).to_vec()));
            }
        }
        Err(format!("no step leads from state {parent} to state {child}"))
    }

    fn follow(&self, path: &mut Path, origin: Origin, worker: &mut Worker) -> Result<(), String> {
        let Worker { stepper, stand, .. } = worker;
        let mut frame = Frame::default();
        self.model.space.load(path.root, &mut frame);
        let unknown = |_| "a state is not reached by steps that are known".to_owned();
        stepper.step(&self.model, origin.trie, &frame).map_err(unknown)?;
        match stepper.moves.get(origin.outcome as usize) {
            Some(step) if step.error == NO_ERROR => {
                let branches = stepper.ends.branches_of(step.end as usize).to_vec();
                path.steps.push((origin.trie, branches));
                path.root = self.model.stand_for(step.target, stand).map_err(unknown)?;
                Ok(())
            }
            _ => Err(format!("trie {} does not repeat what it did", origin.trie)),
        }
    }
}
