//! An append-only array that never moves what it holds, so growth costs no copy and no spike.

const BITS: usize = 15;
const SIZE: usize = 1 << BITS;

/// Words in blocks of 2^15.
pub struct Chunks<T> {
    blocks: Vec<Vec<T>>,
    length: usize,
}

impl<T: Copy> Chunks<T> {
    /// Make an empty array.
    pub fn new() -> Self {
        Chunks { blocks: Vec::new(), length: 0 }
    }

    /// The number of items.
    #[inline]
    pub fn len(&self) -> usize {
        self.length
    }

    /// The item at an index below `len()`.
    #[inline]
    pub fn get(&self, index: usize) -> T {
        self.blocks[index >> BITS][index & (SIZE - 1)]
    }

    /// Replace the item at an index below `len()`.
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

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.blocks.len() * SIZE * size_of::<T>()
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
        items.set(70_000, 1);
        assert_eq!(items.len(), 100_000);
        assert_eq!((items.get(0), items.get(70_000), items.get(99_999)), (0, 1, 99_999));
    }
}
