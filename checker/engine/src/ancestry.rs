//! How each state was first reached, in little more than two bytes each.
//!
//! States are expanded in the order of their numbers, and numbered as they are discovered, so that
//! a row of bits tells every parent: a one for each child of a state, then a zero. Depth first they
//! are not, and every parent is listed, in four bytes more.
use serde::{Deserialize, Serialize};

use crate::chunks::Chunks;
use crate::hashing::FastMap;

/// Words of the row between two notes of how many ones came before.
const SPAN: usize = 8;
const LARGE: u16 = u16::MAX;

/// Which outcome of which step led to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The action's trie.
    pub trie: u32,
    /// Which of the step's outcomes, counted among those that are enabled.
    pub outcome: u32,
}

/// The parents and the origins of all states but the initial ones.
#[derive(Serialize, Deserialize)]
pub struct Ancestry {
    /// How many states have no parent.
    initial: usize,
    /// One more than the largest number of a trie.
    tries: u32,
    bits: Chunks<u64>,
    /// The last word of the row, not full yet.
    word: u64,
    filled: u32,
    /// The ones before each span of words.
    ones: Chunks<u64>,
    /// The parents, where no row tells them.
    listed: Option<Chunks<u32>>,
    codes: Chunks<u16>,
    /// The origins that a short code has no room for.
    large: FastMap<u64, Origin>,
}

impl Ancestry {
    /// Make the ancestry of so many initial states, with actions among so many tries.
    pub fn new(initial: usize, tries: u32) -> Self {
        Ancestry {
            initial,
            tries: tries.max(1),
            bits: Chunks::new(),
            word: 0,
            filled: 0,
            ones: Chunks::new(),
            listed: None,
            codes: Chunks::new(),
            large: FastMap::default(),
        }
    }

    /// Make one whose states are not expanded in the order of their numbers.
    pub fn listed(initial: usize, tries: u32) -> Self {
        Ancestry { listed: Some(Chunks::new()), ..Ancestry::new(initial, tries) }
    }

    /// Add a child of the state that is expanded now.
    #[inline]
    pub fn add(&mut self, origin: Origin) {
        let short = self.short(self.codes.len(), origin);
        self.codes.push(short);
        self.append(1);
    }

    /// Add a child of any state, where parents are listed.
    pub fn add_to(&mut self, parent: u32, origin: Origin) {
        let short = self.short(self.codes.len(), origin);
        self.codes.push(short);
        if let Some(parents) = &mut self.listed {
            parents.push(parent);
        }
    }

    /// Give a state another parent, where parents are listed.
    pub fn adopt(&mut self, state: usize, parent: u32, origin: Origin) {
        let Some(child) = state.checked_sub(self.initial) else { return };
        let short = self.short(child, origin);
        self.codes.set(child, short);
        if let Some(parents) = &mut self.listed {
            parents.set(child, parent);
        }
    }

    /// The short code of a child's origin, which is kept aside where there is no room for it.
    #[inline]
    fn short(&mut self, child: usize, origin: Origin) -> u16 {
        let code = u64::from(origin.outcome) * u64::from(self.tries) + u64::from(origin.trie);
        match u16::try_from(code) {
            Ok(short) if short != LARGE => short,
            _ => {
                self.large.insert(child as u64, origin);
                LARGE
            }
        }
    }

    /// Go on to the next state's children.
    #[inline]
    pub fn close(&mut self) {
        self.append(0);
    }

    #[inline]
    fn append(&mut self, bit: u64) {
        self.word |= bit << self.filled;
        self.filled += 1;
        if self.filled == 64 {
            if self.bits.len() % SPAN == 0 {
                let known = self.ones.len().checked_sub(1).map_or(0, |last| self.ones.get(last));
                let last = self.bits.len().saturating_sub(SPAN)..self.bits.len();
                let since: u32 = last.map(|at| self.bits.get(at).count_ones()).sum();
                self.ones.push(known + u64::from(since));
            }
            self.bits.push(self.word);
            (self.word, self.filled) = (0, 0);
        }
    }

    /// The parent of a state and how it led there; `None` for an initial one.
    pub fn of(&self, state: usize) -> Option<(usize, Origin)> {
        let child = state.checked_sub(self.initial)?;
        let short = self.codes.get(child);
        let origin = match short {
            LARGE => self.large[&(child as u64)],
            _ => {
                let code = u32::from(short);
                Origin { trie: code % self.tries, outcome: code / self.tries }
            }
        };
        let parent = match &self.listed {
            Some(parents) => parents.get(child) as usize,
            None => self.position(child as u64) - child,
        };
        Some((parent, origin))
    }

    /// Where in the row the one with this number stands.
    fn position(&self, one: u64) -> usize {
        let (mut low, mut high) = (0, self.ones.len());
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if self.ones.get(middle) <= one { low = middle } else { high = middle }
        }
        let mut left = one - if self.ones.len() == 0 { 0 } else { self.ones.get(low) };
        let mut at = low * SPAN;
        loop {
            let word = if at < self.bits.len() { self.bits.get(at) } else { self.word };
            let ones = u64::from(word.count_ones());
            if left < ones {
                return at * 64 + nth_one(word, left);
            }
            left -= ones;
            at += 1;
        }
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let parents = self.listed.as_ref().map_or(0, Chunks::memory);
        let rows = self.bits.memory() + self.ones.memory() + parents;
        rows + self.codes.memory() + self.large.capacity() * 18
    }
}

fn nth_one(mut word: u64, number: u64) -> usize {
    for _ in 0..number {
        word &= word - 1;
    }
    word.trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hashing::mix;

    #[test]
    fn every_child_finds_its_parent_and_its_origin() {
        let mut ancestry = Ancestry::new(2, 7);
        let mut expected = Vec::new();
        for parent in 0..30_000 {
            for child in 0..mix(parent) % 4 {
                let large = if parent % 100 == 0 { 60_000 } else { 0 };
                let origin = Origin { trie: (parent % 7) as u32, outcome: child as u32 + large };
                ancestry.add(origin);
                expected.push((parent as usize, origin));
            }
            ancestry.close();
        }
        assert_eq!((ancestry.of(0), ancestry.of(1)), (None, None));
        for (child, &found) in expected.iter().enumerate() {
            assert_eq!(ancestry.of(child + 2), Some(found));
        }
    }

    #[test]
    fn a_listed_parent_may_be_any_state_and_become_another() {
        let mut ancestry = Ancestry::listed(1, 7);
        let origin = |outcome| Origin { trie: 3, outcome };
        ancestry.add_to(0, origin(1));
        ancestry.add_to(1, origin(70_000));
        ancestry.add_to(0, origin(2));
        assert_eq!((ancestry.of(0), ancestry.of(2)), (None, Some((1, origin(70_000)))));
        ancestry.adopt(2, 3, origin(5));
        ancestry.adopt(3, 0, origin(80_000));
        assert_eq!(ancestry.of(2), Some((3, origin(5))));
        assert_eq!(ancestry.of(3), Some((0, origin(80_000))));
    }

    #[test]
    fn a_state_takes_less_than_three_bytes() {
        let mut ancestry = Ancestry::new(1, 40);
        for parent in 0..200_000 {
            ancestry.add(Origin { trie: parent % 40, outcome: 0 });
            ancestry.close();
        }
        assert!(ancestry.memory() < 200_000 * 3);
    }
}
