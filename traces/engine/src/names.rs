//! Numbers for names: keys, sessions, regions, and the ends of versions.
use std::collections::HashMap;

use crate::hashing::FastMap;
use crate::rows::{FIRST_TAIL, Part};
use crate::values::Value;

/// Numbers names from 0 in the order in which they come.
#[derive(Default)]
pub struct Names {
    numbers: FastMap<Value, u32>,
    last: Option<(Value, u32)>,
}

impl Names {
    /// Give the number of a name, a new one where it was not seen before.
    #[inline]
    pub fn number(&mut self, name: Value) -> u32 {
        if let Some((last, number)) = self.last
            && last == name
        {
            return number;
        }
        let next = self.numbers.len() as u32;
        let number = *self.numbers.entry(name).or_insert(next);
        self.last = Some((name, number));
        number
    }
}

/// Numbers what follows the first number of a version.
#[derive(Default)]
pub struct Tails {
    numbers: HashMap<Vec<Part>, u32>,
    /// What was numbered since this was last taken.
    pub news: Vec<Vec<Part>>,
}

impl Tails {
    pub fn number(&mut self, tail: Vec<Part>) -> u32 {
        let next = FIRST_TAIL + self.numbers.len() as u32;
        match self.numbers.get(&tail) {
            Some(&number) => number,
            None => {
                self.news.push(tail.clone());
                self.numbers.insert(tail, next);
                next
            }
        }
    }
}

/// The operations' names that were used, of bounded number: the oldest are forgotten.
pub struct Claims {
    used: FastMap<Value, ()>,
    order: std::collections::VecDeque<Value>,
    most: usize,
}

impl Claims {
    pub fn new(most: usize) -> Self {
        Claims { used: FastMap::default(), order: Default::default(), most }
    }

    /// Take a name; give false where it was taken already.
    #[inline]
    pub fn claim(&mut self, name: Value) -> bool {
        if self.used.insert(name, ()).is_some() {
            return false;
        }
        self.order.push_back(name);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.used.remove(&oldest);
        }
        true
    }
}
