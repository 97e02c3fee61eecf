//! Breadth-first exploration, level by level.
use crate::chunks::Chunks;
use crate::findings::Findings;
use crate::limits::{Clock, Limits, Stopped};
use crate::model::{Claim, Model, Purpose};
use crate::space::Frame;
use crate::step::{NO_ERROR, Stepper};
use crate::tabulator::{Content, Halt, Progress, Tabulator};
use crate::visited::{Probe, Visited};

/// The parent of an initial state.
pub const NO_PARENT: u32 = u32::MAX;
/// Targets looked up together, so that their memory reads overlap.
const BATCH: usize = 128;

/// One exploration: its model, its states and its results.
pub struct Search {
    /// The model, as far as it is tabulated.
    pub model: Model,
    /// The roots of all states, in the order of discovery.
    pub log: Chunks<u64>,
    /// Where each state was first reached from.
    pub parents: Chunks<u32>,
    /// For each distinct initial state, which of the given ones it is.
    pub initials: Vec<u32>,
    /// What was found.
    pub findings: Findings,
    /// Outcomes taken.
    pub transitions: u64,
    /// The deepest level discovered.
    pub depth: u32,
    /// States that no outcome leads out of.
    pub terminal_states: u64,
    /// Calls of the tabulator for a trie.
    pub tabulations: u64,
    /// Why it stopped early, if it did.
    pub stopped: Option<Stopped>,
    /// Whether every reachable state was expanded.
    pub complete: bool,
    /// Predicates still to be walked on every state, one bit a trie.
    pub undecided: Vec<u64>,
    pub(crate) terminal: Option<u32>,
    pub(crate) frame: Frame,
    pub(crate) stepper: Stepper,
    pub(crate) expanded: usize,
    pub(crate) visited: Visited,
    given: Vec<Vec<Content>>,
    pub(crate) pending: Vec<(u64, u32)>,
    probes: Vec<Probe>,
    root: u64,
    pub(crate) pulses: u32,
}

/// What the levels share: limits, clock and the other side.
pub struct Run<'a> {
    /// How far to go.
    pub limits: &'a Limits,
    /// The clock.
    pub clock: Clock,
    /// The other side.
    pub tabulator: &'a mut dyn Tabulator,
}

impl Search {
    /// Make an exploration of an empty model.
    pub fn new(timed: bool) -> Self {
        Search {
            model: Model::new(timed),
            log: Chunks::new(),
            parents: Chunks::new(),
            initials: Vec::new(),
            findings: Findings::default(),
            transitions: 0,
            depth: 0,
            terminal_states: 0,
            tabulations: 0,
            stopped: None,
            complete: false,
            undecided: Vec::new(),
            terminal: None,
            frame: Frame::default(),
            stepper: Stepper::default(),
            expanded: 0,
            visited: Visited::new(),
            given: Vec::new(),
            pending: Vec::new(),
            probes: Vec::new(),
            root: 0,
            pulses: 0,
        }
    }

    /// Add an initial state.
    pub fn add_initial(&mut self, state: Vec<Content>) -> Result<(), String> {
        self.model.vector(&state)?;
        self.given.push(state);
        Ok(())
    }

