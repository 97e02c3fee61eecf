//! Interned states: two pages, whose identifiers make a root, one 64-bit word.
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::layout::{Layout, PAGES};
use crate::rows::Rows;

/// The pages at one place of the state vector.
#[derive(Serialize, Deserialize)]
struct Table {
    rows: Rows,
    /// The timestamps inside each page.
    live: Vec<AtomicU64>,
    /// For each page and trie, one bit: 0 once this page alone is known to disable it.
    open: Vec<AtomicU64>,
}

/// All pages. Many threads may add pages at once as long as there is room.
#[derive(Serialize, Deserialize)]
pub struct Store {
    tables: [Table; PAGES],
    /// Words of `open` a page.
    words: usize,
}

/// The pages of a root.
#[inline]
pub fn pages_of(root: u64) -> [u32; PAGES] {
    [(root >> 32) as u32, root as u32]
}

/// The root of two pages.
#[inline]
pub fn root_of(pages: [u32; PAGES]) -> u64 {
    u64::from(pages[0]) << 32 | u64::from(pages[1])
}

impl Store {
    /// Make an empty store.
    pub fn new(layout: &Layout, words: usize) -> Self {
        let table = |page| {
            let rows = Rows::new(layout.range(page).len());
            Table { rows, live: Vec::new(), open: Vec::new() }
        };
        let mut store = Store { tables: [table(0), table(1)], words };
        store.reserve();
        store
    }

    /// Words of the mask of open tries.
    pub fn words(&self) -> usize {
        self.words
    }

    /// How many pages of each kind there are.
    pub fn sizes(&self) -> [usize; PAGES] {
        [self.tables[0].rows.len(), self.tables[1].rows.len()]
    }

    /// How many pages of each kind there may be before more room is made.
    pub fn room(&self) -> [usize; PAGES] {
        [self.tables[0].rows.room(), self.tables[1].rows.room()]
    }

    /// Write the content of a page where it is wanted.
    #[inline]
    pub fn read(&self, page: usize, identifier: u32, into: &mut [u32]) {
        self.tables[page].rows.read(identifier, into);
    }

    /// The timestamps inside a page.
    #[inline]
    pub fn live(&self, page: usize, identifier: u32) -> u64 {
        self.tables[page].live[identifier as usize].load(Ordering::Relaxed)
    }

    /// Find or add a page; `None` where there is no room. `live_of` is asked for a new one.
    #[inline]
    pub fn intern(&self, page: usize, row: &[u32], live_of: impl FnOnce() -> u64) -> Option<u32> {
        let table = &self.tables[page];
        table.rows.intern(row, |identifier| {
            table.live[identifier as usize].store(live_of(), Ordering::Relaxed);
        })
    }

    /// Make room for more pages where little is left.
    pub fn reserve(&mut self) {
        let words = self.words;
        for table in &mut self.tables {
            table.rows.reserve();
            let room = table.rows.room();
            table.live.resize_with(room, AtomicU64::default);
            table.open.resize_with(room * words, all_open);
        }
    }

    /// The tries (64 of them from 64 * `word`) that no page of the state is known to disable.
    #[inline]
    pub fn open(&self, pages: [u32; PAGES], word: usize) -> u64 {
        let of = |page: usize| {
            self.tables[page].open[pages[page] as usize * self.words + word].load(Ordering::Relaxed)
        };
        of(0) & of(1)
    }

    /// Remember that a page alone disables a trie (or settles a predicate).
    pub fn close(&self, page: usize, identifier: u32, trie: u32) {
        let (word, bit) = (trie as usize / 64, trie % 64);
        let at = identifier as usize * self.words + word;
        self.tables[page].open[at].fetch_and(!(1 << bit), Ordering::Relaxed);
    }

    /// Make room for the masks of more tries; what was learnt is learnt again.
    pub fn widen(&mut self, words: usize) {
        self.words = words;
        for table in &mut self.tables {
            table.open.clear();
            table.open.resize_with(table.rows.room() * words, all_open);
        }
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let table = |table: &Table| {
            table.rows.memory() + (table.live.capacity() + table.open.capacity()) * 8
        };
        self.tables.iter().map(table).sum()
    }
}

fn all_open() -> AtomicU64 {
    AtomicU64::new(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_gives_back_the_pages_that_made_it() {
        for pages in [[0, 0], [1, 2], [u32::MAX - 1, 7]] {
            assert_eq!(pages_of(root_of(pages)), pages);
        }
    }

    #[test]
    fn a_closed_trie_stays_closed_for_that_page_only() {
        let store = Store::new(&Layout::spread(4), 1);
        let first = store.intern(0, &[1; 2], || 0).unwrap();
        let second = store.intern(0, &[2; 2], || 0).unwrap();
        let other = store.intern(1, &[3; 2], || 7).unwrap();
        store.close(0, first, 5);
        assert_eq!(store.open([first, other], 0), !(1 << 5));
        assert_eq!(store.open([second, other], 0), u64::MAX);
        assert_eq!(store.live(1, other), 7);
    }

    #[test]
    fn pages_keep_their_content_and_their_masks_when_room_is_made() {
        let mut store = Store::new(&Layout::spread(2), 1);
        for word in 0..500 {
            store.reserve();
            assert_eq!(store.intern(0, &[word], || u64::from(word)), Some(word));
            store.close(0, word, word % 64);
        }
        let mut row = [0];
        for word in 0..500 {
            store.read(0, word, &mut row);
            assert_eq!((row[0], store.live(0, word)), (word, u64::from(word)));
            assert_eq!(store.open([word, 0], 0), !(1 << (word % 64)));
        }
    }
}
