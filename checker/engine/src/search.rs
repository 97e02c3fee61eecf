//! Exploration: breadth first, level by level, each of them block by block; or depth first.
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::ancestry::Ancestry;
use crate::checkpoint::{Journal, Saver};
use crate::chunks::Chunks;
use crate::crew::{Crew, Errand};
use crate::descent::Descent;
use crate::findings::Findings;
use crate::gathering::{Expanded, Gathering};
use crate::layout::Layout;
use crate::levels::BLOCK;
use crate::limits::{Clock, Limits, Stopped};
use crate::model::{Claim, Model, Purpose};
use crate::reduction::Reduction;
use crate::space::Frame;
use crate::tabulator::{Content, Halt, Progress, Tabulator};
use crate::visited::{Shard, Visited};
use crate::worker::{Orders, Worker};

/// States are numbered below this.
pub const STATES_MAX: usize = u32::MAX as usize;
/// After so many states, which slots change together is known well enough.
pub(crate) const SAMPLE: usize = 3 * BLOCK;

/// One exploration: its model, its states and its results.
pub struct Search {
    /// The model, as far as it is tabulated.
    pub model: Model,
    /// The roots of the states, in the order of discovery; of expanded ones only if kept.
    pub roots: Chunks<u64>,
    /// Whether the roots of expanded states are kept.
    pub keep_roots: bool,
    /// Whether what was discovered last is expanded next.
    pub depth_first: bool,
    /// How each state was first reached.
    pub ancestry: Ancestry,
    /// For each distinct initial state, its root, and which of the given ones it is.
    pub initials: Vec<(u64, u32)>,
    /// What was found.
    pub findings: Findings,
    /// How far it has come.
    pub standing: Standing,
    /// Calls of the tabulator for a trie.
    pub tabulations: u64,
    /// Why it stopped early, if it did.
    pub stopped: Option<Stopped>,
    /// Whether every reachable state was expanded.
    pub complete: bool,
    pub(crate) orders: Orders,
    pub(crate) workers: Vec<Worker>,
    pub(crate) crew: Crew,
    /// The worker that goes on where others missed something.
    pub(crate) mender: Worker,
    pub(crate) visited: Visited,
    pub(crate) descent: Descent,
    /// Where it is written, and what was asked until then.
    pub(crate) saver: Option<Saver>,
    pub(crate) journal: Journal,
    pub(crate) is_resumed: bool,
    /// Room for what is found out, to be used again.
    pub(crate) spare: Vec<Expanded>,
    /// What is left out, where partial-order reduction is asked for.
    pub reduction: Option<Box<Reduction>>,
    given: Vec<Vec<Content>>,
}

/// How far a search has come.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Outcomes taken.
    pub transitions: u64,
    /// The deepest level discovered.
    pub depth: u32,
    /// States that no outcome leads out of.
    pub terminal_states: u64,
    /// The states of the level that is expanded now.
    pub level: Range<usize>,
    /// How many steps lead to that level.
    pub steps: u32,
    /// How many states were expanded.
    pub expanded: usize,
    /// How many states the predicates were walked on.
    pub judged: usize,
}

/// What the levels share: limits, clock and the other side.
pub struct Run<'a> {
    /// How far to go.
    pub limits: &'a Limits,
    /// The clock.
    pub clock: Clock,
    /// The other side.
    pub tabulator: &'a mut dyn Tabulator,
    /// The block whose successors hands are gathering.
    pub(crate) under_way: Option<Errand<Gathering, Shard>>,
}

impl<'a> Run<'a> {
    /// Begin, with the clock at nothing.
    pub fn new(limits: &'a Limits, tabulator: &'a mut dyn Tabulator) -> Self {
        Run { limits, clock: Clock::start(), tabulator, under_way: None }
    }

    /// Work alone; where it is `long`, so that others may run Python meanwhile.
    pub(crate) fn alone(&mut self, long: bool, mut work: impl FnMut() + Send) {
        if long { self.tabulator.detached(&mut work) } else { work() }
    }

    /// Let a crew work while nothing is asked, so that others may run Python.
    pub(crate) fn at_once<C: Send + Sync + 'static, T: Send + 'static>(
        &mut self,
        crew: &mut Crew,
        common: C,
        items: Vec<T>,
        work: impl Fn(&C, &mut T) + Copy + Send + Sync + 'static,
    ) -> (C, Vec<T>) {
        let (mut given, mut taken) = (Some((common, items)), None);
        self.tabulator.detached(&mut || {
            taken = given.take().map(|(common, items)| crew.at_once(common, items, work));
        });
        taken.expect("work that is detached is done once")
    }

