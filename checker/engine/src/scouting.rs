//! Looking ahead before a search begins again, so that it need not do so level by level.
//!
//! What was left out is wrong once a step is seen to do what none did before. The deepest states
//! show most of that, and a few runs on from there more of it, for little.
use crate::hashing::mix;
use crate::levels::BLOCK;
use crate::model::{Claim, Purpose};
use crate::search::{Run, Search};
use crate::step::NO_ERROR;
use crate::tabulator::Halt;

/// How many runs are taken, and how many steps each has at most.
const RUNS: usize = 64;
const STEPS: u64 = 256;

impl Search {
    /// Take a few runs on from the deepest states, where a search has come too far to be repeated.
    pub(crate) fn scout(&mut self, run: &mut Run) -> Result<(), Halt> {
        let frontier = self.standing.level.end.max(self.roots.first())..self.len();
        if self.len() < BLOCK {
            return Ok(());
        }
        let apart = frontier.len().div_ceil(RUNS).max(1);
        let starts: Vec<u64> = frontier.step_by(apart).map(|state| self.roots.get(state)).collect();
        for (number, root) in starts.into_iter().enumerate() {
            self.go_on(root, number as u64 * STEPS, run)?;
        }
        Ok(())
    }

    fn go_on(&mut self, mut root: u64, seed: u64, run: &mut Run) -> Result<(), Halt> {
        let mut targets = Vec::new();
        for step in 0..STEPS {
            if self.stopped.is_some() {
                return Ok(());
            }
            self.model.space.load(root, &mut self.mender.frame);
            targets.clear();
            for trie in 0..self.model.purposes.len() as u32 {
                match self.model.purposes[trie as usize] {
                    Purpose::Action => {
                        self.step(trie, run)?;
                        let moves = self.mender.stepper.moves.iter();
                        let moves = moves.filter(|step| step.error == NO_ERROR);
                        targets.extend(moves.map(|step| step.target).filter(|&to| to != root));
                    }
                    Purpose::Predicate(Claim::Always | Claim::Sometimes) => {
                        self.evaluate(trie, run)?;
                    }
                    _ => {}
                }
            }
            if targets.is_empty() {
                return Ok(());
            }
            root = targets[(mix(seed + step) % targets.len() as u64) as usize];
        }
        Ok(())
    }
}
