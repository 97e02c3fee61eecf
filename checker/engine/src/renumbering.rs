//! States up to a renumbering of their timestamps: only the ranks among the live ones count.
use crate::layout::PAGE;
use crate::space::Space;
use crate::stamps::{compress, moved};
use crate::tabulator::SlotKind;
use crate::walk::Miss;

impl Space {
    /// Close the gaps between the timestamps of a state.
    pub fn renumber(&mut self, identifiers: &mut [u32]) -> Result<(), Miss> {
        let live = self.live(identifiers);
        let moving = moved(live);
        if moving == 0 {
            return Ok(());
        }
        for (page, identifier) in identifiers.iter_mut().enumerate() {
            if self.store.live(page, *identifier) & moving == 0 {
                continue;
            }
            let key = (page as u32, *identifier, live);
            if let Some(&known) = self.renumbered.get(&key) {
                *identifier = known;
                continue;
            }
            let mut row = [0; PAGE];
            row.copy_from_slice(self.store.page(page, *identifier));
            for (offset, place) in row.iter_mut().enumerate() {
                if let Some(slot) = self.layout.slot(page * PAGE + offset) {
                    *place = self.renumber_slot(slot, *place, live, moving)?;
                }
            }
            *identifier = self.intern(page, &row);
            debug_assert_eq!(
                self.store.live(page, *identifier),
                compress(self.store.live(page, key.1), live)
            );
            self.renumbered.insert(key, *identifier);
        }
        Ok(())
    }

    fn renumber_slot(
        &mut self,
        slot: u32,
        identifier: u32,
        live: u64,
        moving: u64,
    ) -> Result<u32, Miss> {
        if self.kinds[slot as usize] == SlotKind::Value {
            return self.renumber_one(slot, identifier, live, moving);
        }
        if self.sequences[slot as usize].stamps(identifier) & moving == 0 {
            return Ok(identifier);
        }
        let elements = self.sequences[slot as usize].get(identifier);
        let renumbered: Result<Vec<u32>, Miss> =
            elements.iter().map(|&e| self.renumber_one(slot, e, live, moving)).collect();
        Ok(self.sequence(slot, renumbered?))
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

    #[test]
    fn gaps_between_timestamps_are_closed_in_every_slot_that_holds_a_later_one() {
        let mut space = Space::new(true);
        space.add_slot(SlotKind::Value);
        space.add_slot(SlotKind::Queue);
        space.stamps.set(0, 1, 0b001).unwrap();
        space.stamps.set(1, 5, 0b100).unwrap();
        let (value, queue) = (space.layout.position(0), space.layout.position(1));
        let mut vector = vec![0; space.layout.pages() * PAGE];
        vector[value] = 1;
        vector[queue] = space.sequence(1, vec![5, 0]);
        let mut identifiers = space.fold(&vector);
        assert_eq!(space.live(&identifiers), 0b101);
        let missed = space.renumber(&mut identifiers.clone());
        assert!(matches!(missed, Err(Miss::Renumber(1, 5, 0b101))));
        space.stamps.remember(1, 5, 0b101, 6).unwrap();
        space.renumber(&mut identifiers).unwrap();
        assert_eq!(space.live(&identifiers), 0b11);
        vector[queue] = space.sequence(1, vec![6, 0]);
        assert_eq!(identifiers, space.fold(&vector));
    }
}
