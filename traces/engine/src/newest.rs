//! The newest result among operations that had ended before another began.
use crate::ages::{Dates, Ordered, VersionOrder};
use crate::rows::{FOREVER, Row, Spot};

/// A result, the newest when its operation ended.
#[derive(Clone, Copy)]
struct Best {
    end: (i64, bool),
    earliest: Ordered,
    spot: Spot,
    writer: Option<Spot>,
}

/// How results of a rule are compared.
#[derive(Clone, Copy)]
pub struct Manner {
    /// Whether a write of an equal version is as bad as one of an older.
    pub is_strict: bool,
    /// Whether the end of an operation may be the start of the next, timed by one clock.
    pub on_one_clock: bool,
    pub by_values: bool,
}

/// What came of holding a result against the newest before it.
#[derive(Default)]
pub struct Held {
    pub is_judged: bool,
    /// The lines of the results that contradict each other.
    pub violated: Option<Vec<Spot>>,
}

/// The newest results of one group, and who may still ask for them.
#[derive(Default)]
pub struct Newest {
    open: Vec<i64>,
    versions: Vec<Best>,
    values: Vec<Best>,
}

impl Newest {
    /// Take that an operation starts, which will ask.
    #[inline]
    pub fn begin(&mut self, start: i64) {
        self.open.push(start);
    }

    /// Take that an operation which started then will ask no more.
    #[inline]
    pub fn drop(&mut self, start: i64) {
        if let Some(at) = self.open.iter().position(|&open| open == start) {
            self.open.remove(at);
        }
    }

    /// Put a result among those of operations that have ended.
    pub fn add(
        &mut self,
        row: &Row,
        dates: &Dates,
        manner: Manner,
        gap: i64,
        order: &VersionOrder,
    ) {
        let first = match self.open.first() {
            Some(open) if manner.on_one_clock => *open,
            Some(open) => open - gap,
            None => FOREVER,
        };
        let end = (row.end, row.start == row.end);
        if let Some(earliest) = dates.version {
            let best = Best { end, earliest, spot: row.spot, writer: None };
            let is_newer = |last: &Best| order.compare(earliest, last.earliest).is_gt();
            push(&mut self.versions, best, first, is_newer);
        }
        if let Some((start, _, writer)) = dates.value
            && manner.by_values
        {
            let best = Best { end, earliest: (start, 0), spot: row.spot, writer };
            push(&mut self.values, best, first, |last| start > last.earliest.0);
        }
    }

    /// Hold a result against the newest of those that had ended before it began.
    pub fn hold(
        &self,
        row: &Row,
        dates: &Dates,
        manner: Manner,
        gap: i64,
        order: &VersionOrder,
    ) -> Held {
        let before = if manner.on_one_clock { (row.start, true) } else { (row.start - gap, false) };
        let mut held = Held::default();
        if let Some(version) = dates.version
            && let Some(best) = newest(&self.versions, before)
        {
            held.is_judged = true;
            let age = order.compare(version, best.earliest);
            if age.is_lt() || (manner.is_strict && !row.is_read() && age.is_eq()) {
                held.violated = Some(vec![best.spot, row.spot]);
            }
        }
        if let Some((_, end, writer)) = dates.value
            && manner.by_values
            && let Some(best) = newest(&self.values, before)
        {
            held.is_judged = true;
            if held.violated.is_none() && end + gap < best.earliest.0 {
                let spots = [Some(best.spot), Some(row.spot), best.writer, writer];
                held.violated = Some(spots.into_iter().flatten().collect());
            }
        }
        held
    }
}

fn push(results: &mut Vec<Best>, best: Best, first: i64, is_newer: impl Fn(&Best) -> bool) {
    if results.last().is_none_or(is_newer) {
        results.push(best);
    }
    if results.len() > 1 {
        let count = results.partition_point(|each| each.end.0 < first);
        results.drain(..count.saturating_sub(1));
    }
}

#[inline]
fn newest(results: &[Best], before: (i64, bool)) -> Option<&Best> {
    match results {
        [] => None,
        [only] => (only.end < before).then_some(only),
        _ => results[..results.partition_point(|each| each.end < before)].last(),
    }
}
