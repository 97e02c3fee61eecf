//! Operations as compact rows of numbers.
use crate::values::Value;

/// The end of what never returned, or of which nobody knows whether it happened.
pub const FOREVER: i64 = 1 << 62;
/// Times are smaller, so that sums of a few cannot overflow.
pub const LATEST: i64 = 1 << 60;
/// Stands for the region of an operation that does not name one.
pub const NOWHERE: u32 = u32::MAX;

/// What an operation does to its item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Read,
    Write,
    Cas,
    Increment,
}

/// What became of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Ok,
    Unknown,
    Failed,
    Conflict,
}

/// Whether an operation asked for strong consistency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Consistency {
    Unsaid,
    Strong,
    Eventual,
}

/// Where a row stands: its file, the line of its outcome, the line in which it begins, and which
/// part of a transaction it is, from 1; 0 where it is none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Spot {
    pub file: u32,
    pub line: u32,
    pub invoked: u32,
    pub part: u32,
}

/// A spot in eight bytes, as `Places` keep it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    line: u32,
    /// How many lines before that it begins (16 bits), its part and its file (8 bits each).
    rest: u32,
}

impl Place {
    /// No place.
    pub const NONE: Place = Place { line: 0, rest: u32::MAX };
    /// Stands in `rest` for a place whose `line` is its number among the odd ones.
    const ODD: u32 = u32::MAX - 1;
}

/// Keeps spots in eight bytes each, and whole those that need more.
#[derive(Default)]
pub struct Places {
    odd: Vec<Spot>,
}

impl Places {
    #[inline]
    pub fn place(&mut self, spot: Spot) -> Place {
        let Spot { file, line, invoked, part } = spot;
        let before = line.wrapping_sub(invoked);
        if before < 1 << 16 && part < 1 << 8 && file < 0xFF {
            return Place { line, rest: file << 24 | part << 16 | before };
        }
        if self.odd.last() != Some(&spot) {
            self.odd.push(spot);
        }
        Place { line: self.odd.len() as u32 - 1, rest: Place::ODD }
    }

    /// Give the spot of a place; none for no place.
    pub fn spot(&self, place: Place) -> Option<Spot> {
        let Place { line, rest } = place;
        match rest {
            _ if place == Place::NONE => None,
            Place::ODD => self.odd.get(line as usize).copied(),
            _ => {
                let (file, part) = (rest >> 24, rest >> 16 & 0xFF);
                Some(Spot { file, line, invoked: line - (rest & 0xFFFF), part })
            }
        }
    }
}

/// The start of a row, and its place.
pub type Order = (i64, u32, u32, u32);

/// One operation on one item; key, session and region are numbers of names.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub start: i64,
    pub end: i64,
    pub value: Value,
    /// What a conditional write expects, else `UNSET`.
    pub expected: Value,
    pub version: Version,
    pub key: u32,
    pub session: u32,
    pub region: u32,
    pub spot: Spot,
    pub action: Action,
    pub outcome: Outcome,
    pub consistency: Consistency,
}

impl Row {
    /// Give what rows are sorted by.
    #[inline]
    pub fn order(&self) -> Order {
        (self.start, self.spot.file, self.spot.line, self.spot.part)
    }

    #[inline]
    pub fn is_read(&self) -> bool {
        self.action == Action::Read
    }

    /// Tell whether it certainly happened.
    #[inline]
    pub fn is_certain(&self) -> bool {
        self.outcome == Outcome::Ok
    }

    /// Tell whether it certainly did not happen.
    #[inline]
    pub fn has_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed | Outcome::Conflict)
    }
}

/// A version as it was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    None,
    /// One that can be ordered: its first number, and the number of what follows.
    Ordered(i64, u32),
    /// One that can only be equal or not.
    Other(Value),
}

/// What follows the first number of an ordered version: nothing, for a number by itself.
pub const PLAIN: u32 = 0;
/// What follows the first number of an ordered version: nothing, in a list.
pub const ALONE: u32 = 1;
/// The first tail of one part or more.
pub const FIRST_TAIL: u32 = 2;

/// A part of an ordered version; numbers come before texts, and a greater number after both.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    Number(i64),
    Text(Box<[u8]>),
    /// What makes the number before it greater, from 0 to 1, by its bits, which have its order.
    Fraction(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_give_back_each_spot() {
        let mut places = Places::default();
        let (edge, last) = (1 << 16, u32::MAX);
        let lines = [(9, 9), (9, 2), (edge, 1), (edge + 1, 1), (last, last), (last, 1), (3, 8)];
        let mut kept = Vec::new();
        for (line, invoked) in lines {
            for part in [0, 1, 255, 256, last] {
                for file in [0, 1, 254, 255, last] {
                    let spot = Spot { file, line, invoked, part };
                    kept.push((places.place(spot), spot));
                }
            }
        }
        assert!(kept.iter().all(|(place, spot)| places.spot(*place) == Some(*spot)));
        assert_eq!(places.spot(Place::NONE), None);
    }
}
