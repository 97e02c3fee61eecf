//! A table of bounded size that forgets what it was given first, in few bytes more than it holds.
use std::hash::{Hash, Hasher};

use crate::hashing::WordHasher;
use crate::values::{Packed, Value};

/// So few are looked through one by one. The number of places is always a power of two.
const FEW: usize = 8;

/// A table that keeps the newest values, and something with each.
///
/// The entries are a ring in the order in which they came; beside it stands an open table of their
/// numbers, four bytes a place, in which a value is looked for from the place of its hash onwards. A
/// few need no such table.
pub struct Remembered<T> {
    /// One more than the number of an entry; 0 where there is none.
    places: Vec<u32>,
    entries: Vec<(Packed, T)>,
    oldest: usize,
    most: usize,
    /// Whether anything was forgotten.
    pub forgot: bool,
}

impl<T: Copy> Remembered<T> {
    pub fn new(most: usize) -> Self {
        let most = most.min(u32::MAX as usize - 1);
        Remembered { places: Vec::new(), entries: Vec::new(), oldest: 0, most, forgot: false }
    }

    pub fn get(&self, value: &Value) -> Option<&T> {
        self.find(value.packed()).map(|number| &self.entries[number].1)
    }

    /// Put a value in, and forget the oldest where there are too many.
    pub fn keep(&mut self, value: Value, what: T) {
        self.change(value, what, |before| *before = what);
    }

    /// Put a value in unless it is there.
    pub fn keep_first(&mut self, value: Value, what: T) {
        self.change(value, what, |_| ());
    }

    /// Put in what comes with a new value, or change what came with one that is there.
    pub fn change(&mut self, value: Value, what: T, change: impl FnOnce(&mut T)) {
        let value = value.packed();
        match self.find(value) {
            Some(number) => change(&mut self.entries[number].1),
            None => self.put(value, what),
        }
    }

    /// The number of the entry of a value.
    #[inline]
    fn find(&self, value: Packed) -> Option<usize> {
        if self.places.is_empty() {
            return self.entries.iter().position(|(known, _)| *known == value);
        }
        self.places[self.place(value)].checked_sub(1).map(|number| number as usize)
    }

    /// Give the place of a value, or the free one where it would be.
    #[inline]
    fn place(&self, value: Packed) -> usize {
        let last = self.places.len() - 1;
        let mut place = hash(value) & last;
        while self.places[place] > 0 && self.entries[self.places[place] as usize - 1].0 != value {
            place = (place + 1) & last;
        }
        place
    }

    fn put(&mut self, value: Packed, what: T) {
        if self.entries.len() >= self.most {
            self.forgot = true;
            self.replace_oldest(value, what);
            return;
        }
        if self.entries.len() == self.entries.capacity() {
            let more = (self.entries.len() / 2).max(2).min(self.most - self.entries.len());
            self.entries.reserve_exact(more);
        }
        self.entries.push((value, what));
        if self.entries.len() <= FEW {
            return;
        }
        if self.entries.len() * 4 > self.places.len() * 3 {
            self.widen();
        } else {
            self.point_to(self.entries.len() - 1);
        }
    }

    fn widen(&mut self) {
        self.places = vec![0; (4 * FEW).max(2 * self.places.len())];
        (0..self.entries.len()).for_each(|number| self.point_to(number));
    }

    fn point_to(&mut self, number: usize) {
        let place = self.place(self.entries[number].0);
        self.places[place] = number as u32 + 1;
    }

    fn replace_oldest(&mut self, value: Packed, what: T) {
        let Some(&(oldest, _)) = self.entries.get(self.oldest) else { return };
        let is_placed = !self.places.is_empty();
        if is_placed {
            self.free(self.place(oldest));
        }
        self.entries[self.oldest] = (value, what);
        if is_placed {
            self.point_to(self.oldest);
        }
        self.oldest = (self.oldest + 1) % self.entries.len();
    }

    /// Free a place, and move up what would no longer be found behind it.
    fn free(&mut self, mut hole: usize) {
        let last = self.places.len() - 1;
        let mut next = (hole + 1) & last;
        while self.places[next] > 0 {
            let wished = hash(self.entries[self.places[next] as usize - 1].0) & last;
            if (next.wrapping_sub(wished) & last) >= (next.wrapping_sub(hole) & last) {
                self.places[hole] = self.places[next];
                hole = next;
            }
            next = (next + 1) & last;
        }
        self.places[hole] = 0;
    }
}

#[inline]
fn hash(value: Packed) -> usize {
    let mut hasher = WordHasher::default();
    value.hash(&mut hasher);
    hasher.finish() as usize
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, VecDeque};

    use super::*;

    #[test]
    fn the_newest_are_kept_as_a_map_and_a_queue_would() {
        for most in [0, 1, 2, 3, 7, 8, 50] {
            let mut kept = Remembered::new(most);
            let (mut map, mut queue) = (HashMap::new(), VecDeque::new());
            let mut drawn = 12_345_u64;
            for step in 0..20_000_u32 {
                drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let value = Value::integer((drawn >> 33) as i64 % 80);
                if step % 3 > 0 {
                    kept.keep(value, step);
                } else {
                    kept.keep_first(value, step);
                }
                let is_new = !map.contains_key(&value);
                if is_new {
                    queue.push_back(value);
                }
                if is_new || step % 3 > 0 {
                    map.insert(value, step);
                }
                if queue.len() > most {
                    map.remove(&queue.pop_front().unwrap());
                }
                for number in 0..80 {
                    let value = Value::integer(number);
                    assert_eq!(kept.get(&value), map.get(&value));
                }
            }
            assert!(kept.forgot == (most < 80));
        }
    }
}
