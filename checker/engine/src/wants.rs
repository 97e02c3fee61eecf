//! What one run brings into a stubborn set.
use crate::bits::{is_within, join, keep};

const DOES: usize = 0;
const IDLES: usize = 1;
const HOLDS: usize = 2;
const ENDS: usize = 3;

/// Whether a run is a step of the state in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Steps {
    /// It is disabled.
    Never,
    /// It fails.
    Fails,
    /// It changes something.
    Always,
    /// It is one unless each of these slots holds this value.
    Unless(Vec<(u32, u32)>),
}

/// What one run brings into a stubborn set: rows of actions and predicates.
#[derive(Clone)]
pub struct Wants {
    /// Whether it is a step.
    pub steps: Steps,
    /// Four rows of so many words.
    rows: Vec<u64>,
    words: usize,
}

impl Wants {
    /// Make what brings in nobody.
    pub fn new(words: usize) -> Self {
        Wants { steps: Steps::Never, rows: vec![0; 4 * words], words }
    }

    fn row(&self, number: usize) -> &[u64] {
        &self.rows[number * self.words..][..self.words]
    }

    fn row_mut(&mut self, number: usize) -> &mut [u64] {
        &mut self.rows[number * self.words..][..self.words]
    }

    /// Where it is a step: those that may change what it looked at, so that it does something else,
    /// and those to which it makes a difference.
    #[inline]
    pub fn does(&self) -> &[u64] {
        self.row(DOES)
    }

    /// Where it is none: those that may change what it looked at, so that it is one, and those that
    /// set what it finds as it leaves it.
    #[inline]
    pub fn idles(&self) -> &[u64] {
        self.row(IDLES)
    }

    /// For a key: those that may disable it, where no other action is sure to be enabled then.
    #[inline]
    pub fn holds(&self) -> &[u64] {
        self.row(HOLDS)
    }

    /// Those after which its action is disabled, as long as it waits.
    #[inline]
    pub fn ends(&self) -> &[u64] {
        self.row(ENDS)
    }

    /// To be filled: who is in `does`.
    pub fn does_mut(&mut self) -> &mut [u64] {
        self.row_mut(DOES)
    }

    /// To be filled: who is in `idles`.
    pub fn idles_mut(&mut self) -> &mut [u64] {
        self.row_mut(IDLES)
    }

    /// To be filled: who is in `holds`.
    pub fn holds_mut(&mut self) -> &mut [u64] {
        self.row_mut(HOLDS)
    }

    /// To be filled: who is in `ends`.
    pub fn ends_mut(&mut self) -> &mut [u64] {
        self.row_mut(ENDS)
    }

    /// Whether what was chosen by these would be chosen by later ones, or more than that.
    pub fn covers(&self, later: &Wants) -> bool {
        let mut held = self.does().to_vec();
        keep(&mut held, self.idles());
        join(&mut held, self.holds());
        is_within(later.does(), self.does())
            && is_within(later.idles(), self.idles())
            && is_within(later.holds(), &held)
            && is_within(self.ends(), later.ends())
    }
}
