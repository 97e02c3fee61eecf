//! A block of states, expanded or judged by all workers at once; the results come in order.
//!
//! Workers only read the model. What one of them misses is left to the mender, which asks the other
//! side, state by state; so neither counts nor findings depend on the number of workers.
use std::ops::Range;

use crate::findings::Finding;
use crate::limits::Stopped;
use crate::model::Model;
use crate::search::{BLOCK, Run, STATES_MAX, Search};
use crate::tabulator::Halt;
use crate::walk::Miss;
use crate::worker::{Orders, Successors, Worker};

/// Fewer states than these are not worth a thread.
const SHARE_MIN: usize = 256;
/// States whose successors are looked up together, so that their memory reads overlap.
const SIFTED: usize = 8;

/// How many successors are brought near before they are needed.
const AHEAD: usize = 16;

/// States in a row, counted from the first of a batch.
struct Segment<'a> {
    successors: &'a Successors,
    states: Range<usize>,
}

impl Search {
    /// Expand a block of states of one level.
    pub(crate) fn expand_block(&mut self, block: Range<usize>, run: &mut Run) -> Result<(), Halt> {
        self.make_room();
        self.share(block.clone(), run, Worker::expand);
        let mended = self.mend(block.clone(), run, Worker::expand);
        if mended.is_err() || self.stopped.is_some() {
            return mended;
        }
        self.save_before_the_limit(run)?;
        self.gather(run);
        self.collect_findings();
        self.standing.expanded = block.end;
        if !self.keep_roots {
            self.roots.forget(block.end);
        }
        self.pulse(run)?;
        self.save_in_time()
    }

    /// Write the search, if it is written at all, before a block that may meet the limit of states.
    fn save_before_the_limit(&mut self, run: &Run) -> Result<(), Halt> {
        let workers = self.workers.iter().chain([&self.mender]);
        let most: usize = workers.map(|worker| worker.batch.successors.targets.len()).sum();
        match run.limits.max_states {
            Some(limit) if (self.len() + most) as u64 > limit => self.save(),
            _ => Ok(()),
        }
    }

