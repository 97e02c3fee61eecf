//! Interned rows: equal rows of words share one identifier. Many threads may add rows at once.
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::hashing::fold;

/// The most rows that a new table has room for.
const INITIAL: usize = 64;

/// Rows of a fixed width, numbered from 0.
///
/// Adding needs no exclusive access as long as there is room; `reserve` makes more.
#[derive(Serialize, Deserialize)]
pub struct Rows {
    width: usize,
    room: usize,
    words: Vec<AtomicU32>,
    /// Open addressing; an entry is 0 (empty) or half a hash and a row's identifier plus one.
    index: Vec<AtomicU64>,
    used: AtomicU32,
}

impl Rows {
    /// Make an empty table of rows of `width` words.
    pub fn new(width: usize) -> Self {
        let mut rows =
            Rows { width, room: 0, words: Vec::new(), index: Vec::new(), used: AtomicU32::new(0) };
        rows.make_room(INITIAL);
        rows
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        (self.used.load(Ordering::Relaxed) as usize).min(self.room)
    }

    /// How many rows there may be before more room is made.
    pub fn room(&self) -> usize {
        self.room
    }

    /// Write a row's words where they are wanted.
    #[inline]
    pub fn read(&self, identifier: u32, into: &mut [u32]) {
        for (word, place) in self.row(identifier).iter().zip(into) {
            *place = word.load(Ordering::Relaxed);
        }
    }

    /// Find or add a row; `None` where there is no room. Cost O(width).
    ///
    /// `prepare` is called with the identifier of a new row before any other thread can find it.
    #[inline]
    pub fn intern(&self, row: &[u32], prepare: impl FnOnce(u32)) -> Option<u32> {
        assert_eq!(row.len(), self.width);
        let hash = fold(row);
        let mask = self.index.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let entry = self.index[at].load(Ordering::Acquire);
            if entry == 0 {
                break;
            }
            if self.is_row(entry, hash, row) {
                return Some(identifier_of(entry));
            }
            at = (at + 1) & mask;
        }
        self.add(row, hash, at, prepare)
    }

    #[inline]
    fn add(&self, row: &[u32], hash: u64, mut at: usize, prepare: impl FnOnce(u32)) -> Option<u32> {
        let identifier = self.used.fetch_add(1, Ordering::Relaxed);
        if identifier as usize >= self.room {
            self.used.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        for (word, place) in row.iter().zip(self.row(identifier)) {
            place.store(*word, Ordering::Relaxed);
        }
        prepare(identifier);
        let fresh = entry_of(hash, identifier);
        let mask = self.index.len() - 1;
        loop {
            // Whoever sees the entry sees the row: the exchange releases, the search acquires.
            let seen =
                self.index[at].compare_exchange(0, fresh, Ordering::AcqRel, Ordering::Acquire);
            match seen {
                Ok(_) => return Some(identifier),
                // Another thread was faster; the row written here is found by nobody.
                Err(entry) if self.is_row(entry, hash, row) => return Some(identifier_of(entry)),
                Err(_) => at = (at + 1) & mask,
            }
        }
    }

    /// Make room for half as many rows again where less than an eighth of it is free.
    pub fn reserve(&mut self) {
        if self.len() * 8 > self.room * 7 {
            self.make_room(self.room + self.room / 2);
        }
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.words.capacity() * 4 + self.index.capacity() * 8
    }

    fn row(&self, identifier: u32) -> &[AtomicU32] {
        let start = identifier as usize * self.width;
        &self.words[start..start + self.width]
    }

    #[inline]
    fn is_row(&self, entry: u64, hash: u64, row: &[u32]) -> bool {
        entry >> 32 == hash >> 32
            && self
                .row(identifier_of(entry))
                .iter()
                .zip(row)
                .all(|(held, word)| held.load(Ordering::Relaxed) == *word)
    }

    fn make_room(&mut self, room: usize) {
        let used = self.len();
        *self.used.get_mut() = used as u32;
        self.words.reserve_exact(room * self.width - self.words.len());
        self.words.resize_with(room * self.width, AtomicU32::default);
        self.room = room;
        let length = (room * 3 / 2).next_power_of_two();
        if length == self.index.len() {
            return;
        }
        let fresh = (0..length).map(|_| AtomicU64::new(0)).collect();
        let known = std::mem::replace(&mut self.index, fresh);
        let mut row = vec![0; self.width];
        // Only what the index knew: a row that lost a race is there twice, and found once.
        for entry in known.into_iter().map(AtomicU64::into_inner).filter(|&entry| entry != 0) {
            self.read(identifier_of(entry), &mut row);
            self.place(fold(&row), identifier_of(entry));
        }
    }

    fn place(&mut self, hash: u64, identifier: u32) {
        let mask = self.index.len() - 1;
        let mut at = hash as usize & mask;
        while *self.index[at].get_mut() != 0 {
            at = (at + 1) & mask;
        }
        *self.index[at].get_mut() = entry_of(hash, identifier);
    }
}

fn entry_of(hash: u64, identifier: u32) -> u64 {
    hash >> 32 << 32 | (u64::from(identifier) + 1)
}

fn identifier_of(entry: u64) -> u32 {
    (entry as u32) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intern(rows: &mut Rows, row: &[u32]) -> u32 {
        rows.reserve();
        rows.intern(row, |_| ()).expect("there is room")
    }

    #[test]
    fn equal_rows_share_an_identifier_and_keep_it_through_growth() {
        let mut rows = Rows::new(3);
        let made: Vec<u32> = (0..1000).map(|i| intern(&mut rows, &[i, i / 2, 7])).collect();
        assert_eq!(rows.len(), 1000);
        let mut row = [0; 3];
        for i in 0..1000 {
            assert_eq!(intern(&mut rows, &[i, i / 2, 7]), made[i as usize]);
            rows.read(made[i as usize], &mut row);
            assert_eq!(row, [i, i / 2, 7]);
        }
    }

    #[test]
    fn a_full_table_says_so_and_still_finds_what_it_has() {
        let mut rows = Rows::new(1);
        for i in 0..INITIAL as u32 {
            assert_eq!(rows.intern(&[i], |_| ()), Some(i));
        }
        assert_eq!(rows.intern(&[9999], |_| ()), None);
        assert_eq!(rows.intern(&[7], |_| ()), Some(7));
        rows.reserve();
        assert_eq!(rows.intern(&[9999], |_| ()), Some(INITIAL as u32));
    }

    #[test]
    fn rows_without_words_are_all_one() {
        let rows = Rows::new(0);
        assert_eq!((rows.intern(&[], |_| ()), rows.intern(&[], |_| ())), (Some(0), Some(0)));
    }

    #[test]
    fn threads_that_add_the_same_rows_agree_on_every_identifier_also_after_growth() {
        let mut rows = Rows::new(2);
        let mut known: Vec<u32> = Vec::new();
        for round in 0..40 {
            let wanted = |i: u32| [i % 1000, i / 3];
            let (from, until) = (known.len() as u32, (round + 1) * 500);
            while rows.room() < rows.len() + 2 * (until - from) as usize {
                rows.make_room(rows.room() * 3 / 2);
            }
            let all = |rows: &Rows| -> Vec<u32> {
                (0..until).map(|i| rows.intern(&wanted(i), |_| ()).unwrap()).collect()
            };
            let (one, other) = std::thread::scope(|scope| {
                let other = scope.spawn(|| all(&rows));
                (all(&rows), other.join().unwrap())
            });
            assert_eq!(one, other);
            assert_eq!(one[..known.len()], known);
            known = one;
        }
    }
}
