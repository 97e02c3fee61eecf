//! What a rule on operations is: it is told what begins and what is settled, and remembers little.
use crate::ages::VersionOrder;
use crate::rows::{Row, Spot};

/// What one rule came to.
#[derive(Default, Debug)]
pub struct Verdict {
    pub checked: u64,
    pub shown: Shown,
}

/// What the reference has to look at to say the same.
#[derive(Default, Debug)]
pub enum Shown {
    /// Nothing: no violation was found.
    #[default]
    Nothing,
    /// The lines that contradict each other, and those that are needed to see it.
    Violated(Vec<Spot>),
    /// All of the item that is named there, in which something is violated.
    Item(Spot),
    /// A few lines that decide the rule, whatever it comes to.
    Deciding(Vec<Spot>),
    /// Items to be judged.
    Items(Vec<OpenItem>),
    /// Everything: the rule is left to the reference.
    Left,
}

/// An item for the reference to judge.
#[derive(Debug)]
pub struct OpenItem {
    /// Where it is named.
    pub named_at: Spot,
    /// How many operations were checked on items before, and on this one.
    pub before: u64,
    pub own: u64,
    /// The lines that show a conflict, where they are known.
    pub conflict: Vec<Spot>,
}

/// What monitors may look at besides.
pub struct Context<'a> {
    pub order: &'a VersionOrder,
    /// The place of the operation among those under way; none of one that never ends.
    pub slot: Option<usize>,
}

/// A rule on one run, as in `monitors.py`.
pub trait Monitor {
    /// Take the start of an operation.
    fn opened(&mut self, row: &Row, context: &Context);
    /// Take that all is told which may have begun before the end of one that certainly happened.
    fn settled(&mut self, _row: &Row, _context: &Context) {}
    /// Tell what it came to.
    fn verdict(&mut self) -> Verdict;
}

/// How much was checked, and the first violation.
#[derive(Default)]
pub struct Found {
    pub checked: u64,
    pub shown: Shown,
}

impl Found {
    pub fn is_violated(&self) -> bool {
        !matches!(self.shown, Shown::Nothing)
    }

    pub fn violate(&mut self, spots: impl IntoIterator<Item = Option<Spot>>) {
        self.shown = Shown::Violated(spots.into_iter().flatten().collect());
    }

    pub fn verdict(&mut self) -> Verdict {
        Verdict { checked: self.checked, shown: std::mem::take(&mut self.shown) }
    }
}

/// Something for each item that was met.
pub struct PerItem<T> {
    items: Vec<Option<T>>,
}

impl<T> PerItem<T> {
    pub fn new() -> Self {
        PerItem { items: Vec::new() }
    }

    /// Give what there is of an item, or make it.
    #[inline]
    pub fn of(&mut self, key: u32, make: impl FnOnce() -> T) -> &mut T {
        let at = key as usize;
        if self.items.len() <= at {
            self.items.resize_with(at + 1, || None);
        }
        self.items[at].get_or_insert_with(make)
    }

    /// Look at what there is of an item.
    pub fn peek(&self, key: u32) -> Option<&T> {
        self.items.get(key as usize)?.as_ref()
    }

    /// Give what there is of an item.
    #[inline]
    pub fn get(&mut self, key: u32) -> Option<&mut T> {
        self.items.get_mut(key as usize)?.as_mut()
    }
}
