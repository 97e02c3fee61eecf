//! Which of two results is older: by explicit versions, or by when unique values were written.
use std::cmp::Ordering;

use crate::remembered::Remembered;
use crate::rows::{
    ALONE, Action, FIRST_TAIL, FOREVER, PLAIN, Part, Place, Places, Row, Spot, Version,
};
use crate::values::Value;

/// The version that is older than all others: of what an item held at first.
pub const FIRST: (i64, u32) = (i64::MIN, PLAIN);

/// A version that can be ordered.
pub type Ordered = (i64, u32);

/// The ends of versions, to compare them by.
#[derive(Default)]
pub struct VersionOrder {
    tails: Vec<Vec<Part>>,
}

impl VersionOrder {
    pub fn learn(&mut self, tails: &[Vec<Part>]) {
        self.tails.extend_from_slice(tails);
    }

    fn tail(&self, number: u32) -> &[Part] {
        match number {
            PLAIN | ALONE => &[],
            _ => self.tails.get((number - FIRST_TAIL) as usize).map_or(&[], Vec::as_slice),
        }
    }

    #[inline]
    pub fn compare(&self, one: Ordered, other: Ordered) -> Ordering {
        one.0.cmp(&other.0).then_with(|| {
            if one.1 == other.1 {
                return Ordering::Equal;
            }
            self.tail(one.1).cmp(self.tail(other.1))
        })
    }
}

/// Where a result stands in the order of its item's values, as far as that can be told.
#[derive(Clone, Copy, Default)]
pub struct Dates {
    pub version: Option<Ordered>,
    /// When the write of the value began and had ended, and where it stands.
    pub value: Option<(i64, i64, Option<Spot>)>,
}

/// Give the version of a row by which it is ordered.
#[inline]
pub fn ordered(row: &Row) -> Option<Ordered> {
    match row.version {
        Version::Ordered(head, tail) => Some((head, tail)),
        _ => None,
    }
}

#[derive(Clone, Copy)]
struct Writer {
    start: i64,
    end: i64,
    /// None where another wrote the same value again.
    place: Place,
}

/// What was written to one item so far.
struct ItemAges {
    writers: Remembered<Writer>,
    is_rewritten: bool,
    is_blurred: bool,
}

/// What was written to all items so far, to date the results of operations.
pub struct Ages {
    items: Vec<Option<ItemAges>>,
    places: Places,
    initial: Value,
    most: usize,
    by_values: bool,
}

impl Ages {
    pub fn new(initial: Value, most: usize, by_values: bool) -> Self {
        Ages { items: Vec::new(), places: Places::default(), initial, most, by_values }
    }

    fn item(&mut self, key: u32) -> &mut ItemAges {
        let at = key as usize;
        if self.items.len() <= at {
            self.items.resize_with(at + 1, || None);
        }
        let most = self.most;
        self.items[at].get_or_insert_with(|| ItemAges {
            writers: Remembered::new(most),
            is_rewritten: false,
            is_blurred: false,
        })
    }

    /// Take a change that may have happened from now on.
    #[inline]
    pub fn begin(&mut self, row: &Row) {
        if row.is_read() || row.has_failed() {
            return;
        }
        let (initial, by_values) = (self.initial, self.by_values);
        let place = self.places.place(row.spot);
        let item = self.item(row.key);
        if row.action == Action::Increment {
            item.is_blurred = true;
            item.is_rewritten = true;
            return;
        }
        item.is_rewritten |= row.value == initial;
        if by_values {
            let writer = Writer { start: row.start, end: row.end, place };
            item.writers.change(row.value, writer, |first| first.place = Place::NONE);
        }
    }

    /// Date the result of an operation.
    #[inline]
    pub fn dates(&mut self, row: &Row) -> Dates {
        if let Version::Ordered(head, tail) = row.version {
            return Dates { version: Some((head, tail)), value: None };
        }
        if row.version != Version::None || row.value == Value::UNSET {
            return Dates::default();
        }
        let (initial, by_values) = (self.initial, self.by_values);
        let item = self.item(row.key);
        if row.is_read() && row.value == initial {
            if item.is_rewritten {
                return Dates::default();
            }
            return Dates { version: Some(FIRST), value: Some((-FOREVER, -FOREVER, None)) };
        }
        if item.is_blurred || !by_values {
            return Dates::default();
        }
        let writer = item.writers.get(&row.value).copied();
        let value = writer.and_then(|Writer { start, end, place }| {
            self.places.spot(place).map(|spot| (start, end, Some(spot)))
        });
        Dates { version: None, value }
    }
}
