//! Hashing of small integers: fast, not meant against an adversary, the same in every run.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A hash map for keys of a few integers.
pub type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHasher>>;

const FIRST: u64 = 0x9E37_79B9_7F4A_7C15;
const SECOND: u64 = 0xD6E8_FEB8_6659_FD93;

/// Scatter a word over all 64 bits; a bijection, so distinct words never meet by it alone.
#[inline]
pub fn mix(word: u64) -> u64 {
    let folded = (word ^ (word >> 32)).wrapping_mul(FIRST);
    let folded = (folded ^ (folded >> 29)).wrapping_mul(SECOND);
    folded ^ (folded >> 32)
}

/// Hash a row of words.
#[inline]
pub fn fold(words: &[u32]) -> u64 {
    let mut hash = words.len() as u64;
    for pair in words.chunks(2) {
        let high = pair.get(1).copied().unwrap_or(0);
        let word = u64::from(pair[0]) | u64::from(high) << 32;
        hash = (hash.rotate_left(5) ^ word).wrapping_mul(FIRST);
    }
    mix(hash)
}

/// The hasher behind `FastMap`.
#[derive(Default)]
pub struct WordHasher(u64);

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        mix(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(FIRST);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_differ_by_trailing_zeros_hash_apart() {
        assert_ne!(fold(&[1]), fold(&[1, 0]));
        assert_ne!(fold(&[1, 0]), fold(&[1, 0, 0]));
    }

    #[test]
    fn mixing_scatters_consecutive_words_over_the_high_bits() {
        let mut seen = [0u32; 64];
        for word in 0..6400u64 {
            seen[(mix(word) >> 58) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50 && count < 170));
    }
}
