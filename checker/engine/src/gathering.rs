//! The successors of a block: which of them are new, and their numbers.
//!
//! Each worker looks up what belongs to a share of the visited set, in the order of the states. So
//! the first of equal successors is the one that is new, and numbers and parents do not depend on
//! the number of workers.
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::ancestry::Ancestry;
use crate::limits::{Limits, Stopped};
use crate::scattering::Place;
use crate::search::{Run, STATES_MAX, Search};
use crate::tabulator::Halt;
use crate::visited::Shard;
use crate::worker::{Batch, Stretch, Successors};

/// Fewer successors than these are not worth a thread.
const SHARED_MIN: usize = 1 << 12;
/// Successors that are brought near before the first of them is looked up.
const NEAR: usize = 32;

/// States in a row, counted from the first of a batch.
struct Segment<'a> {
    successors: &'a Successors,
    states: Range<usize>,
}

impl Segment<'_> {
    /// Where the targets of its states are.
    fn targets(&self) -> Range<usize> {
        let (first, last) = (self.states.start, self.states.end - 1);
        self.successors.range(first).start..self.successors.range(last).end
    }
}

/// What was found out about a block, of which nothing is counted yet.
#[derive(Default)]
pub(crate) struct Expanded {
    /// Where the block ends.
    pub end: usize,
    /// What each worker found out.
    pub workers: Vec<Batch>,
    /// What the mender did.
    pub mended: Batch,
}

/// A block whose successors are looked up and numbered by whoever takes part.
pub(crate) struct Gathering {
    expanded: Expanded,
    /// How many shards are not looked through yet.
    left: AtomicUsize,
    numbering: Mutex<Numbering>,
}

/// How the new ones among the successors of a block get their numbers.
struct Numbering {
    news: Positions,
    roots: Vec<u64>,
    ancestry: Ancestry,
    /// There may be so many states more.
    room: usize,
    is_full: bool,
}

impl Search {
    /// Number the successors of a block that are new, in order, and count what was found out.
    pub(crate) fn gather(&mut self, expanded: Expanded, run: &mut Run) -> Result<(), Halt> {
        self.catch_up(run)?;
        if self.stopped.is_some() {
            return Ok(());
        }
        let (mut gathering, mut shards) =
            self.begin_to_gather(expanded, self.workers.len(), run.limits);
        if let [shard] = shards.as_mut_slice() {
            run.alone(gathering.targets() >= SHARED_MIN, || gathering.look_through(shard));
        } else {
            (gathering, shards) =
                run.at_once(&mut self.crew, gathering, shards, Gathering::look_through);
        }
        self.end_gathering(gathering, shards);
        self.look_up(run)
    }

    /// Have hands do the same, while this thread does something else.
    pub(crate) fn start_gathering(&mut self, expanded: Expanded, run: &mut Run) {
        let hands = self.workers.len() - 1;
        let (gathering, shards) = self.begin_to_gather(expanded, hands, run.limits);
        run.under_way = Some(self.crew.start(gathering, shards, Gathering::look_through));
    }

    /// Wait for what hands are gathering, if there is anything.
    pub(crate) fn catch_up(&mut self, run: &mut Run) -> Result<(), Halt> {
        if self.take_over(run) { self.look_up(run) } else { Ok(()) }
    }

    /// Take over what hands are gathering; false if there is nothing.
    pub(crate) fn take_over(&mut self, run: &mut Run) -> bool {
        let Some(errand) = run.under_way.take() else { return false };
        let (gathering, shards) = run.finish(errand);
        self.end_gathering(gathering, shards);
        true
    }

    /// Between two blocks: look at the clock, and write the search if it is time.
    fn look_up(&mut self, run: &mut Run) -> Result<(), Halt> {
        self.pulse(run)?;
        self.save_in_time(run)
    }

