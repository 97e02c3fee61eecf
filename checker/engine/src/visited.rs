//! The exact set of visited states, in little more than four bytes each.
//!
//! Roots are scattered by a bijection over just as many bits as both pages need. The top bits of
//! the result choose one of the parts, the next ones a line of sixteen entries; what is left, the
//! remainder, is all that an entry has to hold (quotienting; Cleary, "Compact hash tables using
//! bidirectional linear probing", IEEE Trans. Computers 1984). A line has any length's share of the
//! range, so a part grows by a half or an eighth, by itself, and never needs room for the whole set twice.
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use serde::{Deserialize, Serialize};

use crate::hashing::WordHasher;
use crate::scattering::{PART_BITS, Place, Scattering};

const PARTS: usize = 1 << PART_BITS;
const WIDTH: usize = 16;
/// Parts of so many lines grow by less, for memory; smaller ones by more, for speed.
const LARGE: usize = 1 << 11;
/// A remainder has at most so many bits, so that one more than it fits an entry.
const REMAINDER_BITS: u32 = 31;
const INITIAL_BITS: u32 = 18;

/// Entries that share a cache line: 0 is empty, others are remainders plus one.
#[derive(Clone, Serialize, Deserialize)]
#[repr(align(64))]
struct Line([u32; WIDTH]);

const EMPTY: Line = Line([0; WIDTH]);

impl Line {
    /// Whether an entry is in the line; all sixteen are compared at once.
    #[inline]
    fn contains(&self, entry: u32) -> bool {
        self.0.iter().fold(false, |found, &held| found | (held == entry))
    }

    /// How many entries there are; they stand at the beginning.
    #[inline]
    fn len(&self) -> usize {
        self.0.iter().map(|&held| u32::from(held != 0)).sum::<u32>() as usize
    }
}

/// One part of the set.
#[derive(Serialize, Deserialize)]
struct Part {
    /// The bits of a place's `rest`.
    bits: u32,
    lines: Vec<Line>,
    used: usize,
    /// What did not fit into its line.
    spilled: HashSet<u64, BuildHasherDefault<WordHasher>>,
}

/// A set of roots.
#[derive(Serialize, Deserialize)]
pub struct Visited {
    scattering: Scattering,
    parts: Vec<Part>,
}

impl Part {
    fn new(bits: u32) -> Self {
        let least = 1usize << bits.saturating_sub(REMAINDER_BITS);
        Part { bits, lines: vec![EMPTY; least], used: 0, spilled: HashSet::default() }
    }

    /// The line of a place, and the entry that stands for it there.
    #[inline]
    fn address(&self, rest: u64) -> (usize, u32) {
        let product = u128::from(rest) * self.lines.len() as u128;
        let fraction = product as u64 & (u64::MAX >> (64 - self.bits));
        ((product >> self.bits) as usize, (fraction >> self.shift()) as u32 + 1)
    }

    /// Places of one line are at least as far apart as there are lines: so many bits say nothing.
    #[inline]
    fn shift(&self) -> u32 {
        self.lines.len().ilog2()
    }

    fn rest_of(&self, line: usize, entry: u32) -> u64 {
        let low = u128::from(entry - 1) << self.shift() | (line as u128) << self.bits;
        let length = self.lines.len() as u64;
        match u64::try_from(low) {
            Ok(low) => low.div_ceil(length),
            Err(_) => low.div_ceil(u128::from(length)) as u64,
        }
    }

