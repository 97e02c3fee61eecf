//! GT101 to GT104, sessions: what a client has seen or done binds what it sees and does next.
use crate::ages::{Dates, VersionOrder};
use crate::monitors::{Found, Shown};
use crate::newest::{Manner, Newest};
use crate::rows::{Consistency, NOWHERE, Row};

const RULES: usize = 4;
/// Stands for all regions, beside their numbers.
const ANYWHERE: u32 = NOWHERE - 1;
/// Stands for all items, beside their numbers.
const ANYTHING: u32 = u32::MAX;

/// The kinds of results that bind a session.
const READS: u8 = 0;
const EVENTUAL_READS: u8 = 1;
const WRITES: u8 = 2;

/// A rule of sessions: whether reads bind, or writes, and which of them are held.
struct Kind {
    binding_reads: bool,
    held_reads: bool,
}

/// Where reads are held, values tell ages too.
const KINDS: [Kind; RULES] = [
    Kind { binding_reads: true, held_reads: true },
    Kind { binding_reads: false, held_reads: true },
    Kind { binding_reads: false, held_reads: false },
    Kind { binding_reads: true, held_reads: false },
];

/// The rules of sessions together: what binds by one of them binds by others as well.
pub struct Sessions {
    pub found: [Found; RULES],
    asked: [bool; RULES],
    newest: Newest<Key>,
    across_items: bool,
    is_mrsc: bool,
    gap: i64,
}

/// A session, a region and an item.
type Key = (u32, u32, u32);

impl Sessions {
    pub fn new(asked: [bool; RULES], across_items: bool, is_mrsc: bool, gap: i64) -> Self {
        let (found, newest) = (Default::default(), Newest::new());
        Sessions { found, asked, newest, across_items, is_mrsc, gap }
    }

    /// Hold a result to those before it, then let it bind those after it. Of the operations of the
    /// session under way, none began before the `first` moment.
    pub fn settled(&mut self, row: &Row, dates: &Dates, first: i64, order: &VersionOrder) {
        let is_anywhere = self.is_mrsc && row.region != NOWHERE;
        let regions = [row.region, ANYWHERE];
        let regions = &regions[..if is_anywhere { 2 } else { 1 }];
        for (rule, kind) in KINDS.iter().enumerate() {
            let is_open = self.asked[rule] && !self.found[rule].is_violated();
            if is_open && row.is_read() == kind.held_reads {
                self.hold(rule, row, dates, regions, order);
            }
        }
        for &region in regions {
            self.bind(row, dates, region, first, order);
        }
    }

    fn hold(
        &mut self,
        rule: usize,
        row: &Row,
        dates: &Dates,
        regions: &[u32],
        order: &VersionOrder,
    ) {
        let Kind { binding_reads, held_reads } = KINDS[rule];
        let item = if self.across_items && !held_reads { ANYTHING } else { row.key };
        let kind = match (binding_reads, is_eventual(row)) {
            (false, _) => WRITES,
            (true, false) => READS,
            (true, true) => EVENTUAL_READS,
        };
        let is_strong = !row.is_read() || row.consistency == Consistency::Strong;
        let mut is_judged = false;
        for &region in regions.iter().filter(|region| is_strong || **region != ANYWHERE) {
            let group = self.newest.group(&(row.session, region, item));
            let manner = self.manner(held_reads);
            let held = self.newest.hold((group, kind), row, dates, manner, order);
            is_judged |= held.is_judged;
            if let Some(spots) = held.violated
                && !self.found[rule].is_violated()
            {
                self.found[rule].shown = Shown::Violated(spots);
            }
        }
        self.found[rule].checked += u64::from(is_judged);
    }

    fn bind(&mut self, row: &Row, dates: &Dates, region: u32, first: i64, order: &VersionOrder) {
        // What binds a read of the item, and what binds a write, perhaps of any item.
        let (kind, read, write) = match row.is_read() {
            true => (READS, self.asked[0], self.asked[3]),
            false => (WRITES, self.asked[1], self.asked[2]),
        };
        let (key, across, manner) =
            ((row.session, region, row.key), self.across_items, self.manner(true));
        let mut add = |key, kind, by_values| {
            let manner = Manner { by_values, ..manner };
            self.newest.add((key, kind), row, dates, manner, first, order);
        };
        if read || (write && !across) {
            add(key, kind, read);
        }
        if write && across {
            add((row.session, region, ANYTHING), kind, false);
        }
        if read && is_eventual(row) && region != ANYWHERE {
            add(key, EVENTUAL_READS, true);
        }
    }

    fn manner(&self, held_reads: bool) -> Manner {
        let by_values = held_reads;
        Manner { is_strict: !held_reads, on_one_clock: true, by_values, gap: self.gap }
    }
}

fn is_eventual(row: &Row) -> bool {
    row.is_read() && row.consistency == Consistency::Eventual
}
