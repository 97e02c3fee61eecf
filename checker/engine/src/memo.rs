//! A worker's own memory of what updates make of pages; it forgets, and then works it out again.
use crate::hashing::mix;
use crate::layout::PAGES;
use crate::outcomes::Outcomes;
use crate::space::Space;
use crate::walk::Miss;

/// Entries that belong to one page, side by side.
const WIDTH: usize = 16;
/// The most rows of one kind of pages: with their entries, 1 MiB.
const ROWS_MAX: usize = 1 << 13;
const LIVE: usize = 1 << 14;

/// Rows of entries, one for each page (or for several, when there are too many pages).
#[derive(Default)]
struct Rows {
    /// The page that a row belongs to, plus one.
    owners: Vec<u32>,
    /// An update in the upper half; what it makes of the page, plus one, in the lower.
    entries: Vec<u64>,
}

/// A page whose timestamps were renumbered for some that were alive.
#[derive(Clone, Copy, Default)]
struct Renumbered {
    live: u64,
    page: u32,
    /// The page that it became, plus one.
    result: u32,
}

/// What is remembered of both kinds of pages.
#[derive(Default)]
pub struct Memo {
    pages: [Rows; PAGES],
    renumbered: [Vec<Renumbered>; PAGES],
    row: Vec<u32>,
}

impl Memo {
    /// Be large enough for so many pages.
    pub fn fit(&mut self, sizes: [usize; PAGES]) {
        for (rows, size) in self.pages.iter_mut().zip(sizes) {
            let wanted = size.next_power_of_two().clamp(64, ROWS_MAX);
            if wanted > rows.owners.len() {
                rows.grow(wanted);
            }
        }
    }

    /// The page that an update makes of a page.
    #[inline]
    pub fn change(
        &mut self,
        space: &Space,
        outcomes: &Outcomes,
        page: usize,
        identifier: u32,
        update: u32,
    ) -> Result<u32, Miss> {
        let rows = &mut self.pages[page];
        let at = identifier as usize & (rows.owners.len() - 1);
        let entries = &mut rows.entries[at * WIDTH..(at + 1) * WIDTH];
        let place = update as usize % WIDTH;
        if rows.owners[at] != identifier + 1 {
            rows.owners[at] = identifier + 1;
            entries.fill(0);
        }
        for place in [place, place ^ 1] {
            if (entries[place] >> 32) as u32 == update && entries[place] != 0 {
                return Ok(entries[place] as u32 - 1);
            }
        }
        let result = changed(space, outcomes, page, identifier, update, &mut self.row)?;
        let place = if entries[place] == 0 { place } else { place ^ 1 };
        entries[place] = u64::from(update) << 32 | (u64::from(result) + 1);
        Ok(result)
    }

    /// A page with the gaps closed between the timestamps alive.
    #[inline]
    pub fn renumber(
        &mut self,
        space: &Space,
        page: usize,
        identifier: u32,
        live: u64,
    ) -> Result<u32, Miss> {
        let known = &mut self.renumbered[page];
        if known.is_empty() {
            known.resize(LIVE, Renumbered::default());
        }
        let at = mix(live ^ u64::from(identifier) << 24) as usize % LIVE;
        let found = known[at];
        if (found.page, found.live) == (identifier, live) && found.result != 0 {
            return Ok(found.result - 1);
        }
        let result = space.renumbered(page, identifier, live, &mut self.row)?;
        known[at] = Renumbered { live, page: identifier, result: result + 1 };
        Ok(result)
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let rows = |rows: &Rows| rows.owners.capacity() * 4 + rows.entries.capacity() * 8;
        self.pages.iter().map(rows).sum::<usize>()
            + self.renumbered.iter().map(|known| known.capacity() * 16).sum::<usize>()
    }
}

impl Rows {
    fn grow(&mut self, wanted: usize) {
        let mut grown = Rows { owners: vec![0; wanted], entries: vec![0; wanted * WIDTH] };
        for (at, &owner) in self.owners.iter().enumerate().filter(|(_, owner)| **owner > 0) {
            let to = (owner as usize - 1) & (wanted - 1);
            grown.owners[to] = owner;
            grown.entries[to * WIDTH..(to + 1) * WIDTH]
                .copy_from_slice(&self.entries[at * WIDTH..(at + 1) * WIDTH]);
        }
        *self = grown;
    }
}

#[cold]
fn changed(
    space: &Space,
    outcomes: &Outcomes,
    page: usize,
    identifier: u32,
    update: u32,
    row: &mut Vec<u32>,
) -> Result<u32, Miss> {
    let range = space.layout.range(page);
    row.resize(range.len(), 0);
    space.store.read(page, identifier, row);
    for effect in outcomes.update(update) {
        let offset = space.layout.position(effect.slot) - range.start;
        row[offset] = space.affect(row[offset], effect)?;
    }
    space.intern(page, row).ok_or(Miss::Room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::tabulator::{Effect, Ending, Operation, SlotKind};

    #[test]
    fn a_remembered_update_gives_what_it_gave_at_first_however_many_there_are() {
        let mut space = Space::new(false);
        space.add_slot(SlotKind::Value);
        space.lay_out(Layout::new(&[0]));
        let mut outcomes = Outcomes::default();
        let updates: Vec<u32> = (0..100)
            .map(|argument| {
                let effects = vec![Effect { operation: Operation::Set, slot: 0, argument }];
                let ending = Ending { effects, reactions: vec![], error: None, truth: false };
                let outcome = outcomes.intern(ending, &space.layout);
                outcomes.plan(outcome).updates[0]
            })
            .collect();
        let mut memo = Memo::default();
        memo.fit([1, 1]);
        for round in 0..3 {
            for (argument, &update) in updates.iter().enumerate() {
                space.store.reserve();
                let from = space.intern(0, &[round]).unwrap();
                let made = memo.change(&space, &outcomes, 0, from, update).unwrap();
                assert_eq!(Some(made), space.intern(0, &[argument as u32]));
            }
        }
        assert!(memo.memory() > 0);
    }
}
