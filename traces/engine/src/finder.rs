//! Finds lines of a file again: by number, or by the item that they are about.
use memchr::memchr;

use crate::lines::Lines;
use crate::rows::Spot;
use crate::scanner::Scanner;
use crate::values::Value;

/// What is looked for, and how far it was read.
pub struct Finder {
    /// The numbers of the lines that are wanted, in order, and how many of them were passed.
    wanted: Vec<u32>,
    passed: usize,
    keys: Vec<Value>,
    lines: Lines,
    rest: Vec<u8>,
    pub line: u32,
}

impl Finder {
    /// Give what finds lines by number, or by keys as JSON; none where a key is no identifier.
    pub fn new(mut wanted: Vec<u32>, keys: &[Vec<u8>]) -> Option<Self> {
        wanted.sort_unstable();
        wanted.dedup();
        let mut lines = Lines::new();
        let keys = keys.iter().map(|key| lines.values.read(&mut Scanner::new(key)));
        let keys = keys.collect::<Option<Vec<_>>>()?;
        Some(Finder { wanted, passed: 0, keys, lines, rest: Vec::new(), line: 0 })
    }

    /// Give the lines that are found in the next bytes, and those that only Python understands.
    pub fn feed(&mut self, bytes: &[u8], all: bool) -> Vec<(u32, Vec<u8>)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(length) = memchr(b'\n', &bytes[at..]) {
            let text = &bytes[at..at + length];
            if self.rest.is_empty() {
                self.take(text, &mut found);
            } else {
                let mut whole = std::mem::take(&mut self.rest);
                whole.extend_from_slice(text);
                self.take(&whole, &mut found);
            }
            at += length + 1;
        }
        self.rest.extend_from_slice(&bytes[at..]);
        if all && !self.rest.is_empty() {
            let last = std::mem::take(&mut self.rest);
            self.take(&last, &mut found);
        }
        found
    }

    fn take(&mut self, text: &[u8], found: &mut Vec<(u32, Vec<u8>)>) {
        self.line += 1;
        let is_wanted = self.wanted.get(self.passed) == Some(&self.line);
        self.passed += usize::from(is_wanted);
        if is_wanted || (!self.keys.is_empty() && self.may_be_of_a_key(text)) {
            found.push((self.line, text.to_vec()));
        }
    }

    fn may_be_of_a_key(&mut self, text: &[u8]) -> bool {
        match self.lines.key(text, Spot::default()) {
            Some(key) => self.keys.contains(&key),
            None => true,
        }
    }
}