    /// Wait until an errand is done, so that others may run Python.
    pub(crate) fn finish<C: Send + Sync, T: Send>(&mut self, errand: Errand<C, T>) -> (C, Vec<T>) {
        let (mut given, mut taken) = (Some(errand), None);
        self.tabulator.detached(&mut || taken = given.take().map(Errand::finish));
        taken.expect("work that is detached is done once")
    }
}

/// Why a level was not finished.
pub(crate) enum Break {
    /// The slots were laid out anew: begin again.
    Arranged,
    /// Steps were left out that may be missed: begin again.
    Missed,
    /// Something is wrong on the other side.
    Halted(Halt),
}

impl From<Halt> for Break {
    fn from(halt: Halt) -> Self {
        Break::Halted(halt)
    }
}

impl Search {
    /// Make an exploration of an empty model, by so many workers.
    pub fn new(timed: bool, workers: usize) -> Self {
        Search {
            model: Model::new(timed),
            roots: Chunks::new(),
            keep_roots: false,
            depth_first: false,
            ancestry: Ancestry::new(0, 1),
            initials: Vec::new(),
            findings: Findings::default(),
            standing: Standing::default(),
            tabulations: 0,
            stopped: None,
            complete: false,
            orders: Orders::default(),
            workers: (0..workers.max(1)).map(|_| Worker::default()).collect(),
            crew: Crew::default(),
            mender: Worker::default(),
            visited: Visited::new(),
            descent: Descent::default(),
            saver: None,
            journal: Journal::new(),
            is_resumed: false,
            spare: Vec::new(),
            reduction: None,
            given: Vec::new(),
        }
    }

    /// The number of states.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Add an initial state.
    pub fn add_initial(&mut self, state: Vec<Content>) -> Result<(), String> {
        self.model.check_state(&state)?;
        self.given.push(state);
        Ok(())
    }

    /// Explore; what stopped it early is in `stopped` unless it is an error of the other side.
    pub fn run(&mut self, limits: &Limits, tabulator: &mut dyn Tabulator) -> Result<(), Halt> {
        self.check_reduction()?;
        let mut run = Run::new(limits, tabulator);
        let in_the_end = Purpose::Predicate(Claim::InTheEnd);
        self.keep_roots |= self.model.purposes.contains(&in_the_end);
        let mut may_arrange = !self.is_resumed;
        let mut ended = self.start_or_go_on(&mut run);
        while let Err(Break::Arranged | Break::Missed) = ended {
            may_arrange &= matches!(ended, Err(Break::Missed));
            ended = self.begin_again(&mut run, may_arrange);
        }
        match ended {
            Ok(()) => {}
            Err(Break::Halted(Halt::Interrupted)) => self.stopped = Some(Stopped::Interrupted),
            Err(Break::Halted(Halt::TimedOut)) => self.stopped = Some(Stopped::Seconds),
            Err(Break::Halted(error)) => return Err(error),
            Err(Break::Arranged | Break::Missed) => unreachable!("it has begun again"),
        }
        match self.stopped {
            // Of a block that met the limit of states only a part is counted: see `expand_block`.
            None | Some(Stopped::Violation | Stopped::States) => Ok(()),
            Some(_) => self.save(&mut run),
        }
    }

    fn start_or_go_on(&mut self, run: &mut Run) -> Result<(), Break> {
        if self.is_resumed {
            return self.explore(run, false);
        }
        let spread = Layout::spread(self.model.space.kinds.len());
        self.lay_out(spread);
        self.begin(run)?;
        self.explore(run, true)
    }

    fn begin_again(&mut self, run: &mut Run, may_arrange: bool) -> Result<(), Break> {
        self.scout(run)?;
        let states = self.len();
        let layout = self.model.space.layout.clone();
        self.lay_out(layout);
        if let Some(reduction) = &mut self.reduction {
            reduction.relearn(&self.model, states);
        }
        self.begin(run)?;
        self.explore(run, may_arrange)
    }

    /// Go on exploring. With `may_arrange`, break off once the slots can be laid out better.
    fn explore(&mut self, run: &mut Run, may_arrange: bool) -> Result<(), Break> {
        if self.depth_first {
            return self.descend(run, may_arrange);
        }
        loop {
            self.check(self.standing.judged..self.standing.level.end, run)?;
            if self.stopped.is_some() {
                return Ok(());
            }
            if self.standing.level.is_empty() {
                self.complete = true;
                return Ok(());
            }
            if self.findings.violated && !run.limits.keep_going {
                self.stopped = Some(Stopped::Violation);
                return Ok(());
            }
            if run.limits.max_depth.is_some_and(|most| self.standing.steps >= most) {
                self.stopped = Some(Stopped::Depth);
                return Ok(());
            }
            self.expand_level(run, may_arrange)?;
            if !matches!(self.stopped, None | Some(Stopped::States)) {
                return Ok(());
            }
            self.standing.level = self.standing.level.end..self.len();
            self.standing.steps += 1;
        }
    }

