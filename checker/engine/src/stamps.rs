//! The timestamps inside values and elements, as masks of ranks, and their renumbering.
use crate::hashing::FastMap;

/// The masks of every slot's values (or elements), and the memo of renumbered ones.
#[derive(Default)]
pub struct Stamps {
    masks: Vec<Vec<u64>>,
    renumbered: FastMap<(u32, u32, u64), u32>,
}

impl Stamps {
    /// The ranks inside a value or an element of a slot.
    #[inline]
    pub fn of(&self, slot: u32, identifier: u32) -> u64 {
        let masks = self.masks.get(slot as usize);
        masks.and_then(|masks| masks.get(identifier as usize)).copied().unwrap_or(0)
    }

    /// Say what ranks are inside; saying something else later is an error.
    pub fn set(&mut self, slot: u32, identifier: u32, mask: u64) -> Result<(), String> {
        let (slot, at) = (slot as usize, identifier as usize);
        if self.masks.len() <= slot {
            self.masks.resize(slot + 1, Vec::new());
        }
        let masks = &mut self.masks[slot];
        if masks.len() <= at {
            masks.resize(at + 1, 0);
        }
        if masks[at] != 0 && masks[at] != mask {
            return Err(format!(
                "slot {slot} identifier {identifier} has the stamps {:#x}, not {mask:#x}",
                masks[at]
            ));
        }
        masks[at] = mask;
        Ok(())
    }

    /// What a value or an element becomes once the gaps of `live` are closed, if it is known.
    pub fn renumbered(&self, slot: u32, identifier: u32, live: u64) -> Option<u32> {
        self.renumbered.get(&(slot, identifier, live)).copied()
    }

    /// Remember what it becomes.
    pub fn remember(
        &mut self,
        slot: u32,
        identifier: u32,
        live: u64,
        target: u32,
    ) -> Result<(), String> {
        let mask = compress(self.of(slot, identifier), live);
        self.set(slot, target, mask)?;
        self.renumbered.insert((slot, identifier, live), target);
        Ok(())
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        let masks: usize = self.masks.iter().map(|masks| masks.capacity() * 8).sum();
        masks + self.renumbered.capacity() * 32
    }
}

/// The ranks of `live` that change when its gaps are closed.
#[inline]
pub fn moved(live: u64) -> u64 {
    let kept = live.trailing_ones();
    if kept == 64 { 0 } else { live & (u64::MAX << kept) }
}

/// Keep of `mask` the bits at the set bits of `live`, moved together to the low end.
pub fn compress(mask: u64, live: u64) -> u64 {
    let (mut rest, mut place, mut result) = (live, 0, 0);
    while rest != 0 {
        if mask & rest & rest.wrapping_neg() != 0 {
            result |= 1 << place;
        }
        rest &= rest - 1;
        place += 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_closes_the_gaps() {
        assert_eq!(compress(0b1010_0001, 0b1011_0001), 0b1101);
        assert_eq!(compress(u64::MAX, u64::MAX), u64::MAX);
        assert_eq!(compress(5, 0), 0);
    }

    #[test]
    fn only_ranks_above_the_first_gap_move() {
        assert_eq!(moved(0b1011), 0b1000);
        assert_eq!(moved(0b0111), 0);
        assert_eq!(moved(0), 0);
        assert_eq!(moved(u64::MAX), 0);
        assert_eq!(moved(0b10), 0b10);
    }

    #[test]
    fn the_stamps_of_an_identifier_do_not_change() {
        let mut stamps = Stamps::default();
        stamps.set(1, 2, 6).unwrap();
        assert!(stamps.set(1, 2, 6).is_ok());
        assert!(stamps.set(1, 2, 7).is_err());
        stamps.remember(1, 2, 0b110, 9).unwrap();
        assert_eq!(stamps.of(1, 9), 0b11);
    }

    #[test]
    fn a_renumbering_that_contradicts_the_stamps_is_refused() {
        let mut stamps = Stamps::default();
        stamps.set(0, 1, 0b100).unwrap();
        stamps.set(0, 2, 0b100).unwrap();
        assert!(stamps.remember(0, 1, 0b101, 2).is_err());
        assert_eq!(stamps.renumbered(0, 1, 0b101), None);
        stamps.remember(0, 1, 0b101, 3).unwrap();
        assert_eq!(stamps.renumbered(0, 1, 0b101), Some(3));
        assert_eq!((stamps.of(0, 3), stamps.of(7, 7)), (0b10, 0));
    }
}
