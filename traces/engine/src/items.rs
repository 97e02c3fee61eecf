//! GT201 to GT203 and GT304: no result of an item is older than one that had ended before.
use crate::ages::{Dates, VersionOrder};
use crate::monitors::{Found, Shown};
use crate::newest::{Manner, Newest};
use crate::rows::{Consistency, NOWHERE, Row};

/// Which operations of an item bind later ones, and which are held to earlier ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// All writes, and reads that are not eventual.
    Known,
    /// The same within a region, where only reads are held.
    KnownInRegion,
    /// Eventual reads bind strong ones; within a region or, in mode mrsc, everywhere.
    AfterEventual { is_mrsc: bool },
    /// All writes.
    Later,
}

/// Where an operation stands: the region that counts, whether it binds, whether it is held.
type Place = (u32, bool, bool);

impl Rule {
    fn manner(self, gap: i64) -> Manner {
        let is_strict = !matches!(self, Rule::AfterEventual { .. });
        Manner { is_strict, on_one_clock: false, by_values: !is_strict, gap }
    }

    #[inline]
    fn place(self, row: &Row) -> Option<Place> {
        let is_read = row.is_read();
        let is_eventual = is_read && row.consistency == Consistency::Eventual;
        match self {
            Rule::Known => (!is_eventual).then_some((NOWHERE, true, true)),
            Rule::KnownInRegion => (!is_eventual).then_some((row.region, true, is_read)),
            Rule::AfterEventual { is_mrsc } => {
                let region = if is_mrsc { NOWHERE } else { row.region };
                let is_held = row.consistency == Consistency::Strong;
                is_read.then_some((region, is_eventual, is_held))
            }
            Rule::Later => (!is_read).then_some((NOWHERE, true, true)),
        }
    }
}

/// One such rule on all items.
pub struct Items {
    rule: Rule,
    manner: Manner,
    newest: Newest<(u32, u32)>,
    pub found: Found,
}

/// There is one kind of results in each group.
const KIND: u8 = 0;

impl Items {
    pub fn new(rule: Rule, gap: i64) -> Self {
        let (newest, found) = (Newest::new(), Found::default());
        Items { rule, manner: rule.manner(gap), newest, found }
    }

    /// Hold a result to those before it, then let it bind those after it. Of the operations under way
    /// on the item, none began before the `first` moment.
    #[inline]
    pub fn settled(&mut self, row: &Row, dates: &Dates, first: i64, order: &VersionOrder) {
        if self.found.is_violated() {
            return;
        }
        let Some((region, binds, is_held)) = self.rule.place(row) else { return };
        let (key, manner) = ((row.key, region), self.manner);
        if is_held {
            let group = self.newest.group(&key);
            let held = self.newest.hold((group, KIND), row, dates, manner, order);
            self.found.checked += u64::from(held.is_judged);
            if let Some(spots) = held.violated {
                self.found.shown = Shown::Violated(spots);
            }
        }
        if binds {
            self.newest.add((key, KIND), row, dates, manner, first, order);
        }
    }
}