    /// Give the slots their places, and forget everything that was found in other places.
    pub(crate) fn lay_out(&mut self, layout: Layout) {
        self.model.lay_out(layout);
        self.visited = Visited::new();
        self.roots = Chunks::new();
        self.initials.clear();
        self.findings = Findings::default();
        self.standing = Standing::default();
        self.orders = Orders::default();
        for worker in self.workers.iter_mut().chain([&mut self.mender]) {
            *worker = Worker::default();
        }
    }

    fn begin(&mut self, run: &mut Run) -> Result<(), Halt> {
        for (trie, &purpose) in self.model.purposes.iter().enumerate() {
            let Purpose::Predicate(claim) = purpose else { continue };
            match claim {
                Claim::Terminal => self.orders.terminal = Some(trie as u32),
                Claim::Always | Claim::Sometimes => {
                    let undecided = &mut self.orders.undecided;
                    undecided.resize(undecided.len().max(trie / 64 + 1), 0);
                    undecided[trie / 64] |= 1 << (trie % 64);
                }
                Claim::InTheEnd => {}
            }
        }
        for number in 0..self.given.len() {
            let state = self.given[number].clone();
            let root = self.initial_root(&state, run)?;
            self.visited.fit(self.model.space.store.sizes());
            if self.visited.contains(root) {
                continue;
            }
            if run.limits.max_states.is_some_and(|most| self.len() as u64 >= most) {
                self.stopped = Some(Stopped::States);
                break;
            }
            self.visited.insert(root);
            self.roots.push(root);
            self.initials.push((root, number as u32));
        }
        let tries = self.model.purposes.len() as u32;
        self.ancestry = match self.depth_first {
            true => Ancestry::listed(self.len(), tries),
            false => Ancestry::new(self.len(), tries),
        };
        self.standing.level = 0..self.len();
        Ok(())
    }

    fn initial_root(&mut self, state: &[Content], run: &mut Run) -> Result<u64, Halt> {
        loop {
            let vector = self.model.vector(state);
            self.model.space.store.reserve();
            let root = self.model.space.root(&vector).expect("room was made");
            let mut pages = crate::store::pages_of(root);
            let memo = &mut self.mender.stepper.memo;
            let renumbered = match self.model.space.stamped {
                true => self.model.space.renumber(&mut pages, memo),
                false => Ok(()),
            };
            let root = crate::store::root_of(pages);
            match renumbered.and_then(|()| self.model.stand_for(root, &mut self.mender.stand)) {
                Ok(standing) => return Ok(standing),
                Err(miss) => self.fill(miss, &Frame::default(), run)?,
            }
        }
    }

    /// Make all that grows ready for another block.
    pub(crate) fn make_room(&mut self) {
        self.model.space.store.reserve();
        self.fit_visited();
        let sizes = self.model.space.store.sizes();
        for worker in self.workers.iter_mut().chain([&mut self.mender]) {
            worker.stepper.memo.fit(sizes);
        }
    }

    /// Be ready to look at visited states while a block is expanded, where that is done.
    pub(crate) fn fit_visited(&mut self) {
        if self.reduction.is_some() {
            self.visited.fit(self.model.space.store.room());
        }
    }

    /// Look at the clock: interrupts, limits, progress.
    pub(crate) fn pulse(&mut self, run: &mut Run) -> Result<(), Halt> {
        let due = run.clock.due();
        if due.poll {
            run.tabulator.poll()?;
            let limits = run.limits;
            if run.clock.passed(limits.max_seconds) {
                self.stopped = Some(Stopped::Seconds);
            } else if limits.max_memory.is_some_and(|most| self.memory() > most) {
                self.stopped = Some(Stopped::Memory);
            }
        }
        if due.tell {
            run.tabulator.progress(Progress {
                states: self.len() as u64,
                transitions: self.standing.transitions,
                depth: self.standing.depth,
                frontier: (self.len() - self.standing.expanded) as u64,
            })?;
        }
        Ok(())
    }

    /// Bytes held, by estimate.
    pub fn memory(&self) -> u64 {
        let states = self.roots.memory() + self.ancestry.memory() + self.visited.memory();
        let workers = self.workers.iter().chain([&self.mender]);
        let memos: usize = workers.map(|worker| worker.stepper.memo.memory()).sum();
        (states + memos + self.descent.memory() + self.model.memory()) as u64
    }
}
