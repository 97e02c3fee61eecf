//! Roots scattered over as many bits as both pages need, by a bijection that can be undone.
use serde::{Deserialize, Serialize};

use crate::store::{pages_of, root_of};

/// The bits of a scattered root that choose its part.
pub const PART_BITS: u32 = 6;
const FIRST: u64 = 0x9E37_79B9_7F4A_7C15;
const SECOND: u64 = 0xD6E8_FEB8_6659_FD93;

/// Where a root belongs: its part, and its place in the part's range.
#[derive(Clone, Copy, Default)]
pub struct Place {
    part: u32,
    /// Its place in the part's range.
    pub rest: u64,
}

impl Place {
    /// The place of a root that was found in a part.
    pub fn new(part: usize, rest: u64) -> Self {
        Place { part: part as u32, rest }
    }

    /// Which part it belongs to.
    #[inline]
    pub fn part(self) -> usize {
        self.part as usize
    }
}

/// A bijection between roots and places.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Scattering {
    /// The bits that the identifiers of each page need.
    pub bits: [u32; 2],
}

impl Scattering {
    /// The bits of a root, and of what it is scattered to.
    pub fn total(self) -> u32 {
        self.bits[0] + self.bits[1]
    }

    fn mask(self) -> u64 {
        u64::MAX >> (64 - self.total())
    }

    /// Where a root belongs.
    #[inline]
    pub fn place(self, root: u64) -> Place {
        let [first, second] = pages_of(root);
        debug_assert!(
            u64::from(first) >> self.bits[0] == 0 && u64::from(second) >> self.bits[1] == 0
        );
        let packed = u64::from(first) << self.bits[1] | u64::from(second);
        let half = self.total().div_ceil(2);
        let word = packed.wrapping_mul(FIRST) & self.mask();
        let word = (word ^ word >> half).wrapping_mul(SECOND) & self.mask();
        let word = word ^ word >> half;
        let bits = self.total() - PART_BITS;
        Place { part: (word >> bits) as u32, rest: word & (u64::MAX >> (64 - bits)) }
    }

    /// The root that belongs to a place.
    pub fn root(self, place: Place) -> u64 {
        let half = self.total().div_ceil(2);
        let word = u64::from(place.part) << (self.total() - PART_BITS) | place.rest;
        // With a shift of at least half the bits, a shifted exclusive or undoes itself.
        let word = word ^ word >> half;
        let word = word.wrapping_mul(inverse(SECOND)) & self.mask();
        let word = word ^ word >> half;
        let packed = word.wrapping_mul(inverse(FIRST)) & self.mask();
        let second = packed & (u64::MAX >> (64 - self.bits[1]));
        root_of([(packed >> self.bits[1]) as u32, second as u32])
    }
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration.
fn inverse(odd: u64) -> u64 {
    let mut found = odd;
    for _ in 0..5 {
        found = found.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(found)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hashing::mix;

    #[test]
    fn a_place_leads_back_to_its_root() {
        for bits in [[14, 14], [3, 30], [32, 32], [15, 16], [32, 1]] {
            let scattering = Scattering { bits };
            for i in 0..2000 {
                let first = mix(i) & (u64::MAX >> (64 - bits[0]));
                let second = mix(i * 3) & (u64::MAX >> (64 - bits[1]));
                let root = root_of([first as u32, second as u32]);
                assert_eq!(scattering.root(scattering.place(root)), root);
            }
        }
    }
}
