//! Interned states: pages of slots, paired in a tree whose root is one 64-bit word.
use crate::layout::PAGE;
use crate::rows::Rows;

/// The pages at one place of the state vector.
struct Table {
    rows: Rows,
    /// The timestamps inside each page.
    live: Vec<u64>,
    /// For each page and trie, one bit: 0 once this page alone is known to disable it.
    open: Vec<u64>,
}

/// All pages and all inner nodes of the tree.
pub struct Store {
    tables: Vec<Table>,
    /// Level by level from the pages up; the last level's two nodes make a root.
    pairs: Vec<Vec<Rows>>,
    /// Words of `open` a page.
    words: usize,
}

impl Store {
    /// Make an empty store for vectors of a number of pages, a power of two.
    pub fn new(pages: usize, words: usize) -> Self {
        assert!(pages.is_power_of_two() && pages >= 2);
        let table = |_| Table { rows: Rows::new(PAGE), live: Vec::new(), open: Vec::new() };
        let mut pairs = Vec::new();
        let mut width = pages / 2;
        while width >= 2 {
            pairs.push((0..width).map(|_| Rows::new(2)).collect());
            width /= 2;
        }
        Store { tables: (0..pages).map(table).collect(), pairs, words }
    }

    /// The number of pages of a vector.
    #[inline]
    pub fn pages(&self) -> usize {
        self.tables.len()
    }

    /// Words of the mask of open tries.
    pub fn words(&self) -> usize {
        self.words
    }

    /// The content of a page.
    #[inline]
    pub fn page(&self, page: usize, identifier: u32) -> &[u32] {
        self.tables[page].rows.get(identifier)
    }

    /// The timestamps inside a page.
    #[inline]
    pub fn live(&self, page: usize, identifier: u32) -> u64 {
        self.tables[page].live[identifier as usize]
    }

    /// Find or add a page; `live_of` is asked for a new one.
    pub fn intern(&mut self, page: usize, row: &[u32], live_of: impl Fn() -> u64) -> u32 {
        let table = &mut self.tables[page];
        let identifier = table.rows.intern(row);
        if identifier as usize == table.live.len() {
            table.live.push(live_of());
            table.open.resize(table.open.len() + self.words, u64::MAX);
        }
        identifier
    }

    /// The tries (64 of them from 64 * `word`) that no page of the state is known to disable.
    #[inline]
    pub fn open(&self, identifiers: &[u32], word: usize) -> u64 {
        let mut open = u64::MAX;
        for (table, &identifier) in self.tables.iter().zip(identifiers) {
            open &= table.open[identifier as usize * self.words + word];
        }
        open
    }

    /// Remember that a page alone disables a trie (or settles a predicate).
    pub fn close(&mut self, page: usize, identifier: u32, trie: u32) {
        let (word, bit) = (trie as usize / 64, trie % 64);
        self.tables[page].open[identifier as usize * self.words + word] &= !(1 << bit);
    }

    /// Make room for the masks of more tries; what was learnt is learnt again.
    pub fn widen(&mut self, words: usize) {
        self.words = words;
        for table in &mut self.tables {
            table.open = vec![u64::MAX; table.rows.len() * words];
        }
    }

    /// The root of a vector of pages; `identifiers` is overwritten when there are more than two.
    #[inline]
    pub fn root(&mut self, identifiers: &mut [u32]) -> u64 {
        let mut count = identifiers.len();
        for level in &mut self.pairs {
            for (node, table) in level.iter_mut().enumerate() {
                identifiers[node] =
                    table.intern(&[identifiers[2 * node], identifiers[2 * node + 1]]);
            }
            count /= 2;
        }
        assert_eq!(count, 2);
        u64::from(identifiers[0]) << 32 | u64::from(identifiers[1])
    }

    /// The same for a vector that differs in few pages from one whose nodes are known.
    #[inline]
    pub fn root_near(&mut self, identifiers: &mut [u32], near: &[u32], nodes: &[u32]) -> u64 {
        let mut below = near;
        let mut above = nodes;
        for level in &mut self.pairs {
            for (node, table) in level.iter_mut().enumerate() {
                let pair = [identifiers[2 * node], identifiers[2 * node + 1]];
                let is_same = pair == below[2 * node..2 * node + 2];
                identifiers[node] = if is_same { above[node] } else { table.intern(&pair) };
            }
            (below, above) = above.split_at(level.len());
        }
        u64::from(identifiers[0]) << 32 | u64::from(identifiers[1])
    }

    /// The number of inner nodes of a vector, its root not counted.
    pub fn nodes(&self) -> usize {
        self.pages() - 2
    }

    /// The pages of a root, and its inner nodes, level by level from the pages up.
    #[inline]
    pub fn unfold(&self, root: u64, identifiers: &mut [u32], nodes: &mut [u32]) {
        let halves = [(root >> 32) as u32, root as u32];
        let Some(top) = nodes.len().checked_sub(2) else {
            identifiers.copy_from_slice(&halves);
            return;
        };
        nodes[top..].copy_from_slice(&halves);
        let mut start = top;
        for (depth, level) in self.pairs.iter().enumerate().rev() {
            let (below, above) = nodes.split_at_mut(start);
            let children = match depth {
                0 => &mut *identifiers,
                _ => &mut below[start - 2 * level.len()..],
            };
            for (node, table) in level.iter().enumerate() {
                children[2 * node..2 * node + 2].copy_from_slice(table.get(above[node]));
            }
            start = start.saturating_sub(2 * level.len());
        }
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let pairs: usize = self.pairs.iter().flatten().map(Rows::memory).sum();
        let table = |table: &Table| {
            table.rows.memory() + (table.live.capacity() + table.open.capacity()) * 8
        };
        pairs + self.tables.iter().map(table).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_unfolds_to_the_pages_that_made_it() {
        for pages in [2, 4, 8, 16] {
            let mut store = Store::new(pages, 1);
            for seed in 0..50u32 {
                let made: Vec<u32> = (0..pages as u32).map(|page| (seed * page) % 11).collect();
                let root = store.root(&mut made.clone());
                let mut found = vec![0; pages];
                let mut nodes = vec![0; store.nodes()];
                store.unfold(root, &mut found, &mut nodes);
                assert_eq!(found, made);
                for page in 0..pages {
                    let mut near = made.clone();
                    near[page] += 1;
                    let expected = store.root(&mut near.clone());
                    assert_eq!(store.root_near(&mut near, &made, &nodes), expected);
                }
                assert_eq!(store.root(&mut found), root);
            }
        }
    }

    #[test]
    fn a_closed_trie_stays_closed_for_that_page_only() {
        let mut store = Store::new(2, 1);
        let (first, second) =
            (store.intern(0, &[1; PAGE], || 0), store.intern(0, &[2; PAGE], || 0));
        let other = store.intern(1, &[3; PAGE], || 7);
        store.close(0, first, 5);
        assert_eq!(store.open(&[first, other], 0), !(1 << 5));
        assert_eq!(store.open(&[second, other], 0), u64::MAX);
        assert_eq!(store.live(1, other), 7);
    }
}
