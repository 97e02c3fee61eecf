//! The numbers of roots: tables without deletions, which are looked up in batches.
use crate::graph::OUTSIDE;
use crate::hashing::mix;

/// A root and its number; the number is `OUTSIDE` where there is none.
type Slot = (u64, u32);

/// Where a look-up begins, and what is there: reading it early lets many reads go on at once.
#[derive(Clone, Copy)]
pub struct Approach {
    table: usize,
    at: usize,
    slot: Slot,
}

/// Roots with the numbers that they were added with, each in the one table where it belongs.
#[derive(Default)]
pub struct Numbers {
    tables: Vec<Table>,
}

/// The roots that belong to one of some tables.
#[derive(Default)]
pub struct Table {
    slots: Vec<Slot>,
}

/// The table, of so many, that a root belongs to by its hash. The lower half says where in it.
#[inline]
fn table_of(hash: u64, tables: usize) -> usize {
    (((hash >> 32) * tables as u64) >> 32) as usize
}

impl Table {
    /// Number some roots, all of them different, from 0, and keep those of one table of so many.
    pub fn new(roots: impl Iterator<Item = u64> + Clone, table: usize, tables: usize) -> Self {
        let belongs = |root: u64| table_of(mix(root), tables) == table;
        let count = if tables == 1 {
            roots.clone().count()
        } else {
            roots.clone().filter(|&root| belongs(root)).count()
        };
        let size = (count + count / 2).next_power_of_two().max(2);
        let mut made = Table { slots: vec![(0, OUTSIDE); size] };
        for (number, root) in roots.enumerate() {
            if belongs(root) {
                made.add(root, number as u32);
            }
        }
        made
    }

    fn add(&mut self, root: u64, number: u32) {
        let mut at = self.first(mix(root));
        while self.slots[at].1 != OUTSIDE {
            at = self.after(at);
        }
        self.slots[at] = (root, number);
    }

    #[inline]
    fn first(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }
}

impl Numbers {
    /// Put all tables together, in order.
    pub fn new(tables: Vec<Table>) -> Self {
        Numbers { tables }
    }

    /// Begin to look a root up.
    #[inline]
    pub fn approach(&self, root: u64) -> Approach {
        let hash = mix(root);
        let table = table_of(hash, self.tables.len());
        let at = self.tables[table].first(hash);
        Approach { table, at, slot: self.tables[table].slots[at] }
    }

    /// The number of a root, or `OUTSIDE`.
    #[inline]
    pub fn find(&self, root: u64, Approach { table, mut at, mut slot }: Approach) -> u32 {
        let table = &self.tables[table];
        while slot.1 != OUTSIDE && slot.0 != root {
            at = table.after(at);
            slot = table.slots[at];
        }
        slot.1
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.tables.iter().map(|table| table.slots.len() * size_of::<Slot>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_have_their_numbers_and_others_have_none_however_many_tables_there_are() {
        for (count, tables) in [(0, 1), (1, 1), (2, 2), (3, 5), (1000, 1), (1000, 3)] {
            let roots = (0..count).map(|root: u64| root << 32);
            let table = |table| Table::new(roots.clone(), table, tables);
            let numbers = Numbers::new((0..tables).map(table).collect());
            let find = |root: u64| numbers.find(root, numbers.approach(root));
            assert!((0..count).all(|root| find(root << 32) == root as u32));
            assert_eq!((find(count << 32), find(u64::MAX)), (OUTSIDE, OUTSIDE));
        }
    }
}
