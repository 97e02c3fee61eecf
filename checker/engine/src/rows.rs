//! Interned rows: equal rows of words share one identifier.
use crate::hashing::fold;

/// Rows of a fixed width, numbered from 0 in the order in which they were first seen.
pub struct Rows {
    width: usize,
    words: Vec<u32>,
    /// Open addressing; an entry is 0 (empty) or a row's identifier plus one.
    index: Vec<u32>,
}

impl Rows {
    /// Make an empty table of rows of `width` words.
    pub fn new(width: usize) -> Self {
        assert!(width > 0);
        Rows { width, words: Vec::new(), index: vec![0; 64] }
    }

    /// The number of distinct rows.
    pub fn len(&self) -> usize {
        self.words.len() / self.width
    }

    /// The words of a row.
    #[inline]
    pub fn get(&self, identifier: u32) -> &[u32] {
        let start = identifier as usize * self.width;
        &self.words[start..start + self.width]
    }

    /// Find or add a row; cost O(width).
    pub fn intern(&mut self, row: &[u32]) -> u32 {
        assert_eq!(row.len(), self.width);
        let mask = self.index.len() - 1;
        let mut at = fold(row) as usize & mask;
        while self.index[at] != 0 {
            let found = self.index[at] - 1;
            if self.get(found) == row {
                return found;
            }
            at = (at + 1) & mask;
        }
        let identifier = u32::try_from(self.len()).expect("fewer than 2^32 rows");
        self.words.extend_from_slice(row);
        self.index[at] = identifier + 1;
        if self.len() * 2 > self.index.len() {
            self.grow();
        }
        identifier
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        (self.words.capacity() + self.index.capacity()) * 4
    }

    fn grow(&mut self) {
        let mut index = vec![0; self.index.len() * 2];
        let mask = index.len() - 1;
        for identifier in 0..self.len() as u32 {
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
    fn equal_rows_share_an_identifier_and_keep_it_through_growth() {
        let mut rows = Rows::new(3);
        let made: Vec<u32> = (0..1000).map(|i| rows.intern(&[i, i / 2, 7])).collect();
        assert_eq!(rows.len(), 1000);
        for i in 0..1000 {
            assert_eq!(rows.intern(&[i, i / 2, 7]), made[i as usize]);
            assert_eq!(rows.get(made[i as usize]), &[i, i / 2, 7]);
        }
    }
}
