//! Tells the rules what happened, moment by moment, from rows in the order of time.
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::ages::{Ages, VersionOrder};
use crate::arrivals::LinearizableInRegion;
use crate::items::{Items, Rule};
use crate::monitors::{Context, Monitor, Shown, Verdict};
use crate::reorder::{Reorder, TooLate};
use crate::rows::{FOREVER, Part, Row};
use crate::service::{Mode, ModeHasFeature, Standby, StrongReadCostsWrite};
use crate::sessions::Sessions;
use crate::under_way::UnderWay;
use crate::updates::NoLostUpdate;
use crate::values::Value;
use crate::written::{ConflictHasNoEffect, EqualVersions, NoValueFromNowhere};
use crate::zones::Zones;

/// What holds of the whole run, and what is asked about it.
#[derive(Clone, Debug)]
pub struct Settings {
    pub rules: Vec<String>,
    pub mode: Mode,
    pub clock_error: i64,
    pub across_items: bool,
    pub initial: Value,
    pub remembered: usize,
    pub window: usize,
}

impl Settings {
    fn asks(&self, code: &str) -> bool {
        self.rules.iter().any(|rule| rule == code)
    }

    fn items(&self) -> Vec<(&'static str, Items)> {
        let is_mrsc = self.mode != Mode::Async;
        let rules = [
            ("GT201", Rule::Known),
            ("GT202", Rule::KnownInRegion),
            ("GT203", Rule::AfterEventual { is_mrsc }),
            ("GT304", Rule::Later),
        ];
        let asked = rules.into_iter().filter(|(code, _)| self.asks(code));
        asked.map(|(code, rule)| (code, Items::new(rule, 2 * self.clock_error))).collect()
    }

    fn monitors(&self) -> Vec<(&'static str, Box<dyn Monitor>)> {
        let (initial, most) = (self.initial, self.remembered);
        let monitors: [(&'static str, Box<dyn Monitor>); 8] = [
            ("GT202", Box::new(LinearizableInRegion::new(initial, 2 * self.clock_error))),
            ("GT302", Box::new(NoValueFromNowhere::new(initial, most))),
            ("GT306", Box::new(EqualVersions::new(most))),
            ("GT505", Box::new(ConflictHasNoEffect::new(initial, most))),
            ("GT601", Box::new(NoLostUpdate::new(initial, most))),
            ("GT604", Box::new(ModeHasFeature::new(self.mode))),
            ("GT702", Box::new(StrongReadCostsWrite::default())),
            ("GT704", Box::new(Standby::default())),
        ];
        monitors.into_iter().filter(|(code, _)| self.asks(code)).collect()
    }
}

/// What was read since the last time: rows, and the ends of versions in them.
pub struct Batch {
    pub rows: Vec<Row>,
    pub tails: Vec<Vec<Part>>,
}

/// All rules that are asked about.
pub struct Judge {
    codes: Vec<String>,
    reorder: Reorder,
    order: VersionOrder,
    ages: Ages,
    /// What is under way: when it is settled, and which row of `live` it is.
    due: BinaryHeap<Reverse<(i64, u64, u32)>>,
    live: Vec<Row>,
    free: Vec<u32>,
    told: u64,
    gap: i64,
    /// What is under way and will be held, by session and by item.
    of_sessions: UnderWay,
    of_items: UnderWay,
    sessions: Option<Sessions>,
    items: Vec<(&'static str, Items)>,
    zones: Option<Zones>,
    monitors: Vec<(&'static str, Box<dyn Monitor>)>,
}

const SESSION_RULES: [&str; 4] = ["GT101", "GT102", "GT103", "GT104"];

impl Judge {
    pub fn new(settings: Settings) -> Self {
        let gap = 2 * settings.clock_error;
        let is_mrsc = settings.mode != Mode::Async;
        let asked = SESSION_RULES.map(|code| settings.asks(code));
        let by_values = asked[0] || asked[1] || settings.asks("GT203");
        let across_items = settings.across_items;
        Judge {
            reorder: Reorder::new(settings.window),
            order: VersionOrder::default(),
            ages: Ages::new(settings.initial, settings.remembered, by_values),
            due: BinaryHeap::new(),
            live: Vec::new(),
            free: Vec::new(),
            told: 0,
            gap,
            of_sessions: UnderWay::default(),
            of_items: UnderWay::default(),
            sessions: asked
                .contains(&true)
                .then(|| Sessions::new(asked, across_items, is_mrsc, gap)),
            items: settings.items(),
            zones: settings.asks("GT201").then(|| Zones::new(settings.initial, gap)),
            monitors: settings.monitors(),
            codes: settings.rules,
        }
    }

    /// Take what was read.
    pub fn take(&mut self, batch: &Batch) -> Result<(), TooLate> {
        self.order.learn(&batch.tails);
        let mut reorder = std::mem::replace(&mut self.reorder, Reorder::new(0));
        let taken = reorder.take(&batch.rows, |row| self.tell(row));
        self.reorder = reorder;
        taken
    }

    /// Take that the run is over; tell what each rule came to.
    pub fn finish(mut self) -> Vec<(String, Verdict)> {
        let mut reorder = std::mem::replace(&mut self.reorder, Reorder::new(0));
        reorder.finish(|row| self.tell(row));
        self.advance(FOREVER);
        let codes = std::mem::take(&mut self.codes);
        let verdicts: Vec<Verdict> = codes.iter().map(|code| self.verdict(code)).collect();
        codes.into_iter().zip(verdicts).collect()
    }

    fn tell(&mut self, row: &Row) {
        self.advance(row.start);
        self.told += 1;
        let slot = (row.end < FOREVER).then(|| self.keep(row));
        if !row.has_failed() {
            self.ages.begin(row);
            if row.is_certain() {
                if self.sessions.is_some() {
                    self.of_sessions.begin(row.session, row.start);
                }
                if !self.items.is_empty() {
                    self.of_items.begin(row.key, row.start);
                }
            }
        }
        if let Some(zones) = &mut self.zones {
            zones.opened(row);
        }
        let context = Context { order: &self.order, slot };
        self.monitors.iter_mut().for_each(|(_, monitor)| monitor.opened(row, &context));
    }

    /// Keep an operation until it is settled; give its place.
    fn keep(&mut self, row: &Row) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.live.push(*row);
            self.live.len() as u32 - 1
        });
        self.live[slot as usize] = *row;
        self.due.push(Reverse((row.end + self.gap, self.told, slot)));
        slot as usize
    }

