//! Predicates: walked on every new state until they are decided.
use crate::findings::Finding;
use crate::limits::Stopped;
use crate::model::{Claim, Purpose};
use crate::search::{Run, Search};
use crate::step::learn;
use crate::tabulator::Halt;
use crate::tries::{DISABLED, Leaf};
use crate::walk::{Miss, Stop, descend};

impl Search {
    /// Walk the undecided predicates on a range of states, in order.
    pub(crate) fn check(
        &mut self,
        states: std::ops::Range<usize>,
        run: &mut Run,
    ) -> Result<(), Halt> {
        let mut identifiers = Vec::new();
        let mut nodes = Vec::new();
        for index in states {
            if self.undecided.iter().all(|&word| word == 0) {
                return Ok(());
            }
            let root = self.log.get(index);
            identifiers.resize(self.model.space.store.pages(), 0);
            nodes.resize(self.model.space.store.nodes(), 0);
            self.model.space.store.unfold(root, &mut identifiers, &mut nodes);
            let open = |(word, &undecided): (usize, &u64)| {
                undecided & self.model.space.store.open(&identifiers, word) != 0
            };
            if self.undecided.iter().enumerate().any(open) {
                self.check_state(index, run)?;
            }
            if index & 0x3FF == 0 {
                self.pulse(run)?;
            }
            if !matches!(self.stopped, None | Some(Stopped::States)) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn check_state(&mut self, index: usize, run: &mut Run) -> Result<(), Halt> {
        self.load(index);
        for word in 0..self.undecided.len() {
            let open = self.model.space.store.open(&self.frame.identifiers, word);
            let mut rest = self.undecided[word] & open;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                self.check_one(index, word as u32 * 64 + bit, run)?;
            }
        }
        Ok(())
    }

    fn check_one(&mut self, index: usize, trie: u32, run: &mut Run) -> Result<(), Halt> {
        let (leaf, truth, error) = self.evaluate(index, trie, run)?;
        let always = self.model.purposes[trie as usize] == Purpose::Predicate(Claim::Always);
        let state = index as u32;
        let finding = match error {
            Some(error) => Finding::PredicateError { trie, state, error },
            None if truth != always && always => Finding::Always { trie, state },
            None if truth != always => Finding::Sometimes { trie, state },
            None => {
                learn(&mut self.model, trie, leaf.pages, &self.frame);
                return Ok(());
            }
        };
        self.undecided[trie as usize / 64] &= !(1 << (trie % 64));
        self.findings.add(finding);
        Ok(())
    }

    /// Walk the terminal predicate on a state that no step leads out of.
    pub(crate) fn check_terminal(&mut self, index: usize, run: &mut Run) -> Result<(), Halt> {
        let Some(trie) = self.terminal else { return Ok(()) };
        let (_, truth, error) = self.evaluate(index, trie, run)?;
        let state = index as u32;
        match error {
            Some(error) => self.findings.add(Finding::PredicateError { trie, state, error }),
            None if truth => return Ok(()),
            None => self.findings.add(Finding::Deadlock { state }),
        }
        self.terminal = None;
        Ok(())
    }

    /// What a predicate says of the loaded state: its leaf, its truth, its error.
    pub(crate) fn evaluate(
        &mut self,
        index: usize,
        trie: u32,
        run: &mut Run,
    ) -> Result<(Leaf, bool, Option<u32>), Halt> {
        self.stepper.between = false;
        loop {
            let miss = match self.walk_predicate(trie) {
                Ok(leaf) if leaf.outcome == DISABLED => {
                    Miss::Invalid(format!("trie {trie} is a predicate and a run of it is disabled"))
                }
                Ok(leaf) => {
                    let ending = self.model.outcomes.ending(leaf.outcome);
                    return Ok((leaf, ending.truth, ending.error));
                }
                Err(miss) => miss,
            };
            self.fill(miss, run)?;
            self.load(index);
        }
    }

    fn walk_predicate(&self, trie: u32) -> Result<Leaf, Miss> {
        let (space, tries) = (&self.model.space, &self.model.tries);
        match descend(space, tries, trie, tries.root(trie), &self.frame)? {
            Stop::Leaf(leaf) => Ok(tries.leaf(leaf)),
            Stop::Fork(_) => Err(Miss::Invalid(format!("trie {trie} is a predicate and branches"))),
        }
    }
}
