//! Views: pure functions of one or two value slots, memoised by identifiers.
use crate::hashing::FastMap;

const UNKNOWN: u32 = u32::MAX;

/// One view.
pub struct View {
    /// One or two slots.
    pub slots: Vec<u32>,
    single: Vec<u32>,
    double: FastMap<u64, u32>,
}

impl View {
    /// Make a view of these slots, with nothing known.
    pub fn new(slots: Vec<u32>) -> Self {
        View { slots, single: Vec::new(), double: FastMap::default() }
    }

    /// The result for one identifier, if known.
    #[inline]
    pub fn of_one(&self, identifier: u32) -> Option<u32> {
        self.single.get(identifier as usize).copied().filter(|&result| result != UNKNOWN)
    }

    /// The result for two identifiers, if known.
    #[inline]
    pub fn of_two(&self, first: u32, second: u32) -> Option<u32> {
        self.double.get(&key(first, second)).copied()
    }

    /// Remember a result.
    pub fn remember(&mut self, identifiers: &[u32], result: u32) {
        if let &[first, second] = identifiers {
            self.double.insert(key(first, second), result);
            return;
        }
        let at = identifiers[0] as usize;
        if self.single.len() <= at {
            self.single.resize(at + 1, UNKNOWN);
        }
        self.single[at] = result;
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        self.single.capacity() * 4 + self.double.capacity() * 16
    }
}

fn key(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_knows_what_it_was_told_and_nothing_else() {
        let (mut one, mut two) = (View::new(vec![0]), View::new(vec![0, 1]));
        one.remember(&[9], 4);
        two.remember(&[1, 2], 0);
        assert_eq!((one.of_one(9), one.of_one(8), one.of_one(10)), (Some(4), None, None));
        assert_eq!((two.of_two(1, 2), two.of_two(2, 1)), (Some(0), None));
    }
}
