//! Linearizability of registers by zones, in one pass and in memory for what overlaps.
//!
//! Gibbons and Korach, "Testing shared memories" (1997), as in `zones.py`: of the operations of one
//! value, the first end and the last start tell when it must be there. Two values contradict each
//! other exactly where each had ended once before the other began for the last time. So when an
//! operation begins whose value had ended before, it is enough to know the last start of any
//! *other* value that has ended once; and where that is later than its own first end, nothing may
//! begin with this value any more, and it can be forgotten.
use crate::clusters::{Cluster, Clusters};
use crate::conflicts::{Kept, find_conflict};
use crate::monitors::{OpenItem, Shown, Verdict};
use crate::rows::{Action, Consistency, Row, Spot};
use crate::values::{Packed, Value};

const NEVER: i64 = i64::MAX;
const ALWAYS: i64 = i64::MIN;
/// So many values of an item may be there before it is looked which can be forgotten.
const SWEPT_FROM: usize = 4;
/// So many operations are kept, to tell a conflict in a few lines; of a longer run none are.
pub const KEPT: usize = 1 << 20;

/// How the operations of an item were judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nothing contradicts anything so far.
    Fine,
    /// Some value had to be there when another had to.
    Violated,
    /// It takes a search: two writes may explain one read, or more than values is at stake.
    ForSearch,
}

/// One item.
pub struct Item {
    named_at: Spot,
    pub standing: Standing,
    clusters: Clusters,
    /// The last starts of two values that have ended once, the latest first.
    last: [(i64, Packed); 2],
    swept_from: u32,
    pub operations: u64,
    pub failed: u64,
    /// Whether any operation tells of what the item held.
    pub is_telling: bool,
    kept: Vec<Kept>,
}

impl Item {
    pub fn new(initial: Value, named_at: Spot) -> Self {
        let there = Cluster { first_end: ALWAYS, last_start: ALWAYS, has_write: true, open: 0 };
        Item {
            named_at,
            standing: Standing::Fine,
            clusters: Clusters::of_one(initial, there),
            last: [(ALWAYS, Value::UNSET.packed()); 2],
            swept_from: SWEPT_FROM as u32,
            operations: 0,
            failed: 0,
            is_telling: false,
            kept: Vec::new(),
        }
    }

    /// Give the last start of any other value that has ended once.
    #[inline]
    fn last_of_others(last: &[(i64, Packed); 2], value: Value) -> i64 {
        last[usize::from(last[0].1 == value.packed())].0
    }

    #[inline]
    fn is_over(last: &[(i64, Packed); 2], value: Value, cluster: &Cluster) -> bool {
        cluster.first_end != NEVER
            && cluster.open == 0
            && Self::last_of_others(last, value) > cluster.first_end
    }

    /// Take that an operation begins.
    pub fn begin(&mut self, row: &Row) {
        let (value, start) = (row.value, row.start);
        let last = self.last;
        let fresh = Cluster { first_end: NEVER, last_start: start, has_write: false, open: 0 };
        let cluster = self.clusters.get_or_insert(value, fresh);
        if Self::is_over(&last, value, cluster) {
            *cluster = fresh;
        }
        cluster.open += u32::from(row.is_certain());
        if !row.is_read() {
            if cluster.has_write {
                self.standing = Standing::ForSearch;
                return;
            }
            cluster.has_write = true;
        }
        cluster.last_start = start;
        if cluster.first_end != NEVER {
            if Self::last_of_others(&last, value) > cluster.first_end {
                self.standing = Standing::Violated;
                return;
            }
            self.note(start, value);
        }
        if self.clusters.len() > self.swept_from as usize {
            let last = self.last;
            self.clusters.retain(|value, cluster| !Self::is_over(&last, value, cluster));
            self.swept_from = SWEPT_FROM.max(2 * self.clusters.len()) as u32;
        }
    }

    /// Take that one ended, at a moment that allows for the errors of clocks.
    pub fn end(&mut self, row: &Row, moment: i64) {
        let Some(cluster) = self.clusters.get_mut(row.value) else { return };
        if !cluster.has_write {
            self.standing = Standing::Violated;
            return;
        }
        cluster.open = cluster.open.saturating_sub(1);
        if cluster.first_end == NEVER {
            cluster.first_end = moment;
            let last_start = cluster.last_start;
            self.note(last_start, row.value);
        }
    }

