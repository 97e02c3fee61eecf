//! Where each slot stands: in which page, and where in it.

/// Slots in one page.
pub const PAGE: usize = 16;
const NOWHERE: u32 = u32::MAX;

/// A placement of slots; positions are numbered through all pages.
#[derive(Clone)]
pub struct Layout {
    pages: usize,
    positions: Vec<u32>,
    /// The slot at each position, or `NOWHERE`.
    slots: Vec<u32>,
}

impl Layout {
    /// Spread slots evenly, neighbours together.
    pub fn spread(count: usize) -> Self {
        let pages = count.div_ceil(PAGE).next_power_of_two().max(2);
        let mut layout =
            Layout { pages, positions: Vec::new(), slots: vec![NOWHERE; pages * PAGE] };
        let mut used = vec![0; pages];
        for slot in 0..count {
            let page = slot * pages / count;
            layout.put(page * PAGE + used[page], slot);
            used[page] += 1;
        }
        layout
    }

    /// Place the next slot in the page with most room; false if every page is full.
    pub fn place(&mut self) -> bool {
        let slot = self.positions.len();
        let room = |page: &usize| {
            let places = &self.slots[page * PAGE..(page + 1) * PAGE];
            places.iter().filter(|&&slot| slot == NOWHERE).count()
        };
        let page = (0..self.pages).rev().max_by_key(room).expect("there are pages");
        let places = &self.slots[page * PAGE..(page + 1) * PAGE];
        match places.iter().position(|&slot| slot == NOWHERE) {
            Some(offset) => {
                self.put(page * PAGE + offset, slot);
                true
            }
            None => false,
        }
    }

    fn put(&mut self, position: usize, slot: usize) {
        self.positions.push(position as u32);
        self.slots[position] = slot as u32;
    }

    /// The number of pages: a power of two, at least 2.
    #[inline]
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// The position of a slot.
    #[inline]
    pub fn position(&self, slot: u32) -> usize {
        self.positions[slot as usize] as usize
    }

    /// The page of a slot.
    pub fn page(&self, slot: u32) -> usize {
        self.position(slot) / PAGE
    }

    /// The slot at a position.
    pub fn slot(&self, position: usize) -> Option<u32> {
        self.slots.get(position).copied().filter(|&slot| slot != NOWHERE)
    }

    /// The page of a slot as a mask; all ones beyond the 64th page, where no mask can tell.
    pub fn page_mask(&self, slot: u32) -> u64 {
        let page = self.page(slot);
        if page < 64 { 1 << page } else { u64::MAX }
    }

    /// Write a vector laid out here in another layout of the same slots or more.
    pub fn transfer(&self, vector: &[u32], target: &Layout, result: &mut [u32]) {
        result.fill(0);
        for (slot, &position) in self.positions.iter().enumerate() {
            result[target.position(slot as u32)] = vector[position as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_spread_evenly_and_find_back() {
        let layout = Layout::spread(19);
        assert_eq!(layout.pages(), 2);
        assert_eq!((layout.page(9), layout.page(10)), (0, 1));
        for slot in 0..19 {
            assert_eq!(layout.slot(layout.position(slot)), Some(slot));
        }
    }

    #[test]
    fn a_full_layout_has_no_place_for_one_more() {
        let mut layout = Layout::spread(31);
        assert!(layout.place());
        assert!(!layout.place());
        assert_eq!(Layout::spread(33).pages(), 4);
    }

    #[test]
    fn a_transferred_vector_keeps_every_slot_and_new_ones_are_zero() {
        let (small, large) = (Layout::spread(20), Layout::spread(40));
        let mut vector = vec![0; 32];
        for slot in 0..20 {
            vector[small.position(slot)] = slot + 1;
        }
        let mut result = vec![9; 64];
        small.transfer(&vector, &large, &mut result);
        for slot in 0..40 {
            let expected = if slot < 20 { slot + 1 } else { 0 };
            assert_eq!(result[large.position(slot)], expected);
        }
    }
}