    /// Judge a range of states, in order, by the predicates that are undecided.
    pub(crate) fn check(&mut self, states: Range<usize>, run: &mut Run) -> Result<(), Halt> {
        for start in states.clone().step_by(BLOCK) {
            if self.orders.undecided.iter().all(|&word| word == 0) {
                return Ok(());
            }
            let block = start..states.end.min(start + BLOCK);
            self.share(block.clone(), run, Worker::judge);
            self.mend(block.clone(), run, Worker::judge)?;
            self.collect_findings();
            self.standing.judged = block.end;
            self.pulse(run)?;
            if !matches!(self.stopped, None | Some(Stopped::States)) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Let every worker do its share of a block.
    fn share(&mut self, block: Range<usize>, run: &mut Run, work: Work) {
        let Search { model, orders, roots, visited, workers, .. } = self;
        let (model, orders, roots, visited) = (&*model, &*orders, &*roots, &*visited);
        let share = block.len().div_ceil(workers.len()).max(SHARE_MIN);
        let is_alone = workers.len() == 1;
        let one = |(worker, states): (&mut Worker, Range<usize>)| {
            worker.clear();
            for start in states.clone().step_by(SIFTED) {
                for state in start..states.end.min(start + SIFTED) {
                    if work(worker, model, orders, state as u32, roots.get(state)).is_err() {
                        worker.skip();
                    }
                }
                if !is_alone {
                    worker.sift(visited);
                }
            }
            if is_alone {
                worker.keep_all();
            }
        };
        let mut start = block.start;
        let shares = workers.iter_mut().map(|worker| {
            let states = start..block.end.min(start + share);
            start = states.end;
            (worker, states)
        });
        if block.len() < SHARE_MIN {
            shares.for_each(one);
            return;
        }
        let mut shares = Some(shares);
        run.tabulator.detached(&mut || {
            let mut shares = shares.take().into_iter().flatten();
            let first = shares.next();
            std::thread::scope(|scope| {
                for share in shares {
                    scope.spawn(move || one(share));
                }
                first.into_iter().for_each(one);
            });
        });
    }

    /// Go on, state by state, where workers missed something.
    fn mend(&mut self, block: Range<usize>, run: &mut Run, work: Work) -> Result<(), Halt> {
        let mut mender = std::mem::take(&mut self.mender);
        mender.clear();
        let result = self.mend_with(&mut mender, block, run, work);
        self.mender = mender;
        result
    }

    fn mend_with(
        &mut self,
        mender: &mut Worker,
        block: Range<usize>,
        run: &mut Run,
        work: Work,
    ) -> Result<(), Halt> {
        let mut first = block.start;
        for worker in 0..self.workers.len() {
            for missed in 0..self.workers[worker].batch.missed.len() {
                let state = first + self.workers[worker].batch.missed[missed];
                let root = self.roots.get(state);
                while let Err(miss) = work(mender, &self.model, &self.orders, state as u32, root) {
                    self.fill(miss, &mender.frame, run)?;
                    mender.stepper.memo.fit(self.model.space.store.sizes());
                    if self.stopped.is_some() {
                        return Ok(());
                    }
                }
                mender.sift(&self.visited);
            }
            first += self.workers[worker].batch.states;
        }
        Ok(())
    }

    /// Number the successors of a block that are new, in order.
    fn gather(&mut self, run: &Run) {
        let limit = run.limits.max_states.unwrap_or(u64::MAX).min(STATES_MAX as u64) as usize;
        let batches = self.workers.iter().chain([&self.mender]).map(|worker| &worker.batch);
        self.standing.transitions += batches.clone().map(|batch| batch.transitions).sum::<u64>();
        self.standing.terminal_states += batches.map(|batch| batch.terminal_states).sum::<u64>();
        for Segment { successors, states } in segments_of(&self.workers, &self.mender) {
            for state in states {
                for at in successors.range(state) {
                    let target = successors.targets[at];
                    if let Some(&ahead) = successors.targets.get(at + AHEAD) {
                        self.visited.approach(ahead);
                    }
                    let place = self.visited.place(target);
                    if self.roots.len() >= limit && !self.visited.contains_at(place) {
                        self.stopped = Some(Stopped::States);
                        return;
                    }
                    if self.visited.insert_at(place) {
                        self.roots.push(target);
                        self.ancestry.add(successors.origins[at]);
                    }
                }
                self.ancestry.close();
            }
        }
    }

    /// Take over what workers found, in the order of the states.
    fn collect_findings(&mut self) {
        let mut found: Vec<Finding> = Vec::new();
        for worker in self.workers.iter_mut().chain([&mut self.mender]) {
            found.append(&mut worker.batch.findings);
        }
        found.sort_by_key(Finding::state);
        for finding in found {
            self.keep(finding);
        }
    }

    /// Keep the first finding of each predicate, and of the deadlocks.
    fn keep(&mut self, finding: Finding) {
        let is_first = match finding {
            Finding::Error { .. } => true,
            Finding::Deadlock { .. } => self.orders.terminal.take().is_some(),
            Finding::Always { trie, .. }
            | Finding::Sometimes { trie, .. }
            | Finding::PredicateError { trie, .. } => self.orders.settle(trie),
        };
        if is_first {
            self.findings.add(finding);
        }
    }
}

type Work = fn(&mut Worker, &Model, &Orders, u32, u64) -> Result<(), Miss>;

/// The states of a block in order, in rows that stand side by side in a batch.
fn segments_of<'a>(workers: &'a [Worker], mender: &'a Worker) -> Vec<Segment<'a>> {
    let mut segments = Vec::new();
    let mut mended = 0;
    for batch in workers.iter().map(|worker| &worker.batch) {
        let successors = &batch.successors;
        let mut start = 0;
        for &missed in &batch.missed {
            if start < missed {
                segments.push(Segment { successors, states: start..missed });
            }
            let by_mender = &mender.batch.successors;
            segments.push(Segment { successors: by_mender, states: mended..mended + 1 });
            (start, mended) = (missed + 1, mended + 1);
        }
        if start < batch.states {
            segments.push(Segment { successors, states: start..batch.states });
        }
    }
    segments
}
