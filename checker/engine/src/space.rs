//! The space of states: slots, what they may hold, and how vectors become roots.
use crate::layout::{Layout, PAGES};
use crate::sequences::Sequences;
use crate::stamps::Stamps;
use crate::store::{Store, pages_of, root_of};
use crate::tabulator::{Content, Effect, Operation, SlotKind};
use crate::views::View;
use crate::walk::Miss;

/// One state, taken apart.
#[derive(Clone)]
pub struct Frame {
    /// Its pages.
    pub pages: [u32; PAGES],
    /// Its slots, by position.
    pub vector: Vec<u32>,
    /// The timestamps alive in it; 0 where time does not count.
    pub live: u64,
    /// The pages that `vector` shows.
    shown: [u32; PAGES],
}

impl Frame {
    /// The same state, but for what its slots hold.
    pub fn with(&self, vector: Vec<u32>) -> Self {
        Frame { vector, ..self.clone() }
    }
}

impl Default for Frame {
    fn default() -> Self {
        Frame { pages: [0; PAGES], vector: Vec::new(), live: 0, shown: [u32::MAX; PAGES] }
    }
}

/// Slots, contents and pages.
pub struct Space {
    /// Whether states are compared up to a renumbering of timestamps.
    pub timed: bool,
    /// Whether any value holds a timestamp.
    pub stamped: bool,
    /// What each slot holds.
    pub kinds: Vec<SlotKind>,
    /// Where each slot stands.
    pub layout: Layout,
    /// The sequences of each slot (of a value slot: none but the empty one).
    pub sequences: Vec<Sequences>,
    /// The timestamps inside values and elements.
    pub stamps: Stamps,
    /// Functions of slots.
    pub views: Vec<View>,
    /// The pages of all states.
    pub store: Store,
}

impl Space {
    /// Make a space without slots.
    pub fn new(timed: bool) -> Self {
        let layout = Layout::spread(0);
        let store = Store::new(&layout, 1);
        Space {
            timed,
            stamped: false,
            kinds: Vec::new(),
            layout,
            sequences: Vec::new(),
            stamps: Stamps::default(),
            views: Vec::new(),
            store,
        }
    }

    /// Add a slot; it has no place before the slots are laid out.
    pub fn add_slot(&mut self, kind: SlotKind) {
        self.kinds.push(kind);
        self.sequences.push(Sequences::new());
    }

    /// Give every slot a place, and forget all pages.
    pub fn lay_out(&mut self, layout: Layout) {
        self.store = Store::new(&layout, self.store.words());
        self.layout = layout;
    }

    /// Say what timestamps are inside a value or an element.
    pub fn set_stamps(&mut self, slot: u32, identifier: u32, mask: u64) -> Result<(), String> {
        self.stamped |= self.timed && mask != 0;
        self.stamps.set(slot, identifier, mask)
    }

    /// The root of a vector; `None` where there is no room for its pages.
    pub fn root(&self, vector: &[u32]) -> Option<u64> {
        let page = |page: usize| self.intern(page, &vector[self.layout.range(page)]);
        Some(root_of([page(0)?, page(1)?]))
    }

    /// Find or add a page; `None` where there is no room.
    pub fn intern(&self, page: usize, row: &[u32]) -> Option<u32> {
        self.store.intern(page, row, || {
            if !self.timed {
                return 0;
            }
            let slots = self.layout.range(page).map(|position| self.layout.slot(position));
            let live_of = |(slot, &identifier): (u32, &u32)| match self.kinds[slot as usize] {
                SlotKind::Value => self.stamps.of(slot, identifier),
                _ => self.sequences[slot as usize].stamps(identifier),
            };
            slots.zip(row).map(live_of).fold(0, |live, mask| live | mask)
        })
    }

    /// Take a state apart.
    #[inline]
    pub fn load(&self, root: u64, frame: &mut Frame) {
        if frame.vector.len() != self.layout.len() {
            *frame = Frame::default();
            frame.vector.resize(self.layout.len(), 0);
        }
        frame.pages = pages_of(root);
        for page in 0..PAGES {
            if frame.shown[page] != frame.pages[page] {
                let place = &mut frame.vector[self.layout.range(page)];
                self.store.read(page, frame.pages[page], place);
            }
        }
        frame.shown = frame.pages;
        frame.live = if self.stamped { self.live(frame.pages) } else { 0 };
    }

    /// The timestamps alive in a state.
    #[inline]
    pub fn live(&self, pages: [u32; PAGES]) -> u64 {
        self.store.live(0, pages[0]) | self.store.live(1, pages[1])
    }

    /// Give each slot's content in full.
    pub fn contents(&self, vector: &[u32]) -> Vec<Content> {
        let content = |(slot, kind): (usize, &SlotKind)| {
            let identifier = vector[self.layout.position(slot as u32)];
            match kind {
                SlotKind::Value => Content::Value(identifier),
                _ => Content::Elements(self.sequences[slot].get(identifier).to_vec()),
            }
        };
        self.kinds.iter().enumerate().map(content).collect()
    }

