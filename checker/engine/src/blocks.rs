//! A block of states that all workers work on at once.
//!
//! Workers only read the model. What one of them misses is left to the mender, which asks the other
//! side, state by state; so neither counts nor findings depend on the number of workers.
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::chunks::Chunks;
use crate::findings::Finding;
use crate::levels::block_length;
use crate::limits::Stopped;
use crate::model::Model;
use crate::reduction::Reduction;
use crate::search::{Run, Search};
use crate::tabulator::Halt;
use crate::visited::Visited;
use crate::walk::Miss;
use crate::worker::{Orders, Scene, Worker};

/// Fewer states than these are not worth a thread.
const SHARE_MIN: usize = 256;
/// So many pieces of a block a worker, so that none waits long for another at the end.
const PIECES: usize = 32;
/// A piece has at least so many states.
const PIECE_MIN: usize = 32;

impl Search {
    /// Judge a range of states, in order, by the predicates that are undecided.
    pub(crate) fn check(&mut self, states: Range<usize>, run: &mut Run) -> Result<(), Halt> {
        let length = block_length(&states);
        for start in states.clone().step_by(length) {
            if self.orders.undecided.iter().all(|&word| word == 0) {
                return Ok(());
            }
            let block = start..states.end.min(start + length);
            self.share(block.clone(), run, Worker::judge);
            self.mend(run, Worker::judge)?;
            self.collect_findings();
            self.standing.judged = block.end;
            self.pulse(run)?;
            if !matches!(self.stopped, None | Some(Stopped::States)) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Let all workers do a block, a piece at a time.
    pub(crate) fn share(&mut self, block: Range<usize>, run: &mut Run, work: Work) {
        let count = block.len();
        let wanted = count.div_ceil(SHARE_MIN).min(self.workers.len());
        self.workers.iter_mut().for_each(Worker::clear);
        let pieces = Pieces::new(block, wanted);
        if wanted == 1 {
            let Search { model, orders, roots, workers, visited, reduction, .. } = self;
            let reduced = reduction.as_deref().map(|reduction| (reduction, &*visited));
            let scene = Scene { model, orders, reduced };
            let alone = || workers[0].take_pieces(&pieces, &scene, roots, work);
            return run.alone(count >= SHARE_MIN, alone);
        }
        let resting = self.workers.split_off(wanted);
        let known = Known {
            model: std::mem::replace(&mut self.model, Model::new(false)),
            orders: std::mem::take(&mut self.orders),
            roots: std::mem::replace(&mut self.roots, Chunks::new()),
            reduced: self
                .reduction
                .take()
                .map(|reduction| (reduction, std::mem::replace(&mut self.visited, Visited::new()))),
            pieces,
        };
        let workers = std::mem::take(&mut self.workers);
        let one = move |known: &Known, worker: &mut Worker| {
            let Known { model, orders, roots, pieces, .. } = known;
            let reduced =
                known.reduced.as_ref().map(|(reduction, visited)| (&**reduction, visited));
            worker.take_pieces(pieces, &Scene { model, orders, reduced }, roots, work);
        };
        let (known, workers) = run.at_once(&mut self.crew, known, workers, one);
        let reduced;
        Known { model: self.model, orders: self.orders, roots: self.roots, reduced, .. } = known;
        if let Some((reduction, visited)) = reduced {
            (self.reduction, self.visited) = (Some(reduction), visited);
        }
        self.workers = workers;
        self.workers.extend(resting);
    }

    /// Go on, state by state, where workers missed something.
    pub(crate) fn mend(&mut self, run: &mut Run, work: Work) -> Result<(), Halt> {
        let mut mender = std::mem::take(&mut self.mender);
        mender.clear();
        let result = self.mend_with(&mut mender, run, work);
        self.mender = mender;
        result
    }

    fn mend_with(&mut self, mender: &mut Worker, run: &mut Run, work: Work) -> Result<(), Halt> {
        let missed = self.workers.iter().flat_map(|worker| &worker.batch.missed);
        let mut missed: Vec<u32> = missed.copied().collect();
        missed.sort_unstable();
        for state in missed {
            let root = self.roots.get(state as usize);
            while let Err(miss) = work(mender, &self.scene(), state, root) {
                self.fill(miss, &mender.frame, run)?;
                mender.stepper.memo.fit(self.model.space.store.sizes());
                if self.stopped.is_some() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// What workers look at.
    pub(crate) fn scene(&self) -> Scene<'_> {
        let Search { model, orders, visited, reduction, .. } = self;
        Scene { model, orders, reduced: reduction.as_deref().map(|reduction| (reduction, visited)) }
    }

    /// Take over what workers found.
    fn collect_findings(&mut self) {
        let workers = self.workers.iter_mut().chain([&mut self.mender]);
        let found = workers.flat_map(|worker| worker.batch.findings.drain(..)).collect();
        self.keep_all(found);
    }

    /// Keep what was found first, in the order of the states.
    pub(crate) fn keep_all(&mut self, mut found: Vec<Finding>) {
        found.sort_by_key(Finding::state);
        for finding in found {
            self.keep(finding);
        }
    }

    /// Keep the first finding of each predicate, and of the deadlocks.
    pub(crate) fn keep(&mut self, finding: Finding) {
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

/// Something that a worker does to a state, whole or not at all.
pub(crate) type Work = fn(&mut Worker, &Scene, u32, u64) -> Result<(), Miss>;

/// What workers share while none of it changes.
struct Known {
    model: Model,
    orders: Orders,
    roots: Chunks<u64>,
    reduced: Option<(Box<Reduction>, Visited)>,
    pieces: Pieces,
}

impl Worker {
    /// Do pieces of a block until there are none left.
    fn take_pieces(&mut self, pieces: &Pieces, scene: &Scene, roots: &Chunks<u64>, work: Work) {
        let own = pieces.enter();
        while let Some(states) = pieces.take(own) {
            self.go_on_at(states.start as u32);
            for state in states {
                let (number, root) = (state as u32, roots.get(state));
                if work(self, scene, number, root).is_err() {
                    self.skip(number);
                }
            }
        }
    }
}

/// What is to be done, in pieces: each worker takes those of a share of its own, one after the other,
/// for what comes in a row has much in common, and then helps the others with theirs.
pub(crate) struct Pieces {
    shares: Vec<Share>,
    length: usize,
    workers: AtomicUsize,
}

/// A share, which shares no cache line with another.
#[repr(align(128))]
struct Share {
    next: AtomicUsize,
    end: usize,
}

impl Pieces {
    fn new(states: Range<usize>, workers: usize) -> Self {
        let several = (states.len() / (workers * PIECES)).max(PIECE_MIN);
        Pieces::of(&states, workers, if workers == 1 { states.len() } else { several })
    }

    /// Cut a range into a share for each worker, and these into pieces of one length.
    pub(crate) fn of(range: &Range<usize>, workers: usize, length: usize) -> Self {
        let bound =
            |share: usize| range.end.min(range.start + share * range.len().div_ceil(workers));
        let share =
            |number| Share { next: AtomicUsize::new(bound(number)), end: bound(number + 1) };
        Pieces { shares: (0..workers).map(share).collect(), length, workers: AtomicUsize::new(0) }
    }

    /// Have a share of one's own.
    pub(crate) fn enter(&self) -> usize {
        self.workers.fetch_add(1, Ordering::Relaxed) % self.shares.len()
    }

    /// The next piece of a share, or of the others, while there is one.
    pub(crate) fn take(&self, own: usize) -> Option<Range<usize>> {
        let (before, after) = self.shares.split_at(own);
        after.iter().chain(before).find_map(|share| {
            let start = share.next.fetch_add(self.length, Ordering::Relaxed);
            (start < share.end).then(|| start..share.end.min(start + self.length))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_taken_once_and_by_its_own_worker_first() {
        for (length, workers) in [(0, 1), (5, 3), (100, 1), (1000, 2), (1001, 3), (7, 5)] {
            let pieces = Pieces::of(&(10..10 + length), workers, 8);
            let mut taken = Vec::new();
            for worker in 0..workers {
                let own = pieces.enter();
                assert_eq!(own, worker);
                let first = pieces.take(own);
                let start = 10 + own * length.div_ceil(workers);
                assert!(start >= 10 + length || first.as_ref().is_some_and(|it| it.start == start));
                taken.extend(first.into_iter().flatten());
            }
            while let Some(piece) = pieces.take(workers - 1) {
                taken.extend(piece);
            }
            taken.sort_unstable();
            assert!(taken.into_iter().eq(10..10 + length));
        }
    }
}
