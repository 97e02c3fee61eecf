//! How a state was reached: the steps of its ancestors, taken again.
use crate::ancestry::Origin;
use crate::fusing::fuse;
use crate::model::Purpose;
use crate::search::Search;
use crate::space::Frame;
use crate::step::{Move, NO_ERROR, Stepper};
use crate::tabulator::Content;
use crate::walk::Miss;
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
    /// The path on which a state was found, breadth first a shortest one; cost: its steps.
    pub fn path(&mut self, state: u32) -> Result<Path, String> {
        let mut origins = Vec::new();
        let child = self.ascend(state, |origin| origins.push(origin))?;
        let (root, start) = self.initials[child];
        let mut path = Path { start, steps: Vec::new(), root };
        let mut worker = Worker::default();
        worker.stepper.memo.fit([0, 0]);
        for origin in origins.into_iter().rev() {
            self.follow(&mut path, origin, &mut worker)?;
        }
        Ok(path)
    }

    /// The number of steps of the path to a state.
    pub fn path_length(&self, state: u32) -> Result<usize, String> {
        let mut steps = 0;
        self.ascend(state, |_| steps += 1)?;
        Ok(steps)
    }

    /// Go from a state back to the initial one that it was found from; give that.
    fn ascend(&self, state: u32, mut pass: impl FnMut(Origin)) -> Result<usize, String> {
        if state as usize >= self.len() {
            return Err(format!("there is no state {state}; {} were found", self.len()));
        }
        let mut child = state as usize;
        while let Some((parent, origin)) = self.ancestry.of(child) {
            pass(origin);
            child = parent;
        }
        Ok(child)
    }

    /// Each slot's content in a state; cost: the path to it.
    pub fn state(&mut self, state: u32) -> Result<Vec<Content>, String> {
        let mut frame = Frame::default();
        let root = self.path(state)?.root;
        self.model.space.load(root, &mut frame);
        Ok(self.model.space.contents(&frame.vector))
    }

    /// The first step of an action that may be taken that leads from a state to another.
    pub(crate) fn step_between(
        &mut self,
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
            self.step_as_known(&mut stepper, trie, &frame)?;
            let leads = |step: &&Move| step.error == NO_ERROR && step.target == target;
            if let Some(step) = stepper.moves.iter().find(leads) {
                return Ok((trie, stepper.ends.branches_of(step.end as usize).to_vec()));
            }
        }
        Err(format!("no step leads from state {parent} to state {child}"))
    }

    /// Take a step that was taken before; a search that was taken up fuses it anew.
    fn step_as_known(
        &mut self,
        stepper: &mut Stepper,
        trie: u32,
        frame: &Frame,
    ) -> Result<(), String> {
        while let Err(miss) = stepper.step(&self.model, trie, frame) {
            let filled = match miss {
                Miss::Tabulate(trie) => fuse(&mut self.model, trie, frame).is_ok(),
                _ => false,
            };
            if !filled {
                return Err(unknown());
            }
        }
        Ok(())
    }

    fn follow(
        &mut self,
        path: &mut Path,
        origin: Origin,
        worker: &mut Worker,
    ) -> Result<(), String> {
        let Worker { stepper, stand, .. } = worker;
        let mut frame = Frame::default();
        self.model.space.load(path.root, &mut frame);
        self.step_as_known(stepper, origin.trie, &frame)?;
        match stepper.moves.get(origin.outcome as usize) {
            Some(step) if step.error == NO_ERROR => {
                let branches = stepper.ends.branches_of(step.end as usize).to_vec();
                path.steps.push((origin.trie, branches));
                let standing = self.model.stand_for(step.target, stand);
                path.root = standing.map_err(|_| unknown())?;
                Ok(())
            }
            _ => Err(format!("trie {} does not repeat what it did", origin.trie)),
        }
    }
}

fn unknown() -> String {
    "a state is not reached by steps that are known".to_owned()
}
