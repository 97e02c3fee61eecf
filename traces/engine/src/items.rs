//! GT201 to GT203 and GT304: no result of an item is older than one that had ended before.
use crate::ages::{Dates, VersionOrder};
use crate::hashing::FastMap;
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
    fn manner(self) -> Manner {
        let is_strict = !matches!(self, Rule::AfterEventual { .. });
        Manner { is_strict, on_one_clock: false, by_values: !is_strict }
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
    gap: i64,
    groups: FastMap<(u32, u32), Newest>,
    pub found: Found,
}

impl Items {
    pub fn new(rule: Rule, gap: i64) -> Self {
        Items { rule, gap, groups: FastMap::default(), found: Found::default() }
    }

    /// Take that an operation begins, which certainly happens.
    #[inline]
    pub fn opened(&mut self, row: &Row) {
        if self.found.is_violated() {
            return;
        }
        if let Some((region, _, true)) = self.rule.place(row) {
            self.groups.entry((row.key, region)).or_default().begin(row.start);
        }
    }

    /// Hold a result to those before it, then let it bind those after it.
    #[inline]
    pub fn settled(&mut self, row: &Row, dates: &Dates, order: &VersionOrder) {
        if self.found.is_violated() {
            return;
        }
        let manner = self.rule.manner();
        let Some((region, binds, is_held)) = self.rule.place(row) else { return };
        let is_dated = dates.version.is_some() || (manner.by_values && dates.value.is_some());
        let binds = binds && is_dated;
        if !is_held && !binds {
            return;
        }
        let newest = self.groups.entry((row.key, region)).or_default();
        if is_held {
            let held = newest.hold(row, dates, manner, self.gap, order);
            self.found.checked += u64::from(held.is_judged);
            if let Some(spots) = held.violated {
                self.found.shown = Shown::Violated(spots);
            }
            newest.drop(row.start);
        }
        if binds {
            newest.add(row, dates, manner, self.gap, order);
        }
    }
}