    /// Have the line of a place brought near, so that many such reads overlap.
    #[inline]
    pub fn prefetch(&self, place: Place) {
        let line = &self.lines[self.address(place.rest).0];
        #[cfg(target_arch = "x86_64")]
        // SAFETY: prefetching is a hint: it reads nothing that the program sees, and cannot fault;
        // the address is that of a line that is borrowed here.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(line).cast());
        }
        #[cfg(not(target_arch = "x86_64"))]
        std::hint::black_box(line.0[0]);
    }

    /// Whether a place's root is in the set.
    #[inline]
    pub fn contains(&self, place: Place) -> bool {
        let (line, entry) = self.address(place.rest);
        let line = &self.lines[line];
        line.contains(entry) || (line.len() == WIDTH && self.spilled.contains(&place.rest))
    }

    /// Add a place's root; true if it was new.
    #[inline]
    pub fn insert(&mut self, place: Place) -> bool {
        let (at, entry) = self.address(place.rest);
        let line = &mut self.lines[at];
        if line.contains(entry) {
            return false;
        }
        let free = line.len();
        if free < WIDTH {
            line.0[free] = entry;
        } else if !self.spilled.insert(place.rest) {
            return false;
        }
        self.used += 1;
        if self.used * 25 > self.lines.len() * WIDTH * 18 {
            self.grow();
        }
        true
    }

    #[cold]
    fn grow(&mut self) {
        let length = self.lines.len();
        let wider = length + if length < LARGE { length.div_ceil(2) } else { length / 8 };
        let mut grown = Part { lines: vec![EMPTY; wider], ..Part::new(self.bits) };
        // Counted aside: to look through a line that was just written to would wait for the write.
        let mut filled = vec![0u8; wider];
        self.each(|rest| {
            let (at, entry) = grown.address(rest);
            match grown.lines[at].0.get_mut(usize::from(filled[at])) {
                Some(free) => *free = entry,
                None => {
                    grown.spilled.insert(rest);
                    return;
                }
            }
            filled[at] += 1;
        });
        grown.used = self.used;
        *self = grown;
    }

    fn each(&self, mut visit: impl FnMut(u64)) {
        for (at, line) in self.lines.iter().enumerate() {
            for &entry in line.0.iter().take_while(|&&entry| entry != 0) {
                visit(self.rest_of(at, entry));
            }
        }
        self.spilled.iter().copied().for_each(visit);
    }

    fn memory(&self) -> usize {
        self.lines.capacity() * size_of::<Line>() + self.spilled.capacity() * 10
    }
}

impl Visited {
    /// Make an empty set.
    pub fn new() -> Self {
        let scattering = Scattering { bits: [INITIAL_BITS; 2] };
        let part = |_| Part::new(scattering.total() - PART_BITS);
        Visited { scattering, parts: (0..PARTS).map(part).collect() }
    }

    /// Be ready for roots whose pages are numbered below these sizes.
    pub fn fit(&mut self, sizes: [usize; 2]) {
        let mut bits = self.scattering.bits;
        for (bits, size) in bits.iter_mut().zip(sizes) {
            let needed = size.max(1).ilog2() + 1;
            if needed > *bits {
                // Every bit to spare doubles the lines that the remainders need at least.
                *bits = if needed < 20 { needed + 2 } else { (needed + 1).min(32) };
            }
        }
        if bits != self.scattering.bits {
            self.scatter_anew(Scattering { bits });
        }
    }

    fn scatter_anew(&mut self, scattering: Scattering) {
        let part = |_| Part::new(scattering.total() - PART_BITS);
        let mut parts: Vec<Part> = (0..PARTS).map(part).collect();
        for (number, old) in std::mem::take(&mut self.parts).into_iter().enumerate() {
            old.each(|rest| {
                let root = self.scattering.root(Place::new(number, rest));
                let place = scattering.place(root);
                parts[place.part()].insert(place);
            });
        }
        *self = Visited { scattering, parts };
    }

    /// Where a root belongs.
    #[inline]
    pub fn place(&self, root: u64) -> Place {
        self.scattering.place(root)
    }

    /// Take the set apart, into at most so many shards that have nothing in common.
    pub fn take(&mut self, most: usize) -> Vec<Shard> {
        let (size, scattering) = (PARTS.div_ceil(most), self.scattering);
        if most == 1 {
            return vec![Shard { scattering, first: 0, parts: std::mem::take(&mut self.parts) }];
        }
        let mut parts = std::mem::take(&mut self.parts).into_iter();
        let shard = |first| Shard { scattering, first, parts: parts.by_ref().take(size).collect() };
        (0..PARTS).step_by(size).map(shard).collect()
    }

    /// Put together what was taken apart.
    pub fn put_back(&mut self, shards: impl Iterator<Item = Shard>) {
        for shard in shards {
            match self.parts.is_empty() {
                true => self.parts = shard.parts,
                false => self.parts.extend(shard.parts),
            }
        }
    }

