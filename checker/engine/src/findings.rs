//! What an exploration found: the first of each kind.
use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// Error outcomes of more numbers than these are not told apart any more.
const ERROR_LIMIT: usize = 1000;

/// Something found, with the state where it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// An always predicate is false here.
    Always { trie: u32, state: u32 },
    /// A sometimes predicate is true here.
    Sometimes { trie: u32, state: u32 },
    /// A predicate raised here.
    PredicateError { trie: u32, state: u32, error: u32 },
    /// No step leads out of here, and the terminal predicate is false.
    Deadlock { state: u32 },
    /// A step from this state ended in an error.
    Error { state: u32, action: u32, branches: Vec<u32>, error: u32 },
}

impl Finding {
    /// The state where it was found.
    pub fn state(&self) -> u32 {
        match *self {
            Finding::Always { state, .. }
            | Finding::Sometimes { state, .. }
            | Finding::PredicateError { state, .. }
            | Finding::Deadlock { state }
            | Finding::Error { state, .. } => state,
        }
    }
}

/// All that was found, in order.
#[derive(Default, Serialize, Deserialize)]
pub struct Findings {
    /// In the order in which they were found.
    pub list: Vec<Finding>,
    /// Whether one of them is a violation.
    pub violated: bool,
    errors: HashSet<u32>,
}

impl Findings {
    /// Add a finding, unless it is an error of a number that was found before.
    pub fn add(&mut self, finding: Finding) {
        self.violated |= !matches!(finding, Finding::Sometimes { .. });
        if let Finding::Error { error, .. } = finding {
            if self.errors.len() >= ERROR_LIMIT || !self.errors.insert(error) {
                return;
            }
        }
        self.list.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_of_each_number_is_kept_up_to_the_limit() {
        let mut findings = Findings::default();
        for error in 0..2 * ERROR_LIMIT as u32 {
            let found = |state| Finding::Error { state, action: 0, branches: vec![], error };
            findings.add(found(error));
            findings.add(found(error + 1));
        }
        assert_eq!(findings.list.len(), ERROR_LIMIT);
        let first = Finding::Error { state: 0, action: 0, branches: vec![], error: 0 };
        assert_eq!(findings.list[0], first);
    }

    #[test]
    fn a_witness_is_no_violation() {
        let mut findings = Findings::default();
        findings.add(Finding::Sometimes { trie: 0, state: 0 });
        assert!(!findings.violated);
        findings.add(Finding::Deadlock { state: 0 });
        assert!(findings.violated);
    }
}
