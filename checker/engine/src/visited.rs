//! The exact set of visited states: open addressing over their 64-bit roots.
//!
//! The table is cut into parts by the top bits of the hash, and each part grows by itself, so that
//! growth needs room for one part twice, never for the whole table twice. Within a part the place
//! is hash * length / 2^32: any length will do, and growth moves entries in one forward sweep.
use crate::hashing::mix;

const PART_BITS: u32 = 6;
const PARTS: usize = 1 << PART_BITS;
const INITIAL: usize = 64;

/// What stands where a root would be found first: read early, so that many reads overlap.
#[derive(Clone, Copy, Default)]
pub struct Probe {
    first: u64,
}

struct Part {
    /// 0 is empty; a root is kept as its complement, which is never 0.
    entries: Vec<u64>,
    used: usize,
}

/// A set of roots; `u64::MAX` is not a root.
pub struct Visited {
    parts: Vec<Part>,
}

impl Visited {
    /// Make an empty set.
    pub fn new() -> Self {
        let part = |_| Part { entries: vec![0; INITIAL], used: 0 };
        Visited { parts: (0..PARTS).map(part).collect() }
    }

    /// Read the first place where a root may be.
    #[inline]
    pub fn probe(&self, root: u64) -> Probe {
        let hash = mix(root);
        let entries = &self.parts[(hash >> (64 - PART_BITS)) as usize].entries;
        Probe { first: entries[place_of(hash, entries.len())] }
    }

    /// Whether the root was in the set when it was probed, as far as one read tells.
    #[inline]
    pub fn known(&self, root: u64, probe: Probe) -> bool {
        probe.first == !root
    }

    /// Add a root; true if it was new.
    #[inline]
    pub fn insert(&mut self, root: u64) -> bool {
        let hash = mix(root);
        let part = &mut self.parts[(hash >> (64 - PART_BITS)) as usize];
        let mut at = place_of(hash, part.entries.len());
        loop {
            let entry = part.entries[at];
            if entry == !root {
                return false;
            }
            if entry == 0 {
                part.entries[at] = !root;
                part.used += 1;
                if part.used * 5 > part.entries.len() * 4 {
                    part.grow();
                }
                return true;
            }
            at += 1;
            if at == part.entries.len() {
                at = 0;
            }
        }
    }

    /// Whether a root is in the set.
    pub fn contains(&self, root: u64) -> bool {
        let hash = mix(root);
        let entries = &self.parts[(hash >> (64 - PART_BITS)) as usize].entries;
        let mut at = place_of(hash, entries.len());
        while entries[at] != 0 {
            if entries[at] == !root {
                return true;
            }
            at = (at + 1) % entries.len();
        }
        false
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.parts.iter().map(|part| part.entries.capacity() * 8).sum()
    }
}

#[inline]
fn place_of(hash: u64, length: usize) -> usize {
    let fraction = (hash << PART_BITS) >> 32;
    ((fraction * length as u64) >> 32) as usize
}

impl Part {
    #[cold]
    fn grow(&mut self) {
        let length = self.entries.len() + self.entries.len() / 4;
        let mut entries = vec![0; length];
        for &entry in self.entries.iter().filter(|&&entry| entry != 0) {
            let mut at = place_of(mix(!entry), length);
            while entries[at] != 0 {
                at += 1;
                if at == length {
                    at = 0;
                }
            }
            entries[at] = entry;
        }
        self.entries = entries;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_new_exactly_once() {
        let mut visited = Visited::new();
        for root in 0..50_000u64 {
            assert!(visited.insert((root * 3) | ((root % 7) << 32)));
        }
        for root in 0..50_000u64 {
            assert!(!visited.insert((root * 3) | ((root % 7) << 32)));
            assert!(visited.contains((root * 3) | ((root % 7) << 32)));
        }
        assert!(!visited.contains(1 << 60));
    }

    #[test]
    fn the_table_stays_under_twelve_bytes_a_root() {
        let mut visited = Visited::new();
        for root in 0..300_000u64 {
            visited.insert(root);
        }
        assert!(visited.memory() < 300_000 * 12);
    }

    #[test]
    fn a_probe_never_knows_a_root_that_is_not_there() {
        let mut visited = Visited::new();
        for root in (0..20_000u64).step_by(2) {
            visited.insert(root);
        }
        for root in 0..20_000u64 {
            let known = visited.known(root, visited.probe(root));
            assert!(!known || root % 2 == 0);
        }
    }

    #[test]
    fn the_extreme_roots_are_roots_like_any_other() {
        let mut visited = Visited::new();
        for root in [0, 1, u64::MAX - 1, 1 << 63, u64::from(u32::MAX)] {
            assert!(!visited.contains(root));
            assert!(visited.insert(root));
            assert!(visited.contains(root));
        }
    }
}