    /// Explore; what stopped it early is in `stopped` unless it is an error of the other side.
    pub fn run(&mut self, limits: &Limits, tabulator: &mut dyn Tabulator) -> Result<(), Halt> {
        let mut run = Run { limits, clock: Clock::start(), tabulator };
        match self.explore(&mut run) {
            Ok(()) => Ok(()),
            Err(Halt::Interrupted) => {
                self.stopped = Some(Stopped::Interrupted);
                Ok(())
            }
            Err(Halt::TimedOut) => {
                self.stopped = Some(Stopped::Seconds);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn explore(&mut self, run: &mut Run) -> Result<(), Halt> {
        self.begin(run)?;
        let mut level = 0..self.log.len();
        self.check(level.clone(), run)?;
        for depth in 0.. {
            if level.is_empty() {
                self.complete = true;
                return Ok(());
            }
            if self.findings.violated && !run.limits.keep_going {
                self.stopped = Some(Stopped::Violation);
                return Ok(());
            }
            if run.limits.max_depth == Some(depth) {
                self.stopped = Some(Stopped::Depth);
                return Ok(());
            }
            self.expand_level(level.clone(), depth, run)?;
            level = level.end..self.log.len();
            if !matches!(self.stopped, None | Some(Stopped::States)) {
                return Ok(());
            }
            self.check(level.clone(), run)?;
            if self.stopped.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn begin(&mut self, run: &mut Run) -> Result<(), Halt> {
        let layout = crate::layout::Layout::spread(self.model.space.kinds.len());
        self.model.space.lay_out(layout);
        self.model.relayout();
        self.model.space.former = None;
        for (trie, &purpose) in self.model.purposes.iter().enumerate() {
            let Purpose::Predicate(claim) = purpose else { continue };
            match claim {
                Claim::Terminal => self.terminal = Some(trie as u32),
                Claim::Always | Claim::Sometimes => {
                    self.undecided.resize(self.undecided.len().max(trie / 64 + 1), 0);
                    self.undecided[trie / 64] |= 1 << (trie % 64);
                }
                Claim::InTheEnd => {}
            }
        }
        for number in 0..self.given.len() {
            let state = self.given[number].clone();
            let root = self.initial_root(&state, run)?;
            if self.visited.contains(root) {
                continue;
            }
            if run.limits.max_states.is_some_and(|most| self.log.len() as u64 >= most) {
                self.stopped = Some(Stopped::States);
                break;
            }
            self.visited.insert(root);
            self.log.push(root);
            self.parents.push(NO_PARENT);
            self.initials.push(number as u32);
        }
        Ok(())
    }

    fn initial_root(&mut self, state: &[Content], run: &mut Run) -> Result<u64, Halt> {
        loop {
            let vector = self.model.vector(state).map_err(Halt::Invalid)?;
            let mut identifiers = self.model.space.fold(&vector);
            let renumbered = if self.model.space.timed {
                self.model.space.renumber(&mut identifiers)
            } else {
                Ok(())
            };
            match renumbered {
                Ok(()) => return Ok(self.model.space.store.root(&mut identifiers)),
                Err(miss) => self.fill(miss, run)?,
            }
        }
    }

    fn expand_level(
        &mut self,
        level: std::ops::Range<usize>,
        depth: u32,
        run: &mut Run,
    ) -> Result<(), Halt> {
        let end = level.end;
        let mut result = Ok(());
        for index in level {
            result = self.expand(index, run);
            if result.is_err() || self.stopped.is_some() {
                break;
            }
            self.expanded = index + 1;
            if self.pending.len() >= BATCH {
                self.drain(run.limits.max_states);
                result = self.pulse(run);
                if result.is_err() || self.stopped.is_some() {
                    break;
                }
            }
        }
        self.drain(run.limits.max_states);
        if self.log.len() > end {
            self.depth = depth + 1;
        }
        result
    }

    fn expand(&mut self, index: usize, run: &mut Run) -> Result<(), Halt> {
        self.load(index);
        let mut is_terminal = true;
        let mut word = 0;
        while word < self.model.actions.len() {
            let mut rest = self.open_actions(word);
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                let trie = word as u32 * 64 + bit;
                if self.attempt(index, trie, run)? {
                    let above = u64::MAX.checked_shl(bit + 1).unwrap_or(0);
                    rest = self.open_actions(word) & above;
                }
                is_terminal &= !self.take(index, trie);
            }
            word += 1;
        }
        if is_terminal {
            self.terminal_states += 1;
            self.check_terminal(index, run)?;
        }
        Ok(())
    }

    pub(crate) fn open_actions(&self, word: usize) -> u64 {
        self.model.actions[word] & self.model.space.store.open(&self.frame.identifiers, word)
    }

    pub(crate) fn load(&mut self, index: usize) {
        self.root = self.log.get(index);
        self.model.space.load(self.root, &mut self.frame);
    }

    /// Step; true if something had to be asked.
    fn attempt(&mut self, index: usize, trie: u32, run: &mut Run) -> Result<bool, Halt> {
        let mut asked = false;
        while let Err(miss) = self.stepper.step(&mut self.model, trie, &self.frame) {
            self.fill(miss, run)?;
            self.load(index);
            asked = true;
        }
        Ok(asked)
    }

    /// Keep what the last attempt led to; true if it led out of the state.
    fn take(&mut self, index: usize, trie: u32) -> bool {
        let mut leads_out = false;
        self.transitions += self.stepper.moves.len() as u64;
        for step in &self.stepper.moves {
            if step.error != NO_ERROR {
                let branches = self.stepper.ends.branches_of(step.end as usize);
                self.findings.add_error(index as u32, trie, branches, step.error);
                leads_out = true;
            } else if step.target != self.root {
                self.pending.push((step.target, index as u32));
                leads_out = true;
            }
        }
        leads_out
    }

    /// Look up all pending targets, and log those that are new.
    fn drain(&mut self, max_states: Option<u64>) {
        let most = max_states.unwrap_or(u64::MAX).min(u64::from(NO_PARENT)) as usize;
        self.probes.clear();
        let visited = &self.visited;
        self.probes.extend(self.pending.iter().map(|&(root, _)| visited.probe(root)));
        for (at, &(root, parent)) in self.pending.iter().enumerate() {
            if self.visited.known(root, self.probes[at]) {
                continue;
            }
            if self.log.len() >= most {
                if self.visited.contains(root) {
                    continue;
                }
                self.stopped = Some(Stopped::States);
                self.transitions -= (self.pending.len() - at) as u64;
                break;
            }
            if self.visited.insert(root) {
                self.log.push(root);
                self.parents.push(parent);
            }
        }
        self.pending.clear();
    }

    /// Look at the clock now and then: interrupts, limits, progress.
    pub(crate) fn pulse(&mut self, run: &mut Run) -> Result<(), Halt> {
        self.pulses += 1;
        if self.pulses % 16 != 1 {
            return Ok(());
        }
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
                states: self.log.len() as u64,
                transitions: self.transitions,
                depth: self.depth,
                frontier: (self.log.len() - self.expanded) as u64,
            })?;
        }
        Ok(())
    }

    /// Bytes held, by estimate.
    pub fn memory(&self) -> u64 {
        let states = self.log.memory() + self.parents.memory() + self.visited.memory();
        (states + self.model.memory()) as u64
    }
}
