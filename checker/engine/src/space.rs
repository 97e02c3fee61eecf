//! The space of states: slots, what they may hold, and how vectors become roots.
use crate::hashing::{FastMap, mix};
use crate::layout::{Layout, PAGE};
use crate::outcomes::Outcomes;
use crate::sequences::Sequences;
use crate::stamps::Stamps;
use crate::store::Store;
use crate::tabulator::{Content, Effect, Operation, SlotKind};
use crate::views::View;
use crate::walk::Miss;

const CACHE: usize = 1 << 18;

/// One remembered update of a page.
#[derive(Clone, Copy)]
struct Cached {
    page: u32,
    update: u32,
    result: u32,
}

const NOTHING: Cached = Cached { page: u32::MAX, update: u32::MAX, result: 0 };

/// One state, taken apart.
#[derive(Clone, Default)]
pub struct Frame {
    /// Its pages.
    pub identifiers: Vec<u32>,
    /// The inner nodes over its pages, as it was loaded.
    pub nodes: Vec<u32>,
    /// Its slots, by position.
    pub vector: Vec<u32>,
    /// The pages that `vector` shows, and the layout in which they stand.
    shown: (Vec<u32>, u32),
    /// The timestamps alive in it; 0 where time does not count.
    pub live: u64,
}

/// Slots, contents, pages and their updates.
pub struct Space {
    /// Whether states are compared up to a renumbering of timestamps.
    pub timed: bool,
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
    /// Pages and the tree over them.
    pub store: Store,
    /// The layout and the store that roots made earlier still refer to.
    pub former: Option<(Layout, Store)>,
    /// How many layouts there were before this one.
    layouts: u32,
    cache: Vec<Cached>,
    pub(crate) renumbered: FastMap<(u32, u32, u64), u32>,
}

impl Space {
    /// Make a space without slots.
    pub fn new(timed: bool) -> Self {
        let layout = Layout::spread(0);
        let store = Store::new(layout.pages(), 1);
        Space {
            timed,
            kinds: Vec::new(),
            layout,
            sequences: Vec::new(),
            stamps: Stamps::default(),
            views: Vec::new(),
            store,
            former: None,
            layouts: 0,
            cache: vec![NOTHING; CACHE],
            renumbered: FastMap::default(),
        }
    }

    /// Add a slot; true if everything had to be laid out anew.
    pub fn add_slot(&mut self, kind: SlotKind) -> bool {
        self.kinds.push(kind);
        self.sequences.push(Sequences::new());
        if self.layout.place() {
            return false;
        }
        self.lay_out(Layout::spread(self.kinds.len()));
        true
    }

    /// Take up another layout; roots made so far have to be moved over from `former`.
    pub fn lay_out(&mut self, layout: Layout) {
        let store = Store::new(layout.pages(), self.store.words());
        let former = (
            std::mem::replace(&mut self.layout, layout),
            std::mem::replace(&mut self.store, store),
        );
        self.former.get_or_insert(former);
        self.layouts += 1;
        self.cache.fill(NOTHING);
        self.renumbered.clear();
    }

    /// Make the root, in the present layout, of a root of a former one.
    pub fn move_over(&mut self, former: &(Layout, Store), root: u64) -> u64 {
        let (layout, store) = former;
        let mut identifiers = vec![0; store.pages()];
        store.unfold(root, &mut identifiers, &mut vec![0; store.nodes()]);
        let mut vector = Vec::with_capacity(store.pages() * PAGE);
        for (page, &identifier) in identifiers.iter().enumerate() {
            vector.extend_from_slice(store.page(page, identifier));
        }
        let mut moved = vec![0; self.layout.pages() * PAGE];
        layout.transfer(&vector, &self.layout, &mut moved);
        let mut identifiers = self.fold(&moved);
        self.store.root(&mut identifiers)
    }

    /// Intern a vector page by page.
    pub fn fold(&mut self, vector: &[u32]) -> Vec<u32> {
        (0..self.store.pages())
            .map(|page| self.intern(page, &vector[page * PAGE..(page + 1) * PAGE]))
            .collect()
    }

