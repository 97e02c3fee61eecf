//! Depth-first exploration: what was discovered last is expanded next, state by state.
//!
//! A state is numbered and judged when it is discovered, and put on a stack, where it stands once:
//! the stack never holds more than the states that are discovered and not expanded. Where there is
//! a limit of depth, a state may be met again by fewer steps than before. It is then expanded once
//! more, for what lies behind it may be within the limit now (Holzmann calls it `-DREACH` in SPIN);
//! so the states within the limit are found, all of them, as breadth first.
use crate::ancestry::Origin;
use crate::blocks::Work;
use crate::hashing::FastMap;
use crate::limits::Stopped;
use crate::search::{Break, Run, SAMPLE, STATES_MAX, Search};
use crate::tabulator::Halt;
use crate::worker::Worker;

/// States that are expanded between two looks at the clock.
const PAUSE: usize = 1 << 8;

/// A state that is to be expanded.
#[derive(Clone, Copy)]
struct Pending {
    root: u64,
    state: u32,
    steps: u32,
}

/// How a state was met: where there is a limit of depth.
struct Met {
    state: u32,
    steps: u32,
    is_expanded: bool,
}

/// What a depth-first search remembers beside its states.
#[derive(Default)]
pub struct Descent {
    stack: Vec<Pending>,
    met: Option<FastMap<u64, Met>>,
}

impl Descent {
    /// Bytes held.
    pub fn memory(&self) -> usize {
        let met = self.met.as_ref().map_or(0, |met| met.capacity() * 25);
        self.stack.capacity() * size_of::<Pending>() + met
    }
}

impl Search {
    /// Explore depth first. With `may_arrange`, break off once the slots can be laid out better.
    pub(crate) fn descend(&mut self, run: &mut Run, may_arrange: bool) -> Result<(), Break> {
        self.check(0..self.len(), run)?;
        self.descent = Descent::default();
        self.descent.met = run.limits.max_depth.map(|_| FastMap::default());
        for state in (0..self.len() as u32).rev() {
            let root = self.roots.get(state as usize);
            self.put(Pending { root, state, steps: 0 });
        }
        let mut worker = std::mem::take(&mut self.workers[0]);
        let result = self.go_down(&mut worker, run, may_arrange);
        self.workers[0] = worker;
        if matches!(result, Err(Break::Arranged)) {
            self.arrange();
        }
        result
    }

    fn go_down(
        &mut self,
        worker: &mut Worker,
        run: &mut Run,
        may_arrange: bool,
    ) -> Result<(), Break> {
        let mut turns = 0;
        while self.stopped.is_none() {
            if self.findings.violated && !run.limits.keep_going {
                self.stopped = Some(Stopped::Violation);
                break;
            }
            let Some(next) = self.descent.stack.pop() else {
                self.complete = self.standing.expanded == self.len();
                // What was discovered and not expanded is at the limit.
                self.stopped = (!self.complete).then_some(Stopped::Depth);
                break;
            };
            if run.limits.max_depth == Some(next.steps) || self.is_outdone(next) {
                continue;
            }
            self.expand_one(worker, next, run)?;
            if may_arrange && self.len() >= SAMPLE && self.stopped.is_none() {
                return Err(Break::Arranged);
            }
            if !self.keep_roots && !may_arrange {
                self.roots.forget(self.len());
            }
            turns += 1;
            if turns % PAUSE == 0 {
                self.pulse(run)?;
            }
        }
        Ok(())
    }

    /// Whether a state was met again by fewer steps since it was put on the stack.
    fn is_outdone(&self, pending: Pending) -> bool {
        let met = self.descent.met.as_ref().and_then(|met| met.get(&pending.root));
        met.is_some_and(|met| met.steps < pending.steps)
    }

    fn put(&mut self, pending: Pending) {
        let Pending { root, state, steps } = pending;
        if let Some(met) = &mut self.descent.met {
            met.insert(root, Met { state, steps, is_expanded: false });
        }
        self.descent.stack.push(pending);
    }

    /// Expand a state, and put what it leads to on the stack, the first of it on top.
    fn expand_one(
        &mut self,
        worker: &mut Worker,
        from: Pending,
        run: &mut Run,
    ) -> Result<(), Halt> {
        self.make_room();
        worker.stepper.memo.fit(self.model.space.store.sizes());
        worker.clear();
        let expand = match self.descent.met {
            None => Worker::expand,
            // What was met before may be met by fewer steps now.
            Some(_) => Worker::expand_in_full,
        };
        self.work_on(worker, from, run, expand)?;
        if self.stopped.is_some() {
            return Ok(());
        }
        let met = self.descent.met.as_mut().and_then(|met| met.get_mut(&from.root));
        let is_again = met.is_some_and(|met| std::mem::replace(&mut met.is_expanded, true));
        if is_again {
            worker.batch.findings.clear();
        } else {
            self.standing.expanded += 1;
            self.standing.transitions += worker.batch.transitions;
            self.standing.terminal_states += worker.batch.terminal_states;
            self.keep_all_of(worker);
        }
        self.visited.fit(self.model.space.store.room());
        let successors = std::mem::take(&mut worker.batch.successors);
        let below = self.descent.stack.len();
        for (&root, &origin) in successors.targets.iter().zip(&successors.origins) {
            self.meet(worker, root, origin, from, run)?;
            if self.stopped.is_some() {
                break;
            }
        }
        worker.batch.successors = successors;
        self.descent.stack[below..].reverse();
        Ok(())
    }

    /// Discover a state that another leads to, unless it is known.
    fn meet(
        &mut self,
        worker: &mut Worker,
        root: u64,
        origin: Origin,
        from: Pending,
        run: &mut Run,
    ) -> Result<(), Halt> {
        let most = run.limits.max_states.unwrap_or(u64::MAX).min(STATES_MAX as u64);
        if self.len() as u64 >= most && !self.visited.contains(root) {
            self.stopped = Some(Stopped::States);
            return Ok(());
        }
        if !self.visited.insert(root) {
            self.meet_again(root, origin, from);
            return Ok(());
        }
        let found = Pending { root, state: self.len() as u32, steps: from.steps + 1 };
        self.roots.push(root);
        self.ancestry.add_to(from.state, origin);
        self.standing.depth = self.standing.depth.max(found.steps);
        self.put(found);
        if self.orders.undecided.iter().all(|&word| word == 0) {
            return Ok(());
        }
        self.work_on(worker, found, run, Worker::judge)?;
        self.keep_all_of(worker);
        Ok(())
    }

    fn meet_again(&mut self, root: u64, origin: Origin, from: Pending) {
        let steps = from.steps + 1;
        let met = self.descent.met.as_mut().and_then(|met| met.get_mut(&root));
        let Some(met) = met.filter(|met| steps < met.steps) else { return };
        met.steps = steps;
        self.ancestry.adopt(met.state as usize, from.state, origin);
        self.descent.stack.push(Pending { root, state: met.state, steps });
    }

    /// Work on a state until nothing is missed.
    fn work_on(
        &mut self,
        worker: &mut Worker,
        Pending { root, state, .. }: Pending,
        run: &mut Run,
        work: Work,
    ) -> Result<(), Halt> {
        while let Err(miss) = work(worker, &self.scene(), state, root) {
            self.fill(miss, &worker.frame, run)?;
            worker.stepper.memo.fit(self.model.space.store.sizes());
            if self.stopped.is_some() {
                break;
            }
        }
        Ok(())
    }

    fn keep_all_of(&mut self, worker: &mut Worker) {
        for finding in worker.batch.findings.drain(..) {
            self.keep(finding);
        }
    }
}
