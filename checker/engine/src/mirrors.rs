//! What a value is to the members of symmetric sets: a mark for each, and what exchanges make of it.
use crate::hashing::{FastMap, mix};
use crate::space::Space;
use crate::tabulator::SlotKind;
use crate::walk::Miss;

/// What one value is.
struct Mirror {
    /// The value after each exchange; empty where it mentions no member.
    images: Box<[u32]>,
    /// A mark for each member; one alone where it mentions none.
    marks: Box<[u32]>,
}

/// What all values are, as far as it was asked for.
pub struct Mirrors {
    /// For each slot, the first of those that share its values.
    classes: Vec<u32>,
    kinds: Vec<SlotKind>,
    members: usize,
    swaps: usize,
    known: FastMap<u64, Mirror>,
}

impl Mirrors {
    /// Know nothing yet of slots of these classes and kinds.
    pub fn new(
        classes: Vec<u32>,
        kinds: &[SlotKind],
        members: usize,
        swaps: usize,
    ) -> Result<Self, String> {
        if classes.len() != kinds.len() {
            return Err("a symmetry needs a class for each slot".to_owned());
        }
        Ok(Mirrors { classes, kinds: kinds.to_vec(), members, swaps, known: FastMap::default() })
    }

    /// Take in what a value or an element is.
    pub fn learn(
        &mut self,
        slot: u32,
        identifier: u32,
        images: Vec<u32>,
        marks: Vec<u32>,
    ) -> Result<(), String> {
        let plain = images.is_empty() && marks.len() == 1;
        if !plain && (images.len(), marks.len()) != (self.swaps, self.members) {
            return Err(format!(
                "mirror gave {} images and {} marks, not {} and {}, or none and 1",
                images.len(),
                marks.len(),
                self.swaps,
                self.members
            ));
        }
        let key = self.key(slot, identifier);
        self.known.insert(key, Mirror { images: images.into(), marks: marks.into() });
        Ok(())
    }

    fn key(&self, slot: u32, identifier: u32) -> u64 {
        u64::from(self.classes[slot as usize]) << 32 | u64::from(identifier)
    }

    fn get(&self, slot: u32, identifier: u32) -> Result<&Mirror, Miss> {
        let known = self.known.get(&self.key(slot, identifier));
        known.ok_or(Miss::Mirror(slot, identifier))
    }

    /// Whether what a slot holds mentions a member.
    pub fn mentions(&self, space: &Space, slot: u32, word: u32) -> Result<bool, Miss> {
        if self.kinds[slot as usize] == SlotKind::Value {
            return Ok(!self.get(slot, word)?.images.is_empty());
        }
        let mut mentions = false;
        for &element in space.sequences[slot as usize].get(word) {
            mentions |= !self.get(slot, element)?.images.is_empty();
        }
        Ok(mentions)
    }

    /// What the contents of a slot are to a member.
    pub fn mark(&self, space: &Space, slot: u32, word: u32, member: usize) -> Result<u64, Miss> {
        let mark = |identifier: u32| -> Result<u64, Miss> {
            let marks = &self.get(slot, identifier)?.marks;
            Ok(u64::from(marks[if marks.len() == 1 { 0 } else { member }]))
        };
        let kind = self.kinds[slot as usize];
        if kind == SlotKind::Value {
            return mark(word);
        }
        let elements = space.sequences[slot as usize].get(word);
        let mut whole = elements.len() as u64;
        for &element in elements {
            let part = mix(mark(element)? + 1);
            let before = if kind == SlotKind::Queue { mix(whole) } else { whole };
            whole = before.wrapping_add(part);
        }
        Ok(whole)
    }

    /// What the contents of a slot become in the slot where an exchange puts them.
    pub fn image(
        &self,
        space: &Space,
        swap: usize,
        (from, to): (u32, u32),
        word: u32,
        mentions: bool,
    ) -> Result<u32, Miss> {
        if self.kinds[from as usize] == SlotKind::Value {
            return if mentions { self.renamed(from, word, swap) } else { Ok(word) };
        }
        if word == 0 {
            return Ok(0);
        }
        let elements = space.sequences[from as usize].get(word);
        let moved: Result<Vec<u32>, Miss> =
            elements.iter().map(|&element| self.renamed(from, element, swap)).collect();
        space.known_sequence(to, moved?)
    }

