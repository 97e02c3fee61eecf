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
