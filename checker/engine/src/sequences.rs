//! Interned sequences of elements: the contents of one queue, or of one bag when kept sorted.
use serde::{Deserialize, Serialize};

use crate::hashing::fold;

/// The sequences of one slot, numbered from 0, which is the empty one.
#[derive(Serialize, Deserialize)]
pub struct Sequences {
    elements: Vec<u32>,
    /// Sequence i holds `elements[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    /// The timestamps inside each sequence.
    stamps: Vec<u64>,
    /// Open addressing; an entry is 0 (empty) or an identifier plus one.
    index: Vec<u32>,
}

impl Sequences {
    /// Make a table that holds the empty sequence alone.
    pub fn new() -> Self {
        let mut table = Sequences {
            elements: Vec::new(),
            starts: vec![0],
            stamps: Vec::new(),
            index: vec![0; 64],
        };
        table.intern(&[], |_| 0);
        table
    }

    /// The elements of a sequence.
    #[inline]
    pub fn get(&self, identifier: u32) -> &[u32] {
        let at = identifier as usize;
        &self.elements[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The timestamps inside a sequence.
    pub fn stamps(&self, identifier: u32) -> u64 {
        self.stamps[identifier as usize]
    }

    /// Find a sequence.
    pub fn find(&self, sequence: &[u32]) -> Option<u32> {
        self.search(sequence).ok()
    }

    /// The identifier of a sequence, or where in the index it would stand.
    fn search(&self, sequence: &[u32]) -> Result<u32, usize> {
        let mask = self.index.len() - 1;
        let mut at = fold(sequence) as usize & mask;
        while self.index[at] != 0 {
            let found = self.index[at] - 1;
            if self.get(found) == sequence {
                return Ok(found);
            }
            at = (at + 1) & mask;
        }
        Err(at)
    }

    /// Find or add a sequence; `stamps_of` gives the timestamps of an element.
    pub fn intern(&mut self, sequence: &[u32], stamps_of: impl Fn(u32) -> u64) -> u32 {
        let at = match self.search(sequence) {
            Ok(found) => return found,
            Err(at) => at,
        };
        let identifier = self.stamps.len() as u32;
        self.elements.extend_from_slice(sequence);
        self.starts.push(u32::try_from(self.elements.len()).expect("fewer than 2^32 elements"));
        self.stamps.push(sequence.iter().fold(0, |mask, &element| mask | stamps_of(element)));
        self.index[at] = identifier + 1;
        if self.stamps.len() * 2 > self.index.len() {
            self.grow();
        }
        identifier
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let words = self.elements.capacity() + self.starts.capacity() + self.index.capacity();
        words * 4 + self.stamps.capacity() * 8
    }

    fn grow(&mut self) {
        let mut index = vec![0; self.index.len() * 2];
        let mask = index.len() - 1;
        for identifier in 0..self.stamps.len() as u32 {
            let mut at = fold(self.get(identifier)) as usize & mask;
            while index[at] != 0 {
                at = (at + 1) & mask;
            }
            index[at] = identifier + 1;
        }
        self.index = index;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_sequence_is_number_zero_and_the_rest_keep_their_numbers() {
        let mut table = Sequences::new();
        assert_eq!(table.intern(&[], |_| 0), 0);
        let made: Vec<u32> =
            (0..500).map(|i| table.intern(&[i, i + 1], |e| u64::from(e == 3) << 3)).collect();
        for i in 0..500 {
            assert_eq!(table.intern(&[i, i + 1], |_| 0), made[i as usize]);
            assert_eq!(table.get(made[i as usize]), &[i, i + 1]);
        }
        assert_eq!(table.stamps(made[3]), 8);
        assert_eq!(table.stamps(made[7]), 0);
    }

    #[test]
    fn order_and_repetition_make_another_sequence() {
        let mut table = Sequences::new();
        let made: Vec<u32> = [&[1, 2][..], &[2, 1], &[1, 1, 2], &[1, 2, 0], &[0]]
            .iter()
            .map(|elements| table.intern(elements, |_| 0))
            .collect();
        assert_eq!(made, [1, 2, 3, 4, 5]);
        assert!(table.get(0).is_empty());
        assert!(table.memory() > 0);
    }
}