    /// Add a root; true if it was new.
    pub fn insert(&mut self, root: u64) -> bool {
        let place = self.place(root);
        self.parts[place.part()].insert(place)
    }

    /// Whether a root is in the set.
    pub fn contains(&self, root: u64) -> bool {
        let place = self.place(root);
        self.parts[place.part()].contains(place)
    }

    /// The number of roots.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.parts.iter().map(|part| part.used).sum()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.parts.iter().map(Part::memory).sum()
    }
}

/// Some parts of a set.
pub struct Shard {
    scattering: Scattering,
    first: usize,
    parts: Vec<Part>,
}

impl Shard {
    /// Where a root belongs.
    #[inline]
    pub fn place(&self, root: u64) -> Place {
        self.scattering.place(root)
    }

    /// Whether a place is in this shard.
    #[inline]
    pub fn holds(&self, place: Place) -> bool {
        place.part().wrapping_sub(self.first) < self.parts.len()
    }

    /// Have what is at a place of this shard brought near, so that many such reads overlap.
    #[inline]
    pub fn prefetch(&self, place: Place) {
        self.parts[place.part() - self.first].prefetch(place);
    }

    /// Add the root that belongs to a place of this shard; true if it was new.
    #[inline]
    pub fn insert(&mut self, place: Place) -> bool {
        self.parts[place.part() - self.first].insert(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hashing::mix;
    use crate::store::root_of;

    fn some_roots(count: u64, bits: [u32; 2]) -> Vec<u64> {
        let one = |i: u64| {
            let first = mix(i) & (u64::MAX >> (64 - bits[0]));
            let second = (i * i) & (u64::MAX >> (64 - bits[1]));
            root_of([first as u32, second as u32])
        };
        let mut roots: Vec<u64> = (0..count).map(one).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    #[test]
    fn a_root_is_new_exactly_once_whatever_the_widths() {
        for bits in [[14, 14], [1, 20], [20, 3], [24, 24], [17, 19]] {
            let mut visited = Visited::new();
            visited.fit([(1 << bits[0]) - 1, (1 << bits[1]) - 1]);
            let roots = some_roots(60_000, bits);
            let (inside, outside): (Vec<_>, Vec<_>) =
                roots.iter().enumerate().partition(|(at, _)| at % 3 > 0);
            for (_, root) in &inside {
                assert!(visited.insert(**root));
                assert!(!visited.insert(**root));
            }
            assert!(inside.iter().all(|(_, root)| visited.contains(**root)));
            assert!(outside.iter().all(|(_, root)| !visited.contains(**root)));
            assert_eq!(visited.len(), inside.len());
        }
    }

    #[test]
    fn nothing_is_lost_when_the_pages_outgrow_their_bits() {
        let mut visited = Visited::new();
        let mut known = std::collections::HashSet::new();
        for step in 0..80_000u64 {
            let first = (mix(step) % (step / 3 + 1)) as u32;
            let second = (mix(step + 1) % (step * 9 + 1)) as u32;
            visited.fit([first as usize + 1, second as usize + 1]);
            let root = root_of([first, second]);
            assert_eq!(visited.insert(root), known.insert(root));
        }
        assert!(known.iter().all(|&root| visited.contains(root)));
    }

    #[test]
    fn the_set_stays_under_eight_bytes_a_root() {
        let mut visited = Visited::new();
        for first in 0..1000 {
            for second in 0..500 {
                visited.insert(root_of([first, second]));
            }
        }
        assert!(visited.memory() < 500_000 * 8, "{}", visited.memory());
    }

    #[test]
    fn no_part_is_much_fuller_than_another() {
        let mut visited = Visited::new();
        for first in 0..2000 {
            for second in 0..64 {
                visited.insert(root_of([first, second]));
            }
        }
        let mean = visited.len() / PARTS;
        assert!(visited.parts.iter().all(|part| part.used > mean / 2 && part.used < mean * 2));
        let spilled: usize = visited.parts.iter().map(|part| part.spilled.len()).sum();
        assert!(spilled < visited.len() / 20, "{spilled}");
    }
}