    /// Settle what ended before a moment.
    fn advance(&mut self, moment: i64) {
        while let Some(&Reverse((settles, _, slot))) = self.due.peek() {
            if settles >= moment {
                break;
            }
            self.due.pop();
            self.free.push(slot);
            let row = self.live[slot as usize];
            if row.is_certain() {
                self.settle(&row, settles, slot as usize);
            }
        }
    }

    fn settle(&mut self, row: &Row, moment: i64, slot: usize) {
        if self.sessions.is_some() || !self.items.is_empty() {
            let dates = self.ages.dates(row);
            if let Some(sessions) = &mut self.sessions {
                let first = self.of_sessions.end(row.session, row.start);
                sessions.settled(row, &dates, first, &self.order);
            }
            if !self.items.is_empty() {
                let first = self.of_items.end(row.key, row.start);
                for (_, items) in &mut self.items {
                    items.settled(row, &dates, first, &self.order);
                }
            }
        }
        if let Some(zones) = &mut self.zones {
            zones.settled(row, moment);
        }
        let context = Context { order: &self.order, slot: Some(slot) };
        self.monitors.iter_mut().for_each(|(_, monitor)| monitor.settled(row, &context));
    }

    fn verdict(&mut self, code: &str) -> Verdict {
        if let Some(rule) = SESSION_RULES.iter().position(|known| *known == code)
            && let Some(sessions) = &mut self.sessions
        {
            return sessions.found[rule].verdict();
        }
        let by_versions = match self.items.iter_mut().find(|(known, _)| *known == code) {
            Some((_, items)) => items.found.verdict(),
            None => Verdict::default(),
        };
        // A stale version is told at once: what values tell counts only where there is none.
        if !matches!(by_versions.shown, Shown::Nothing) {
            return by_versions;
        }
        let by_values = match self.monitors.iter_mut().find(|(known, _)| *known == code) {
            Some((_, monitor)) => monitor.verdict(),
            None if code == "GT201" => self.zones.as_ref().map(Zones::verdict).unwrap_or_default(),
            None => return by_versions,
        };
        match by_values.shown {
            Shown::Nothing if by_values.checked == 0 => by_versions,
            _ => by_values,
        }
    }
}
