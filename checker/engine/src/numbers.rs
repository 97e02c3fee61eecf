//! The numbers of roots: a table without deletions, which is looked up in batches.
use crate::graph::OUTSIDE;
use crate::hashing::mix;

/// A root and its number; the number is `OUTSIDE` where there is none.
type Slot = (u64, u32);

/// Where a look-up begins, and what is there: reading it early lets many reads go on at once.
#[derive(Clone, Copy)]
pub struct Approach(usize, Slot);

/// Roots with the numbers that they were added with.
pub struct Numbers {
    slots: Vec<Slot>,
}

impl Numbers {
    /// Number some roots, all of them different, from 0.
    pub fn new(roots: impl ExactSizeIterator<Item = u64>) -> Self {
        let size = (roots.len() + roots.len() / 2).next_power_of_two().max(2);
        let mut numbers = Numbers { slots: vec![(0, OUTSIDE); size] };
        for (number, root) in roots.enumerate() {
            let mut at = numbers.first(root);
            while numbers.slots[at].1 != OUTSIDE {
                at = (at + 1) & (size - 1);
            }
            numbers.slots[at] = (root, number as u32);
        }
        numbers
    }

    /// Begin to look a root up.
    #[inline]
    pub fn approach(&self, root: u64) -> Approach {
        let at = self.first(root);
        Approach(at, self.slots[at])
    }

    /// The number of a root, or `OUTSIDE`.
    #[inline]
    pub fn find(&self, root: u64, Approach(mut at, mut slot): Approach) -> u32 {
        while slot.1 != OUTSIDE && slot.0 != root {
            at = (at + 1) & (self.slots.len() - 1);
            slot = self.slots[at];
        }
        slot.1
    }

    fn first(&self, root: u64) -> usize {
        mix(root) as usize & (self.slots.len() - 1)
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.slots.len() * size_of::<Slot>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_have_their_numbers_and_others_have_none() {
        for count in [0, 1, 2, 3, 1000] {
            let numbers = Numbers::new(
                (0..count).map(|root: u64| root << 32).collect::<Vec<_>>().into_iter(),
            );
            let find = |root: u64| numbers.find(root, numbers.approach(root));
            assert!((0..count).all(|root| find(root << 32) == root as u32));
            assert_eq!((find(count << 32), find(u64::MAX)), (OUTSIDE, OUTSIDE));
        }
    }
}