    fn begin_to_gather(
        &mut self,
        expanded: Expanded,
        hands: usize,
        limits: &Limits,
    ) -> (Gathering, Vec<Shard>) {
        self.visited.fit(self.model.space.store.room());
        let count = expanded.targets();
        let shards = self.visited.take(if count < SHARED_MIN { 1 } else { hands });
        let limit = limits.max_states.unwrap_or(u64::MAX).min(STATES_MAX as u64) as usize;
        let numbering = Numbering {
            news: Positions::new(count),
            roots: Vec::new(),
            ancestry: std::mem::replace(&mut self.ancestry, Ancestry::new(0, 1)),
            room: limit.saturating_sub(self.len()),
            is_full: false,
        };
        let (left, numbering) = (AtomicUsize::new(shards.len()), Mutex::new(numbering));
        (Gathering { expanded, left, numbering }, shards)
    }

    fn end_gathering(&mut self, gathering: Gathering, shards: Vec<Shard>) {
        let Gathering { mut expanded, numbering, .. } = gathering;
        let numbering = numbering.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.visited.put_back(shards.into_iter());
        self.ancestry = numbering.ancestry;
        numbering.roots.iter().for_each(|&root| self.roots.push(root));
        self.note_next(&numbering.roots);
        if numbering.is_full {
            self.stopped = Some(Stopped::States);
        }
        let mut found = Vec::new();
        for batch in expanded.batches_mut() {
            self.standing.transitions += batch.transitions;
            self.standing.terminal_states += batch.terminal_states;
            found.append(&mut batch.findings);
            batch.clear();
        }
        self.keep_all(found);
        self.standing.expanded = expanded.end;
        if !self.keep_roots {
            self.roots.forget(expanded.end);
        }
        self.spare.push(expanded);
    }
}

impl Gathering {
    /// How many successors are looked up.
    pub fn targets(&self) -> usize {
        self.expanded.targets()
    }

    /// Add the successors that belong to a shard to it; whoever is the last gives the numbers.
    pub fn look_through(&self, shard: &mut Shard) {
        let segments = self.expanded.segments();
        let found = insert_some(&segments, shard);
        let mut numbering = self.numbering.lock().unwrap_or_else(PoisonError::into_inner);
        found.iter().for_each(|&position| numbering.news.add(position));
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            numbering.number(&segments);
        }
    }
}

impl Numbering {
    /// Give numbers to the new ones, as far as there may be so many states.
    fn number(&mut self, segments: &[Segment]) {
        let mut position = 0;
        for Segment { successors, states } in segments {
            for state in states.clone() {
                let range = successors.range(state);
                let end = position + range.len();
                // Few are new, so that it pays to go from one of them to the next.
                while let Some(new) = self.news.next(position..end) {
                    if self.roots.len() >= self.room {
                        self.is_full = true;
                        return;
                    }
                    let at = range.end - (end - new);
                    self.roots.push(successors.targets[at]);
                    self.ancestry.add(successors.origins[at]);
                    position = new + 1;
                }
                position = end;
                self.ancestry.close();
            }
        }
    }
}

/// Some of the successors of a block, by their position among all of them.
struct Positions(Vec<u64>);

impl Positions {
    fn new(count: usize) -> Self {
        Positions(vec![0; count.div_ceil(64)])
    }

    fn add(&mut self, position: u32) {
        self.0[position as usize / 64] |= 1 << (position % 64);
    }

    /// The first of them in a range.
    #[inline]
    fn next(&self, range: Range<usize>) -> Option<usize> {
        let mut start = range.start;
        while start < range.end {
            let rest = self.0[start / 64] >> (start % 64);
            if rest != 0 {
                let found = start + rest.trailing_zeros() as usize;
                return (found < range.end).then_some(found);
            }
            start = (start / 64 + 1) * 64;
        }
        None
    }
}

