//! States up to a renumbering of their timestamps: only the ranks among the live ones count.
use crate::layout::PAGES;
use crate::memo::Memo;
use crate::space::Space;
use crate::stamps::moved;
use crate::tabulator::SlotKind;
use crate::walk::Miss;

impl Space {
    /// Close the gaps between the timestamps of a state.
    #[inline]
    pub fn renumber(&self, pages: &mut [u32; PAGES], memo: &mut Memo) -> Result<(), Miss> {
        let live = self.live(*pages);
        let moving = moved(live);
        if moving == 0 {
            return Ok(());
        }
        for (page, identifier) in pages.iter_mut().enumerate() {
            if self.store.live(page, *identifier) & moving != 0 {
                *identifier = memo.renumber(self, page, *identifier, live)?;
            }
        }
        Ok(())
    }

    /// A page with the gaps closed between the timestamps alive; `row` is working memory.
    pub fn renumbered(
        &self,
        page: usize,
        identifier: u32,
        live: u64,
        row: &mut Vec<u32>,
    ) -> Result<u32, Miss> {
        let range = self.layout.range(page);
        row.resize(range.len(), 0);
        self.store.read(page, identifier, row);
        let moving = moved(live);
        for (position, place) in range.zip(row.iter_mut()) {
            *place = self.renumber_slot(self.layout.slot(position), *place, live, moving)?;
        }
        self.intern(page, row).ok_or(Miss::Room)
    }

    fn renumber_slot(&self, slot: u32, id: u32, live: u64, moving: u64) -> Result<u32, Miss> {
        if self.kinds[slot as usize] == SlotKind::Value {
            return self.renumber_one(slot, id, live, moving);
        }
        if self.sequences[slot as usize].stamps(id) & moving == 0 {
            return Ok(id);
        }
        let elements = self.sequences[slot as usize].get(id);
        let renumbered: Result<Vec<u32>, Miss> =
            elements.iter().map(|&e| self.renumber_one(slot, e, live, moving)).collect();
        self.known_sequence(slot, renumbered?)
    }

    fn renumber_one(&self, slot: u32, id: u32, live: u64, moving: u64) -> Result<u32, Miss> {
        if self.stamps.of(slot, id) & moving == 0 {
            return Ok(id);
        }
        self.stamps.renumbered(slot, id, live).ok_or(Miss::Renumber(slot, id, live))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::store::{pages_of, root_of};

    #[test]
    fn gaps_between_timestamps_are_closed_in_every_slot_that_holds_a_later_one() {
        let mut space = Space::new(true);
        space.add_slot(SlotKind::Value);
        space.add_slot(SlotKind::Queue);
        space.lay_out(Layout::spread(2));
        space.set_stamps(0, 1, 0b001).unwrap();
        space.set_stamps(1, 5, 0b100).unwrap();
        let queue = space.sequence(1, vec![5, 0]);
        let mut pages = pages_of(space.root(&[1, queue]).unwrap());
        assert_eq!(space.live(pages), 0b101);
        let mut memo = Memo::default();
        let missed = space.renumber(&mut pages.clone(), &mut memo);
        assert!(matches!(missed, Err(Miss::Renumber(1, 5, 0b101))));
        space.stamps.remember(1, 5, 0b101, 6).unwrap();
        let missed = space.renumber(&mut pages.clone(), &mut memo);
        assert!(matches!(missed, Err(Miss::Sequence(1, elements)) if elements == [6, 0]));
        let queue = space.sequence(1, vec![6, 0]);
        space.renumber(&mut pages, &mut memo).unwrap();
        assert_eq!(space.live(pages), 0b11);
        assert_eq!(Some(root_of(pages)), space.root(&[1, queue]));
    }
}
