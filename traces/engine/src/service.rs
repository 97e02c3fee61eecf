//! GT604, GT702 and GT704: what a mode has, what a strong read costs, and who serves at all.
use crate::monitors::{Context, Found, Monitor, Shown, Verdict};
use crate::rows::{Consistency, NOWHERE, Outcome, Row, Spot};

/// What the trace or the user says of the mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Unsaid,
    Mrsc,
    Async,
}

/// GT604: no feature is used that the mode does not have.
pub struct ModeHasFeature {
    mode: Mode,
    found: Found,
}

impl ModeHasFeature {
    pub fn new(mode: Mode) -> Self {
        ModeHasFeature { mode, found: Found::default() }
    }
}

impl Monitor for ModeHasFeature {
    fn opened(&mut self, row: &Row, _context: &Context) {
        if self.found.is_violated() {
            return;
        }
        let (is_asked, is_answered) = match self.mode {
            Mode::Unsaid => (false, false),
            Mode::Mrsc => (row.spot.part > 0, row.is_certain()),
            Mode::Async => (row.has_failed(), row.outcome == Outcome::Conflict),
        };
        self.found.checked += u64::from(is_asked);
        if is_asked && is_answered {
            self.found.violate([Some(row.spot)]);
        }
    }

    fn verdict(&mut self) -> Verdict {
        self.found.verdict()
    }
}

/// How long something took, and where it stands.
type Latency = (i64, Spot);

/// The fastest strong read of a region, and its two fastest writes.
#[derive(Default)]
struct Latencies {
    region: u32,
    read: Option<Latency>,
    writes: Vec<Latency>,
    reads: u64,
}

/// GT702: a strong read takes about as long as a write. Fences are for the reference.
#[derive(Default)]
pub struct StrongReadCostsWrite {
    regions: Vec<Latencies>,
}

impl Monitor for StrongReadCostsWrite {
    fn opened(&mut self, _row: &Row, _context: &Context) {}

    fn settled(&mut self, row: &Row, _context: &Context) {
        if row.spot.part > 0 {
            return;
        }
        let known = self.regions.iter().position(|each| each.region == row.region);
        let at = known.unwrap_or_else(|| {
            self.regions.push(Latencies { region: row.region, ..Latencies::default() });
            self.regions.len() - 1
        });
        let region = &mut self.regions[at];
        let latency = (row.end - row.start, row.spot);
        if !row.is_read() {
            let slower = region.writes.partition_point(|each| each.0 <= latency.0);
            if slower < 2 {
                region.writes.insert(slower, latency);
                region.writes.truncate(2);
            }
        } else if row.consistency == Consistency::Strong {
            region.reads += 1;
            if region.read.is_none_or(|read| latency.0 < read.0) {
                region.read = Some(latency);
            }
        }
    }

    fn verdict(&mut self) -> Verdict {
        let mut found = Found::default();
        for region in self.regions.iter().filter(|region| region.writes.len() > 1) {
            found.checked += region.reads;
            if let Some(read) = region.read
                && 2 * read.0 < region.writes[0].0
                && !found.is_violated()
            {
                let lines = [region.writes[0], region.writes[1], read];
                found.violate(lines.map(|(_, spot)| Some(spot)));
            }
        }
        found.verdict()
    }
}

/// GT704: whether a region served nobody. It is decided by the first operation of each region.
#[derive(Default)]
pub struct Standby {
    served: Vec<(u32, Spot)>,
}

impl Monitor for Standby {
    fn opened(&mut self, row: &Row, _context: &Context) {
        let is_new = || self.served.iter().all(|(region, _)| *region != row.region);
        if row.is_certain() && row.region != NOWHERE && is_new() {
            self.served.push((row.region, row.spot));
        }
    }

    fn verdict(&mut self) -> Verdict {
        let spots = self.served.iter().map(|(_, spot)| *spot).collect();
        Verdict { checked: 0, shown: Shown::Deciding(spots) }
    }
}