/// Add those that belong to a shard, and tell which of them were new.
fn insert_some(segments: &[Segment], shard: &mut Shard) -> Vec<u32> {
    let mut found = Vec::new();
    let mut near = [(Place::default(), 0); NEAR];
    let mut position = 0;
    for segment in segments {
        for targets in segment.successors.targets[segment.targets()].chunks(NEAR) {
            let mut count = 0;
            for &target in targets {
                let place = shard.place(target);
                near[count] = (place, position);
                count += usize::from(shard.holds(place));
                position += 1;
            }
            let near = &near[..count];
            near.iter().for_each(|&(place, _)| shard.prefetch(place));
            found.extend(near.iter().filter(|near| shard.insert(near.0)).map(|near| near.1));
        }
    }
    found
}

impl Expanded {
    fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.workers.iter().chain([&self.mended])
    }

    fn batches_mut(&mut self) -> impl Iterator<Item = &mut Batch> {
        self.workers.iter_mut().chain([&mut self.mended])
    }

    /// How many successors were given.
    pub fn targets(&self) -> usize {
        self.batches().map(|batch| batch.successors.targets.len()).sum()
    }

    /// Whether anything is wrong with a state, or right.
    pub fn has_findings(&self) -> bool {
        self.batches().any(|batch| !batch.findings.is_empty())
    }

    /// The states of a block in order, in rows that stand side by side in a batch.
    fn segments<'a>(&'a self) -> Vec<Segment<'a>> {
        let rows = |batch: &'a Batch| {
            let end = Stretch { state: 0, at: batch.states, missed: batch.missed.len() };
            let ends = batch.stretches.iter().skip(1).copied().chain([end]);
            let first = batch.stretches.iter().copied();
            first.zip(ends).map(move |(first, end)| (first, end, batch))
        };
        let mut rows: Vec<_> = self.workers.iter().flat_map(rows).collect();
        rows.sort_unstable_by_key(|(first, _, _)| first.state);
        let mut segments = Vec::new();
        let mut mended = 0;
        for (first, end, batch) in rows {
            let successors = &batch.successors;
            let mut start = first.at;
            let number = |state: u32| first.at + (state - first.state) as usize;
            for missed in batch.missed[first.missed..end.missed].iter().map(|&state| number(state))
            {
                if start < missed {
                    segments.push(Segment { successors, states: start..missed });
                }
                let by_mender = &self.mended.successors;
                segments.push(Segment { successors: by_mender, states: mended..mended + 1 });
                (start, mended) = (missed + 1, mended + 1);
            }
            if start < end.at {
                segments.push(Segment { successors, states: start..end.at });
            }
        }
        segments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::Worker;

    #[test]
    fn the_next_position_is_the_first_in_its_range_that_was_added() {
        let added = [0, 5, 63, 64, 200, 255];
        let mut positions = Positions::new(256);
        added.iter().for_each(|&position| positions.add(position));
        for start in 0..256 {
            for end in start..=256 {
                let in_range = |&at: &usize| (start..end).contains(&at);
                let expected = added.iter().map(|&at| at as usize).find(in_range);
                assert_eq!(positions.next(start..end), expected);
            }
        }
    }

    #[test]
    fn the_states_of_a_block_are_in_order_also_where_a_worker_went_back() {
        let give = |worker: &mut Worker, state: u32| {
            let Successors { targets, ends, .. } = &mut worker.batch.successors;
            targets.push(u64::from(state));
            ends.push(targets.len());
            worker.batch.states += 1;
        };
        let (mut worker, mut mender) = (Worker::default(), Worker::default());
        for first in [10, 0] {
            worker.go_on_at(first);
            give(&mut worker, first);
            worker.skip(first + 1);
            give(&mut worker, first + 2);
        }
        give(&mut mender, 1);
        give(&mut mender, 11);
        let expanded = Expanded { end: 13, workers: vec![worker.batch], mended: mender.batch };
        let targets_of = |segment: &Segment| segment.successors.targets[segment.targets()].to_vec();
        let targets: Vec<u64> = expanded.segments().iter().flat_map(targets_of).collect();
        assert_eq!(targets, [0, 1, 2, 10, 11, 12]);
    }
}