    pub(crate) fn intern(&mut self, page: usize, row: &[u32]) -> u32 {
        let Space { timed, kinds, layout, sequences, stamps, store, .. } = self;
        store.intern(page, row, || {
            if !*timed {
                return 0;
            }
            let live_of = |(offset, &identifier): (usize, &u32)| {
                layout.slot(page * PAGE + offset).map_or(0, |slot| match kinds[slot as usize] {
                    SlotKind::Value => stamps.of(slot, identifier),
                    _ => sequences[slot as usize].stamps(identifier),
                })
            };
            row.iter().enumerate().map(live_of).fold(0, |live, mask| live | mask)
        })
    }

    /// Take a state apart.
    #[inline]
    pub fn load(&self, root: u64, frame: &mut Frame) {
        let pages = self.store.pages();
        frame.identifiers.resize(pages, 0);
        frame.nodes.resize(self.store.nodes(), 0);
        self.store.unfold(root, &mut frame.identifiers, &mut frame.nodes);
        self.spell_out(frame);
    }

    /// Write out the slots of a frame whose pages are set, where they are not what it shows.
    #[inline]
    pub fn spell_out(&self, frame: &mut Frame) {
        let (shown, layout) = &mut frame.shown;
        if (shown.len(), *layout) != (frame.identifiers.len(), self.layouts) {
            *layout = self.layouts;
            shown.clear();
            shown.resize(frame.identifiers.len(), u32::MAX);
            frame.vector.resize(frame.identifiers.len() * PAGE, 0);
        }
        let pages = frame.identifiers.iter().zip(shown).zip(frame.vector.chunks_exact_mut(PAGE));
        for (page, ((&identifier, shown), place)) in pages.enumerate() {
            if *shown != identifier {
                place.copy_from_slice(self.store.page(page, identifier));
                *shown = identifier;
            }
        }
        frame.live = if self.timed { self.live(&frame.identifiers) } else { 0 };
    }

