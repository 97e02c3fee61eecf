//! A table of bounded size that forgets what it was given first.
use std::collections::VecDeque;
use std::hash::Hash;

use crate::hashing::FastMap;

/// A table that keeps the newest keys.
pub struct Remembered<K, V> {
    values: FastMap<K, V>,
    order: VecDeque<K>,
    most: usize,
    /// Whether anything was forgotten.
    pub forgot: bool,
}

impl<K: Hash + Eq + Copy, V> Remembered<K, V> {
    pub fn new(most: usize) -> Self {
        Remembered { values: FastMap::default(), order: VecDeque::new(), most, forgot: false }
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    /// Put a value in, and forget the oldest key where there are too many.
    pub fn keep(&mut self, key: K, value: V) {
        if self.values.insert(key, value).is_none() {
            self.trim(key);
        }
    }

    /// Put a value in unless the key is there.
    pub fn keep_first(&mut self, key: K, value: V) {
        if let std::collections::hash_map::Entry::Vacant(place) = self.values.entry(key) {
            place.insert(value);
            self.trim(key);
        }
    }

    /// Put a value in for a new key, and another for one that is there.
    pub fn keep_first_alone(&mut self, key: K, value: V, again: V) {
        match self.values.entry(key) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(value);
                self.trim(key);
            }
            std::collections::hash_map::Entry::Occupied(mut place) => {
                place.insert(again);
            }
        }
    }

    fn trim(&mut self, key: K) {
        self.order.push_back(key);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.values.remove(&oldest);
            self.forgot = true;
        }
    }
}
