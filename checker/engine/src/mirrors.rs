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
