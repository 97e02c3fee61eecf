//! GT101 to GT104, sessions: what a client has seen or done binds what it sees and does next.
use crate::ages::{Dates, VersionOrder};
use crate::hashing::FastMap;
use crate::monitors::{Found, Shown};
use crate::newest::{Manner, Newest};
use crate::rows::{Consistency, NOWHERE, Row};

const RULES: usize = 4;
const NONE: u32 = u32::MAX;
/// Stands for all regions, beside their numbers.
const ANYWHERE: u32 = NOWHERE - 1;
/// Stands for all items, beside their numbers.
const ANYTHING: u32 = u32::MAX;

/// A rule of sessions: what binds, what is held to it, and how results are compared.
struct Kind {
    binding_reads: bool,
    held_reads: bool,
    manner: Manner,
}

const BY_AGE: Manner = Manner { is_strict: false, on_one_clock: true, by_values: true };
const BY_VERSION: Manner = Manner { is_strict: true, on_one_clock: true, by_values: false };
const KINDS: [Kind; RULES] = [
    Kind { binding_reads: true, held_reads: true, manner: BY_AGE },
    Kind { binding_reads: false, held_reads: true, manner: BY_AGE },
    Kind { binding_reads: false, held_reads: false, manner: BY_VERSION },
    Kind { binding_reads: true, held_reads: false, manner: BY_VERSION },
];

/// The rules of sessions together: their groups are looked up once for all four.
pub struct Sessions {
    pub found: [Found; RULES],
    asked: [bool; RULES],
    numbers: FastMap<PlaceKey, usize>,
    /// The numbers of the groups of each place, by rule.
    slots: Vec<[u32; RULES + 2]>,
    groups: Vec<Newest>,
    /// The places that were looked up last, in a region and in all.
    last: [(PlaceKey, usize); 2],
    /// Room for the places of one operation.
    found_places: Vec<Place>,
    across_items: bool,
    is_mrsc: bool,
    gap: i64,
}

/// A session with a region, and an item.
type PlaceKey = (u64, u32);

/// Where an operation stands for one rule.
struct Place {
    rule: usize,
    key: PlaceKey,
    slot: usize,
    binds: bool,
    is_held: bool,
}

impl Sessions {
    pub fn new(asked: [bool; RULES], across_items: bool, is_mrsc: bool, gap: i64) -> Self {
        Sessions {
            found: Default::default(),
            asked,
            numbers: FastMap::default(),
            slots: vec![[NONE; RULES + 2]],
            groups: Vec::new(),
            last: [((u64::MAX, ANYTHING), 0); 2],
            found_places: Vec::new(),
            across_items,
            is_mrsc,
            gap,
        }
    }

    /// Give the places of an operation, up to three for each rule.
    fn places(&self, row: &Row, mut tell: impl FnMut(Place)) {
        let is_read = row.is_read();
        let is_eventual = is_read && row.consistency == Consistency::Eventual;
        let is_strong = !is_read || row.consistency == Consistency::Strong;
        for (rule, kind) in KINDS.iter().enumerate() {
            if !self.asked[rule] || self.found[rule].is_violated() {
                continue;
            }
            let binds = is_read == kind.binding_reads;
            let held = is_read == kind.held_reads;
            let across = self.across_items && !kind.held_reads;
            let item = if across { ANYTHING } else { row.key };
            let group = |region: u32| (u64::from(row.session) << 32 | u64::from(region), item);
            let mut place = |key, slot, is_held| {
                if binds || is_held {
                    tell(Place { rule, key, slot, binds, is_held });
                }
            };
            place(group(row.region), rule, held && !is_eventual);
            if kind.held_reads && (is_eventual || !is_read) {
                place(group(row.region), RULES + rule, held && is_eventual);
            }
            if self.is_mrsc && row.region != NOWHERE {
                place(group(ANYWHERE), rule, held && is_strong);
            }
        }
    }

    /// Take that an operation begins, which did not fail.
    pub fn opened(&mut self, row: &Row) {
        let mut places = std::mem::take(&mut self.found_places);
        self.places(row, |place| places.push(place));
        for place in places.drain(..).filter(|place| place.is_held) {
            let group = self.group(&place);
            self.groups[group].begin(row.start);
        }
        self.found_places = places;
    }

    fn group(&mut self, place: &Place) -> usize {
        let last = &mut self.last[usize::from(place.key.0 as u32 == ANYWHERE)];
        if last.0 != place.key {
            let next = self.slots.len();
            let number = *self.numbers.entry(place.key).or_insert(next);
            if number == next {
                self.slots.push([NONE; RULES + 2]);
            }
            *last = (place.key, number);
        }
        let slot = &mut self.slots[last.1][place.slot];
        if *slot == NONE {
            *slot = self.groups.len() as u32;
            self.groups.push(Newest::default());
        }
        *slot as usize
    }

    /// Hold a result to those before it, then let it bind those after it.
    pub fn settled(&mut self, row: &Row, dates: &Dates, order: &VersionOrder) {
        let mut places = std::mem::take(&mut self.found_places);
        self.places(row, |place| places.push(place));
        let mut is_judged = [false; RULES];
        for place in places.drain(..) {
            let (rule, manner) = (place.rule, KINDS[place.rule].manner);
            let binds = place.binds && has_any(dates, manner);
            if !place.is_held && !binds {
                continue;
            }
            let group = self.group(&place);
            let newest = &mut self.groups[group];
            if place.is_held {
                let held = newest.hold(row, dates, manner, self.gap, order);
                is_judged[rule] |= held.is_judged;
                if let Some(spots) = held.violated
                    && !self.found[rule].is_violated()
                {
                    self.found[rule].shown = Shown::Violated(spots);
                }
                newest.drop(row.start);
            }
            if binds {
                newest.add(row, dates, manner, self.gap, order);
            }
        }
        self.found_places = places;
        for (finding, is_judged) in self.found.iter_mut().zip(is_judged) {
            finding.checked += u64::from(is_judged);
        }
    }
}

fn has_any(dates: &Dates, manner: Manner) -> bool {
    dates.version.is_some() || (manner.by_values && dates.value.is_some())
}