    /// Find or add the sequence of these elements in a slot.
    pub fn sequence(&mut self, slot: u32, elements: Vec<u32>) -> u32 {
        let elements = self.in_order(slot, elements);
        let stamps = &self.stamps;
        self.sequences[slot as usize].intern(&elements, |element| stamps.of(slot, element))
    }

    /// Find the sequence of these elements in a slot.
    pub fn known_sequence(&self, slot: u32, elements: Vec<u32>) -> Result<u32, Miss> {
        let elements = self.in_order(slot, elements);
        let known = self.sequences[slot as usize].find(&elements);
        known.ok_or(Miss::Sequence(slot, elements))
    }

    fn in_order(&self, slot: u32, mut elements: Vec<u32>) -> Vec<u32> {
        if self.kinds[slot as usize] == SlotKind::Bag {
            elements.sort_unstable();
        }
        elements
    }

    /// What an effect makes of what its slot holds.
    pub fn affect(&self, identifier: u32, effect: &Effect) -> Result<u32, Miss> {
        let Effect { operation, slot, argument } = *effect;
        if operation == Operation::Set {
            return Ok(argument);
        }
        let mut elements = self.sequences[slot as usize].get(identifier).to_vec();
        match operation {
            Operation::Set => unreachable!("returned above"),
            Operation::Push | Operation::Add => elements.push(argument),
            Operation::Clear => elements.clear(),
            Operation::RemoveAt | Operation::Remove => {
                let at = match operation {
                    Operation::RemoveAt => argument as usize,
                    _ => elements.iter().position(|&e| e == argument).unwrap_or(usize::MAX),
                };
                if at >= elements.len() {
                    return Err(Miss::Invalid(format!(
                        "an effect removes from slot {slot} what is not there: \
                         {operation:?} {argument} of {elements:?}"
                    )));
                }
                elements.remove(at);
            }
        }
        self.known_sequence(slot, elements)
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        let sequences: usize = self.sequences.iter().map(Sequences::memory).sum();
        let views: usize = self.views.iter().map(View::memory).sum();
        sequences + views + self.stamps.memory() + self.store.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(operation: Operation, slot: u32, argument: u32) -> Effect {
        Effect { operation, slot, argument }
    }

    fn space_of(kinds: &[SlotKind]) -> Space {
        let mut space = Space::new(false);
        for &kind in kinds {
            space.add_slot(kind);
        }
        space.lay_out(Layout::spread(kinds.len()));
        space
    }

    #[test]
    fn a_state_is_what_its_root_was_made_of() {
        let mut space = space_of(&[SlotKind::Value, SlotKind::Queue, SlotKind::Bag]);
        let vector = [7, space.sequence(1, vec![3, 1]), space.sequence(2, vec![2, 2])];
        let root = space.root(&vector).unwrap();
        let mut frame = Frame::default();
        space.load(root, &mut frame);
        let held =
            [Content::Value(7), Content::Elements(vec![3, 1]), Content::Elements(vec![2, 2])];
        assert_eq!(space.contents(&frame.vector), held);
    }

    #[test]
    fn equal_bags_are_one_and_queues_keep_their_order() {
        let mut space = space_of(&[SlotKind::Queue, SlotKind::Bag]);
        assert_eq!(space.sequence(1, vec![2, 1]), space.sequence(1, vec![1, 2]));
        assert_ne!(space.sequence(0, vec![2, 1]), space.sequence(0, vec![1, 2]));
    }

    #[test]
    fn effects_happen_in_order_and_none_removes_what_is_not_there() {
        let mut space = space_of(&[SlotKind::Queue, SlotKind::Bag]);
        let mut after = |slot: u32, effects: &[(Operation, u32)]| -> Result<Vec<u32>, Miss> {
            let mut identifier = 0;
            for &(operation, argument) in effects {
                let effect = effect(operation, slot, argument);
                identifier = match space.affect(identifier, &effect) {
                    Err(Miss::Sequence(slot, elements)) => space.sequence(slot, elements),
                    known => known?,
                };
            }
            Ok(space.sequences[slot as usize].get(identifier).to_vec())
        };
        use Operation::{Add, Clear, Push, Remove, RemoveAt};
        assert_eq!(after(0, &[(Push, 5), (Push, 6), (RemoveAt, 0)]).unwrap(), [6]);
        assert_eq!(after(1, &[(Add, 5), (Add, 4), (Add, 5), (Remove, 5)]).unwrap(), [4, 5]);
        assert!(after(1, &[(Add, 5), (Clear, 0)]).unwrap().is_empty());
        assert!(matches!(after(0, &[(Push, 5), (RemoveAt, 1)]), Err(Miss::Invalid(_))));
        assert!(matches!(after(1, &[(Add, 5), (Remove, 4)]), Err(Miss::Invalid(_))));
    }
}
