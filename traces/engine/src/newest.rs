//! The newest results among operations that had ended before another began.
use std::hash::Hash;

use crate::ages::{Dates, Ordered, VersionOrder};
use crate::hashing::FastMap;
use crate::rows::{Place, Places, Row, Spot};

const NONE: u32 = u32::MAX;

/// A result, the newest when its operation ended.
#[derive(Clone, Copy)]
struct Best {
    end: i64,
    /// Its version, or the start of the write of its value.
    head: i64,
    tail: u32,
    /// Whether its operation began when it ended.
    is_instant: bool,
    place: Place,
    writer: Place,
}

/// The results of one group, each newer than the one before it. Hardly ever are there several.
enum Results {
    One(Best),
    Several(Vec<Best>),
}

/// How results of a rule are compared.
#[derive(Clone, Copy)]
pub struct Manner {
    /// Whether a write of an equal version is as bad as one of an older.
    pub is_strict: bool,
    /// Whether the end of an operation may be the start of the next, timed by one clock.
    pub on_one_clock: bool,
    pub by_values: bool,
    /// How far apart moments of two clocks have to be, to tell which is the later.
    pub gap: i64,
}

impl Manner {
    /// Ends have to come before this to come before a start.
    #[inline]
    fn before(self, start: i64) -> (i64, bool) {
        if self.on_one_clock { (start, true) } else { (start - self.gap, false) }
    }
}

/// What came of holding a result against the newest before it.
#[derive(Default)]
pub struct Held {
    pub is_judged: bool,
    /// The lines of the results that contradict each other.
    pub violated: Option<Vec<Spot>>,
}

/// Results of one kind in a group: some by versions and some by values.
struct Link {
    results: Results,
    kind: u8,
    by_values: bool,
    next: u32,
}

/// The newest results of many groups, of several kinds each.
pub struct Newest<K> {
    heads: FastMap<K, u32>,
    links: Vec<Link>,
    places: Places,
}

/// A group, as far as it has any results.
#[derive(Clone, Copy)]
pub struct Group(u32);

impl<K: Hash + Eq + Copy> Newest<K> {
    pub fn new() -> Self {
        Newest { heads: FastMap::default(), links: Vec::new(), places: Places::default() }
    }

    /// Look a group up.
    #[inline]
    pub fn group(&self, key: &K) -> Group {
        Group(self.heads.get(key).copied().unwrap_or(NONE))
    }

    fn find(&self, Group(mut at): Group, kind: u8, by_values: bool) -> Option<usize> {
        while let Some(link) = self.links.get(at as usize) {
            if (link.kind, link.by_values) == (kind, by_values) {
                return Some(at as usize);
            }
            at = link.next;
        }
        None
    }

    /// Hold a result against the newest of a group and a kind that had ended before it began.
    pub fn hold(
        &self,
        (group, kind): (Group, u8),
        row: &Row,
        dates: &Dates,
        manner: Manner,
        order: &VersionOrder,
    ) -> Held {
        let newest = |by_values| {
            let found = self.find(group, kind, by_values);
            found.and_then(|at| self.links[at].results.before(manner.before(row.start)))
        };
        let mut held = Held::default();
        if let Some(version) = dates.version
            && let Some(best) = newest(false)
        {
            held.is_judged = true;
            let age = order.compare(version, (best.head, best.tail));
            if age.is_lt() || (manner.is_strict && !row.is_read() && age.is_eq()) {
                let spots = [self.places.spot(best.place), Some(row.spot)];
                held.violated = Some(spots.into_iter().flatten().collect());
            }
        }
        if let Some((_, end, writer)) = dates.value
            && manner.by_values
            && let Some(best) = newest(true)
        {
            held.is_judged = true;
            if held.violated.is_none() && end + manner.gap < best.head {
                let [before, its_writer] = [best.place, best.writer].map(|at| self.places.spot(at));
                let spots = [before, Some(row.spot), its_writer, writer];
                held.violated = Some(spots.into_iter().flatten().collect());
            }
        }
        held
    }
    /// Put a result among those of operations that have ended, in the group of a key, if it is dated.
    /// No operation will ask for it that began before the `first` moment.
    pub fn add(
        &mut self,
        (key, kind): (K, u8),
        row: &Row,
        dates: &Dates,
        manner: Manner,
        first: i64,
        order: &VersionOrder,
    ) {
        let first = manner.before(first).0;
        if let Some(version) = dates.version {
            let best = self.best(row, version, None);
            let is_newer = |last: &Best| order.compare(version, (last.head, last.tail)).is_gt();
            self.put((key, kind, false), best, first, is_newer);
        }
        if let Some((start, _, writer)) = dates.value
            && manner.by_values
        {
            let best = self.best(row, (start, 0), writer);
            self.put((key, kind, true), best, first, |last| start > last.head);
        }
    }

    fn best(&mut self, row: &Row, (head, tail): Ordered, writer: Option<Spot>) -> Best {
        let place = self.places.place(row.spot);
        let writer = writer.map_or(Place::NONE, |writer| self.places.place(writer));
        Best { end: row.end, head, tail, is_instant: row.start == row.end, place, writer }
    }

    fn put(
        &mut self,
        (key, kind, by_values): (K, u8, bool),
        best: Best,
        first: i64,
        is_newer: impl Fn(&Best) -> bool,
    ) {
        let group = self.group(&key);
        if let Some(at) = self.find(group, kind, by_values) {
            return self.links[at].results.put(best, first, is_newer);
        }
        let fresh = self.links.len() as u32;
        let next = match self.links.get_mut(group.0 as usize) {
            Some(head) => std::mem::replace(&mut head.next, fresh),
            None => {
                self.heads.insert(key, fresh);
                NONE
            }
        };
        self.links.push(Link { results: Results::One(best), kind, by_values, next });
    }
}

impl Results {
    /// Put a result after the others, if it is newer, and forget those that nobody will ask for.
    fn put(&mut self, best: Best, first: i64, is_newer: impl Fn(&Best) -> bool) {
        match self {
            Results::One(only) if !is_newer(only) => {}
            Results::One(only) if only.end < first && best.end < first => *only = best,
            Results::One(only) => *self = Results::Several(vec![*only, best]),
            Results::Several(several) => {
                if several.last().is_none_or(is_newer) {
                    several.push(best);
                }
                let ended = several.partition_point(|each| each.end < first);
                several.drain(..ended.saturating_sub(1));
                if let [only] = several[..] {
                    *self = Results::One(only);
                }
            }
        }
    }

    /// The newest whose operation had ended before a moment.
    #[inline]
    fn before(&self, moment: (i64, bool)) -> Option<&Best> {
        let has_ended = |each: &Best| (each.end, each.is_instant) < moment;
        match self {
            Results::One(only) => has_ended(only).then_some(only),
            Results::Several(several) => several[..several.partition_point(has_ended)].last(),
        }
    }
}