    /// The timestamps alive in a state.
    pub fn live(&self, identifiers: &[u32]) -> u64 {
        let live_of = |(page, &identifier)| self.store.live(page, identifier);
        identifiers.iter().enumerate().map(live_of).fold(0, |live, mask| live | mask)
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
    pub fn sequence(&mut self, slot: u32, mut elements: Vec<u32>) -> u32 {
        if self.kinds[slot as usize] == SlotKind::Bag {
            elements.sort_unstable();
        }
        let stamps = &self.stamps;
        self.sequences[slot as usize].intern(&elements, |element| stamps.of(slot, element))
    }

    /// The page that an update makes of a page.
    #[inline]
    pub fn change(
        &mut self,
        outcomes: &Outcomes,
        page: u32,
        identifier: u32,
        update: u32,
    ) -> Result<u32, Miss> {
        let key = u64::from(identifier) << 32 | u64::from(update);
        let place = mix(key) as usize & (CACHE - 1);
        let cached = self.cache[place];
        if cached.page == identifier && cached.update == update {
            return Ok(cached.result);
        }
        let result = self.change_slowly(outcomes, page, identifier, update)?;
        self.cache[place] = Cached { page: identifier, update, result };
        Ok(result)
    }

    fn change_slowly(
        &mut self,
        outcomes: &Outcomes,
        page: u32,
        identifier: u32,
        update: u32,
    ) -> Result<u32, Miss> {
        let page = page as usize;
        let mut row = [0; PAGE];
        row.copy_from_slice(self.store.page(page, identifier));
        for effect in outcomes.update(update) {
            let offset = self.layout.position(effect.slot) % PAGE;
            row[offset] = self.affect(row[offset], effect)?;
        }
        Ok(self.intern(page, &row))
    }

    fn affect(&mut self, identifier: u32, effect: &Effect) -> Result<u32, Miss> {
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
        Ok(self.sequence(slot, elements))
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        let sequences: usize = self.sequences.iter().map(Sequences::memory).sum();
        let views: usize = self.views.iter().map(View::memory).sum();
        let cache = self.cache.len() * size_of::<Cached>() + self.renumbered.capacity() * 32;
        sequences + views + cache + self.stamps.memory() + self.store.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tabulator::Ending;

    fn effect(operation: Operation, slot: u32, argument: u32) -> Effect {
        Effect { operation, slot, argument }
    }

    fn space_of(kinds: &[SlotKind], timed: bool) -> Space {
        let mut space = Space::new(timed);
        for &kind in kinds {
            space.add_slot(kind);
        }
        space
    }

    fn root_of(space: &mut Space, contents: &[Content]) -> u64 {
        let mut vector = vec![0; space.layout.pages() * PAGE];
        for (slot, content) in contents.iter().enumerate() {
            vector[space.layout.position(slot as u32)] = match content {
                Content::Value(identifier) => *identifier,
                Content::Elements(elements) => space.sequence(slot as u32, elements.clone()),
            };
        }
        let mut identifiers = space.fold(&vector);
        space.store.root(&mut identifiers)
    }

    fn contents_of(space: &Space, root: u64) -> Vec<Content> {
        let mut frame = Frame::default();
        space.load(root, &mut frame);
        space.contents(&frame.vector)
    }

    #[test]
    fn a_state_is_found_again_after_it_moved_to_a_larger_layout() {
        let mut space = space_of(&[SlotKind::Value, SlotKind::Queue, SlotKind::Bag], false);
        let held =
            [Content::Value(7), Content::Elements(vec![3, 1]), Content::Elements(vec![2, 2])];
        let root = root_of(&mut space, &held);
        assert_eq!(contents_of(&space, root), held);
        for _ in 0..40 {
            space.add_slot(SlotKind::Value);
        }
        let former = space.former.take().expect("forty slots need another layout");
        let moved = space.move_over(&former, root);
        let found = contents_of(&space, moved);
        assert_eq!(found[..3], held);
        assert!(found[3..].iter().all(|content| *content == Content::Value(0)));
    }

    #[test]
    fn equal_bags_are_one_and_queues_keep_their_order() {
        let mut space = space_of(&[SlotKind::Queue, SlotKind::Bag], false);
        assert_eq!(space.sequence(1, vec![2, 1]), space.sequence(1, vec![1, 2]));
        assert_ne!(space.sequence(0, vec![2, 1]), space.sequence(0, vec![1, 2]));
    }

    #[test]
    fn effects_happen_in_order_and_none_removes_what_is_not_there() {
        let mut space = space_of(&[SlotKind::Queue, SlotKind::Bag], false);
        let mut after = |slot: u32, effects: &[(Operation, u32)]| -> Result<Vec<u32>, Miss> {
            let mut identifier = 0;
            for &(operation, argument) in effects {
                identifier = space.affect(identifier, &effect(operation, slot, argument))?;
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

    #[test]
    fn a_remembered_update_gives_what_it_gave_at_first() {
        let mut space = space_of(&[SlotKind::Value, SlotKind::Queue], false);
        let mut outcomes = Outcomes::default();
        let effects = vec![effect(Operation::Set, 0, 9), effect(Operation::Push, 1, 4)];
        let ending = Ending { effects, reactions: vec![], error: None, truth: false };
        let outcome = outcomes.intern(ending, &space.layout);
        let root = root_of(&mut space, &[]);
        let mut frame = Frame::default();
        for _ in 0..2 {
            space.load(root, &mut frame);
            for change in outcomes.changes(outcome) {
                let place = &mut frame.identifiers[change.page as usize];
                *place = space.change(&outcomes, change.page, *place, change.update).unwrap();
            }
            let target = space.store.root(&mut frame.identifiers);
            let found = contents_of(&space, target);
            assert_eq!(found, [Content::Value(9), Content::Elements(vec![4])]);
        }
    }
}