    fn renamed(&self, slot: u32, identifier: u32, swap: usize) -> Result<u32, Miss> {
        Ok(self.get(slot, identifier)?.images.get(swap).copied().unwrap_or(identifier))
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        self.known.capacity() * (40 + 4 * (self.members + self.swaps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    /// Two members; slot 0 holds a value, 1 a queue, 2 a bag. Value 0 is plain, 1 and 2 are members.
    fn known() -> (Mirrors, Space) {
        let kinds = [SlotKind::Value, SlotKind::Queue, SlotKind::Bag];
        let mut space = Space::new(false);
        kinds.into_iter().for_each(|kind| space.add_slot(kind));
        space.lay_out(Layout::spread(3));
        let mut mirrors = Mirrors::new(vec![0, 1, 2], &kinds, 2, 1).unwrap();
        for slot in 0..3 {
            mirrors.learn(slot, 0, vec![], vec![7]).unwrap();
            mirrors.learn(slot, 1, vec![2], vec![1, 0]).unwrap();
            mirrors.learn(slot, 2, vec![1], vec![0, 1]).unwrap();
        }
        (mirrors, space)
    }

    #[test]
    fn what_does_not_fit_the_members_or_was_not_told_is_no_mirror() {
        let (mut mirrors, space) = known();
        for (images, marks) in [(vec![1, 2], vec![0, 1]), (vec![1], vec![0]), (vec![], vec![])] {
            assert!(mirrors.learn(0, 3, images, marks).is_err());
        }
        assert!(matches!(mirrors.mentions(&space, 0, 3), Err(Miss::Mirror(0, 3))));
        assert!(Mirrors::new(vec![0], &[], 2, 1).is_err());
    }

    #[test]
    fn an_exchange_renames_the_members_in_values_queues_and_bags() {
        let (mirrors, mut space) = known();
        let image = |space: &Space, slot, word| mirrors.image(space, 0, (slot, slot), word, true);
        assert_eq!(image(&space, 0, 1).unwrap(), 2);
        assert_eq!(image(&space, 0, 0).unwrap(), 0);
        for slot in [1, 2] {
            let word = space.sequence(slot, vec![1, 1, 0]);
            assert!(matches!(image(&space, slot, word), Err(Miss::Sequence(..))));
            let moved = space.sequence(slot, vec![2, 2, 0]);
            assert_eq!(image(&space, slot, word).unwrap(), moved);
            assert_eq!(image(&space, slot, 0).unwrap(), 0);
        }
    }

    #[test]
    fn a_queue_is_something_else_in_another_order_and_a_bag_is_not() {
        let (mirrors, mut space) = known();
        let mut marks = |slot, elements: &[u32]| {
            let word = space.sequence(slot, elements.to_vec());
            let mark = |member| mirrors.mark(&space, slot, word, member).unwrap();
            [mark(0), mark(1)]
        };
        assert_ne!(marks(1, &[1, 0]), marks(1, &[0, 1]));
        assert_eq!(marks(2, &[1, 0]), marks(2, &[0, 1]));
        let [one, other] = marks(1, &[1, 0]);
        assert_eq!(marks(1, &[2, 0]), [other, one]);
        assert_ne!(one, other);
    }

    #[test]
    fn what_mentions_no_member_is_the_same_to_all() {
        let (mirrors, mut space) = known();
        let plain = space.sequence(1, vec![0, 0]);
        let mixed = space.sequence(1, vec![0, 2]);
        assert!(!mirrors.mentions(&space, 1, plain).unwrap());
        assert!(mirrors.mentions(&space, 1, mixed).unwrap());
        let mark = |member| mirrors.mark(&space, 1, plain, member).unwrap();
        assert_eq!(mark(0), mark(1));
    }
}
