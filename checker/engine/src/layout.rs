//! Where each slot stands: in which of the two pages of a state, and where in it.
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The pages of a state.
pub const PAGES: usize = 2;

/// A placement of slots; positions are numbered through both pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    positions: Vec<u32>,
    /// The slot at each position.
    slots: Vec<u32>,
    /// How many positions the first page has.
    border: usize,
}

impl Layout {
    /// Put each slot into the page that `page_of` names for it (0 or 1), neighbours together.
    pub fn new(page_of: &[u8]) -> Self {
        let on = |page: u8| {
            let here = move |&slot: &usize| page_of[slot] == page;
            (0..page_of.len()).filter(here).map(|slot| slot as u32)
        };
        let slots: Vec<u32> = on(0).chain(on(1)).collect();
        let mut positions = vec![0; slots.len()];
        for (position, &slot) in slots.iter().enumerate() {
            positions[slot as usize] = position as u32;
        }
        Layout { positions, slots, border: on(0).count() }
    }

    /// Spread slots evenly, neighbours together.
    pub fn spread(count: usize) -> Self {
        let page_of: Vec<u8> = (0..count).map(|slot| u8::from(slot * 2 >= count)).collect();
        Layout::new(&page_of)
    }

    /// The number of slots.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// The positions of a page.
    #[inline]
    pub fn range(&self, page: usize) -> Range<usize> {
        if page == 0 { 0..self.border } else { self.border..self.slots.len() }
    }

    /// The position of a slot.
    #[inline]
    pub fn position(&self, slot: u32) -> usize {
        self.positions[slot as usize] as usize
    }

    /// The page of a slot.
    #[inline]
    pub fn page(&self, slot: u32) -> usize {
        usize::from(self.position(slot) >= self.border)
    }

    /// The slot at a position.
    #[inline]
    pub fn slot(&self, position: usize) -> u32 {
        self.slots[position]
    }

    /// The page of a slot as a mask.
    pub fn page_mask(&self, slot: u32) -> u8 {
        1 << self.page(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_spread_evenly_and_find_back() {
        let layout = Layout::spread(19);
        assert_eq!((layout.range(0), layout.range(1)), (0..10, 10..19));
        assert_eq!((layout.page(9), layout.page(10)), (0, 1));
        for slot in 0..19 {
            assert_eq!(layout.slot(layout.position(slot)), slot);
        }
    }

    #[test]
    fn each_slot_stands_in_the_page_it_was_given() {
        let page_of = [1, 0, 1, 1, 0];
        let layout = Layout::new(&page_of);
        assert_eq!((layout.range(0), layout.range(1)), (0..2, 2..5));
        for (slot, &page) in page_of.iter().enumerate() {
            assert_eq!(layout.page(slot as u32), usize::from(page));
            assert_eq!(layout.page_mask(slot as u32), 1 << page);
        }
    }

    #[test]
    fn a_page_may_be_empty() {
        assert_eq!(Layout::spread(1).range(1), 1..1);
        assert_eq!(Layout::spread(0).range(0), 0..0);
    }
}
