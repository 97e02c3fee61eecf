//! The successors of a block: which of them are new, and their numbers.
//!
//! Each worker looks up what belongs to a share of the visited set, in the order of the states. So
//! the first of equal successors is the one that is new, and numbers and parents do not depend on
//! the number of workers.
use std::ops::Range;

use crate::limits::Stopped;
use crate::scattering::Place;
use crate::search::{Run, STATES_MAX, Search};
use crate::visited::Shard;
use crate::worker::{Stretch, Successors, Worker};

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

/// What was found out about a block.
struct Batches {
    workers: Vec<Worker>,
    mender: Worker,
}

impl Search {
    /// Number the successors of a block that are new, in order.
    pub(crate) fn gather(&mut self, run: &mut Run) {
        self.visited.fit(self.model.space.store.room());
        let batches = Batches {
            workers: std::mem::take(&mut self.workers),
            mender: std::mem::take(&mut self.mender),
        };
        let all = batches.workers.iter().chain([&batches.mender]).map(|worker| &worker.batch);
        self.standing.transitions += all.clone().map(|batch| batch.transitions).sum::<u64>();
        self.standing.terminal_states += all.map(|batch| batch.terminal_states).sum::<u64>();
        let (batches, news) = self.insert(batches, run);
        self.number(&batches, &news, run);
        Batches { workers: self.workers, mender: self.mender } = batches;
    }

    /// Add the successors to the visited set, and tell which of them were new.
    fn insert(&mut self, mut batches: Batches, run: &mut Run) -> (Batches, Positions) {
        let count = batches.segments().iter().map(|segment| segment.targets().len()).sum();
        let shards = if count < SHARED_MIN { 1 } else { batches.workers.len() };
        let jobs = self.visited.take(shards).into_iter().map(|shard| (shard, Vec::new()));
        let mut jobs: Vec<(Shard, Vec<u32>)> = jobs.collect();
        if let [(shard, found)] = jobs.as_mut_slice() {
            run.alone(count >= SHARED_MIN, || insert_some(&batches.segments(), shard, found));
        } else {
            (batches, jobs) = run.at_once(&mut self.crew, batches, jobs, |batches, job| {
                let (shard, found) = job;
                insert_some(&batches.segments(), shard, found);
            });
        }
        let mut news = Positions::new(count);
        jobs.iter().flat_map(|(_, found)| found).for_each(|&position| news.add(position));
        self.visited.put_back(jobs.into_iter().map(|(shard, _)| shard));
        (batches, news)
    }

    /// Give numbers to the new ones, as far as there may be so many states.
    fn number(&mut self, batches: &Batches, news: &Positions, run: &Run) {
        let limit = run.limits.max_states.unwrap_or(u64::MAX).min(STATES_MAX as u64) as usize;
        let mut position = 0;
        for Segment { successors, states } in batches.segments() {
            for state in states {
                let range = successors.range(state);
                let end = position + range.len();
                // Few are new, so that it pays to go from one of them to the next.
                while let Some(new) = news.next(position..end) {
                    if self.roots.len() >= limit {
                        self.stopped = Some(Stopped::States);
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
fn insert_some(segments: &[Segment], shard: &mut Shard, found: &mut Vec<u32>) {
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
}

impl Batches {
    /// The states of a block in order, in rows that stand side by side in a batch.
    fn segments<'a>(&'a self) -> Vec<Segment<'a>> {
        let rows = |worker: &'a Worker| {
            let batch = &worker.batch;
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
                let by_mender = &self.mender.batch.successors;
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
        let batches = Batches { workers: vec![worker], mender };
        let targets_of = |segment: &Segment| segment.successors.targets[segment.targets()].to_vec();
        let targets: Vec<u64> = batches.segments().iter().flat_map(targets_of).collect();
        assert_eq!(targets, [0, 1, 2, 10, 11, 12]);
    }
}
