//! An append-only array that never moves what it holds, and can let go of its beginning.

use serde::{Deserialize, Serialize};

const BITS: usize = 13;
const SIZE: usize = 1 << BITS;

/// Items in blocks of 2^13.
#[derive(Serialize, Deserialize)]
pub struct Chunks<T> {
    blocks: Vec<Vec<T>>,
    length: usize,
    /// How many blocks were let go.
    gone: usize,
}

impl<T: Copy> Chunks<T> {
    /// Make an empty array.
    pub fn new() -> Self {
        Chunks { blocks: Vec::new(), length: 0, gone: 0 }
    }

    /// The number of items, those that were let go included.
    #[inline]
    pub fn len(&self) -> usize {
        self.length
    }

    /// The item at an index below `len()` that was not let go.
    #[inline]
    pub fn get(&self, index: usize) -> T {
        self.blocks[index >> BITS][index & (SIZE - 1)]
    }

    /// Replace the item at an index below `len()` that was not let go.
    pub fn set(&mut self, index: usize, item: T) {
        self.blocks[index >> BITS][index & (SIZE - 1)] = item;
    }

    /// Append an item.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.length & (SIZE - 1) == 0 {
            self.blocks.push(Vec::with_capacity(SIZE));
        }
        let last = self.length >> BITS;
        self.blocks[last].push(item);
        self.length += 1;
    }

    /// Let go of whole blocks of items before an index.
    pub fn forget(&mut self, before: usize) {
        while self.gone < before >> BITS {
            self.blocks[self.gone] = Vec::new();
            self.gone += 1;
        }
    }

    /// The first index whose item was not let go.
    pub fn first(&self) -> usize {
        self.gone << BITS
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        (self.blocks.len() - self.gone) * SIZE * size_of::<T>()
            + self.blocks.len() * size_of::<Vec<T>>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stay_where_they_were_put() {
        let mut items = Chunks::new();
        for item in 0..100_000u32 {
            items.push(item);
        }
        assert_eq!(items.len(), 100_000);
        assert_eq!((items.get(0), items.get(70_000), items.get(99_999)), (0, 70_000, 99_999));
    }

    #[test]
    fn what_was_let_go_takes_no_room_and_the_rest_stays() {
        let mut items = Chunks::new();
        for item in 0..100_000u32 {
            items.push(item);
        }
        let before = items.memory();
        items.forget(50_000);
        assert!(items.memory() < before * 6 / 10);
        assert!(items.first() <= 50_000 && items.first() > 40_000);
        assert_eq!((items.get(50_000), items.get(99_999)), (50_000, 99_999));
    }
}
