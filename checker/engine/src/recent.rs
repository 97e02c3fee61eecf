//! Roots that came lately, a few of them forgotten: most successors were reached moments before.
use crate::hashing::mix;

/// How many roots are remembered at most: with eight bytes each, a part of a core's own cache.
const SIZE: usize = 1 << 14;
/// No root: its pages would be numbered beyond what there may be.
const NOTHING: u64 = u64::MAX;

/// A small memory of roots; what it says that it holds, it does hold.
#[derive(Default)]
pub struct Recent {
    roots: Vec<u64>,
}

impl Recent {
    /// Remember a root; false if it was remembered already.
    #[inline]
    pub fn add(&mut self, root: u64) -> bool {
        if self.roots.is_empty() {
            self.roots.resize(SIZE, NOTHING);
        }
        let place = &mut self.roots[mix(root) as usize & (SIZE - 1)];
        std::mem::replace(place, root) != root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_repeated_only_where_it_came_before() {
        let mut recent = Recent::default();
        let mut known = std::collections::HashSet::new();
        let mut repeated = 0;
        for step in 0..200_000u64 {
            let root = mix(step) % (1 << 15);
            let is_new = known.insert(root);
            let is_not_recent = recent.add(root);
            assert!(is_not_recent || !is_new);
            repeated += u32::from(!is_not_recent);
        }
        assert!(repeated > 50_000, "{repeated}");
    }
}
