//! What steps looked at and how they ended, for walking without remembering states.
use std::sync::Arc;

use crate::hashing::FastMap;
use crate::tabulator::{Ending, ReadKind, Run};

const LEAF: u32 = 1 << 31;

/// A read, and where its results lead.
pub struct Decision {
    /// What kind of read.
    pub kind: ReadKind,
    /// The slot, the view or the number of alternatives.
    pub a: u32,
    /// The index or the element.
    pub b: u32,
    children: FastMap<u32, u32>,
}

/// Where a walk stands.
pub enum At<'a> {
    /// Before a read.
    Read(&'a Decision),
    /// At an end; None: disabled.
    End(Option<&'a Arc<Ending>>),
    /// Where nobody was yet.
    Nowhere,
}

/// The decisions of all steps and predicates.
#[derive(Default)]
pub struct Decisions {
    roots: Vec<u32>,
    /// The first stands for nothing.
    reads: Vec<Decision>,
    ends: Vec<Option<Arc<Ending>>>,
}

impl Decisions {
    /// Make those of so many tries, all empty.
    pub fn new(tries: usize) -> Self {
        let nothing = Decision { kind: ReadKind::Now, a: 0, b: 0, children: FastMap::default() };
        Decisions { roots: vec![0; tries], reads: vec![nothing], ends: Vec::new() }
    }

    /// Add an empty trie.
    pub fn add(&mut self) {
        self.roots.push(0);
    }

    /// The root of a trie.
    pub fn root(&self, trie: u32) -> Result<u32, String> {
        let root = self.roots.get(trie as usize).copied();
        root.ok_or_else(|| format!("there is no trie {trie}"))
    }

    /// What a reference stands for.
    #[inline]
    pub fn at(&self, reference: u32) -> At<'_> {
        match reference {
            0 => At::Nowhere,
            _ if reference & LEAF != 0 => At::End(self.ends[(reference & !LEAF) as usize].as_ref()),
            _ => At::Read(&self.reads[reference as usize]),
        }
    }

    /// Where a result leads.
    #[inline]
    pub fn child(&self, decision: &Decision, result: u32) -> u32 {
        decision.children.get(&result).copied().unwrap_or(0)
    }

    /// Take in a run; true if something of it is new, an error if it contradicts another.
    pub fn insert(&mut self, trie: u32, run: Run) -> Result<bool, String> {
        let mut from: Option<(u32, u32)> = None;
        let mut reference = self.root(trie)?;
        let mut fresh = false;
        for read in &run.path {
            if reference == 0 {
                fresh = true;
                reference = self.reads.len() as u32;
                let children = FastMap::default();
                self.reads.push(Decision { kind: read.kind, a: read.a, b: read.b, children });
                self.link(trie, from, reference);
            }
            let found = self.reads.get(reference as usize).filter(|_| reference & LEAF == 0);
            match found {
                Some(found) if (found.kind, found.a, found.b) == (read.kind, read.a, read.b) => {}
                _ => return Err(impure(trie, "two runs read different things at the same point")),
            }
            let Some(result) = read.result else { return Ok(fresh) };
            from = Some((reference, result));
            reference = self.child(&self.reads[reference as usize], result);
        }
        if reference == 0 {
            reference = self.ends.len() as u32 | LEAF;
            self.ends.push(run.ending.map(Arc::new));
            self.link(trie, from, reference);
            return Ok(true);
        }
        match self.at(reference) {
            At::End(ending) if ending.map(Arc::as_ref) == run.ending.as_ref() => Ok(fresh),
            _ => Err(impure(trie, "the same reads ended in two ways")),
        }
    }

    fn link(&mut self, trie: u32, from: Option<(u32, u32)>, to: u32) {
        match from {
            None => self.roots[trie as usize] = to,
            Some((read, result)) => {
                self.reads[read as usize].children.insert(result, to);
            }
        }
    }
}

/// The message for runs that cannot be of one pure step.
pub fn impure(trie: u32, why: &str) -> String {
    format!("impure: trie {trie}: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tabulator::Read;

    fn run(results: &[u32], truth: bool) -> Run {
        let read = |&result: &u32| Read { kind: ReadKind::Value, a: 0, b: 0, result: Some(result) };
        let ending = Ending { effects: Vec::new(), reactions: Vec::new(), error: None, truth };
        Run { path: results.iter().map(read).collect(), ending: Some(ending) }
    }

    #[test]
    fn a_run_is_new_once_and_one_that_contradicts_it_is_refused() {
        let mut decisions = Decisions::new(1);
        assert_eq!(decisions.insert(0, run(&[1, 2], true)), Ok(true));
        assert_eq!(decisions.insert(0, run(&[1, 2], true)), Ok(false));
        assert!(
            decisions.insert(0, run(&[1, 2], false)).unwrap_err().starts_with("impure: trie 0")
        );
        assert!(decisions.insert(0, run(&[1], true)).is_err());
        assert!(decisions.insert(1, run(&[1], true)).is_err());
    }
}