    /// Take the last start of a value that has ended once.
    #[inline]
    fn note(&mut self, start: i64, value: Value) {
        let value = value.packed();
        if value == self.last[0].1 {
            self.last[0].0 = start;
        } else if start >= self.last[0].0 {
            self.last = [(start, value), self.last[0]];
        } else if value == self.last[1].1 || start > self.last[1].0 {
            self.last[1] = (start, value);
        }
    }

    /// Take that nothing more can be learned by zones.
    pub fn stand(&mut self, standing: Standing) {
        self.standing = standing;
        if standing == Standing::ForSearch {
            self.kept = Vec::new();
        }
        self.clusters = Clusters::NONE;
    }
}

/// All items, or all places of items, by number.
pub struct Zones {
    initial: Value,
    items: Vec<Option<Item>>,
    /// The items in the order in which they were met.
    met: Vec<u32>,
    /// How many operations were to be kept, and whether any are.
    kept: usize,
    keeps: bool,
    gap: i64,
}

impl Zones {
    pub fn new(initial: Value, gap: i64) -> Self {
        Zones { initial, items: Vec::new(), met: Vec::new(), kept: 0, keeps: true, gap }
    }

    /// Take that an operation begins.
    #[inline]
    pub fn opened(&mut self, row: &Row) {
        if self.keeps && self.kept > KEPT {
            self.keep_no_more();
        }
        let at = row.key as usize;
        if self.items.len() <= at {
            self.items.resize_with(at + 1, || None);
        }
        let initial = self.initial;
        let item = self.items[at].get_or_insert_with(|| {
            self.met.push(row.key);
            Item::new(initial, row.spot)
        });
        if row.has_failed() {
            item.failed += 1;
            return;
        }
        if is_silent_read(row) {
            return;
        }
        item.operations += 1;
        self.kept += 1;
        if self.kept <= KEPT {
            item.kept.push(Kept::new(row, self.gap));
        }
        item.is_telling |= row.is_certain() && matches!(row.action, Action::Read | Action::Cas);
        if item.standing != Standing::Fine {
            if item.standing == Standing::Violated && !is_plain(row) {
                item.stand(Standing::ForSearch);
            }
            return;
        }
        if !is_plain(row) {
            item.stand(Standing::ForSearch);
            return;
        }
        item.begin(row);
        if item.standing != Standing::Fine {
            item.stand(item.standing);
        }
    }

    /// The run is too long for a conflict in it to be told from what is kept.
    #[cold]
    fn keep_no_more(&mut self) {
        self.keeps = false;
        self.items.iter_mut().flatten().for_each(|item| item.kept = Vec::new());
    }

    /// Take that an operation ended, at a moment that allows for the errors of clocks.
    #[inline]
    pub fn settled(&mut self, row: &Row, moment: i64) {
        if is_silent_read(row) {
            return;
        }
        if let Some(Some(item)) = self.items.get_mut(row.key as usize)
            && item.standing == Standing::Fine
        {
            item.end(row, moment);
            if item.standing != Standing::Fine {
                item.stand(item.standing);
            }
        }
    }

    /// Tell how much was checked, and which items are for the reference to judge, in the order in
    /// which they were met.
    pub fn verdict(&self) -> Verdict {
        let (mut checked, mut open) = (0, Vec::new());
        let met = self.met.iter().filter_map(|&number| self.items[number as usize].as_ref());
        for item in met {
            if !item.is_telling {
                checked += item.failed;
            } else if item.standing == Standing::Fine {
                checked += item.operations;
            } else {
                let conflict = match item.standing {
                    Standing::Violated if self.kept <= KEPT => {
                        find_conflict(&item.kept, self.initial)
                    }
                    _ => None,
                };
                let (named_at, own) = (item.named_at, item.operations);
                let conflict = conflict.unwrap_or_default();
                open.push(OpenItem { named_at, before: checked, own, conflict });
            }
        }
        let shown = if open.is_empty() { Shown::Nothing } else { Shown::Items(open) };
        Verdict { checked, shown }
    }
}

/// Tell whether it only reads or writes.
pub fn is_plain(row: &Row) -> bool {
    matches!(row.action, Action::Read | Action::Write)
}

/// Tell whether it is a read that tells nothing: eventual, or without a result.
pub fn is_silent_read(row: &Row) -> bool {
    row.is_read() && (row.value == Value::UNSET || row.consistency == Consistency::Eventual)
}
