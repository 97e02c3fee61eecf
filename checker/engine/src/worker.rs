//! A worker: it expands and judges states, and asks nobody. What it misses, it leaves undone.
use serde::{Deserialize, Serialize};

use crate::ancestry::Origin;
use crate::choice::Choice;
use crate::debts::Owed;
use crate::findings::Finding;
use crate::liveness::Response;
use crate::model::{Claim, Model, Purpose};
use crate::recent::Recent;
use crate::reduction::Reduction;
use crate::space::Frame;
use crate::standing::Stand;
use crate::step::{NO_ERROR, Stepper, learn};
use crate::tries::{DISABLED, Leaf};
use crate::visited::Visited;
use crate::walk::{Miss, Stop, descend};

/// What workers have to know of the search.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Orders {
    /// Predicates still to be walked on every state, one bit a trie.
    pub undecided: Vec<u64>,
    /// The predicate to be walked on every state that no step leads out of.
    pub terminal: Option<u32>,
    /// Promises by their numbers, while it is judged where they are owed.
    #[serde(skip)]
    pub promises: Vec<(u32, Response)>,
}

impl Orders {
    /// Walk a predicate no more; false if it was settled before.
    pub fn settle(&mut self, trie: u32) -> bool {
        if self.terminal == Some(trie) {
            self.terminal = None;
            return true;
        }
        let (word, bit) = (trie as usize / 64, 1 << (trie % 64));
        let open = self.undecided.get_mut(word).filter(|open| **open & bit != 0);
        open.map(|open| *open &= !bit).is_some()
    }
}

/// What workers look at, and none of them changes.
pub struct Scene<'a> {
    /// The model, as far as it is tabulated.
    pub model: &'a Model,
    /// What is to be judged.
    pub orders: &'a Orders,
    /// Which steps may be left out, where some may, and the states before the block.
    pub reduced: Option<(&'a Reduction, &'a Visited)>,
}

/// The states that lead elsewhere, and where they lead, in order.
#[derive(Default)]
pub struct Successors {
    /// Where each outcome leads.
    pub targets: Vec<u64>,
    /// How it leads there.
    pub origins: Vec<Origin>,
    /// For each state, where its targets end.
    pub ends: Vec<usize>,
}

impl Successors {
    #[inline]
    fn push(&mut self, target: u64, origin: Origin) {
        self.targets.push(target);
        self.origins.push(origin);
    }

    /// Go on to the next state.
    #[inline]
    fn close(&mut self) {
        self.ends.push(self.targets.len());
    }

    fn clear(&mut self) {
        self.targets.clear();
        self.origins.clear();
        self.ends.clear();
    }

    /// The targets of a state, counted from the first.
    pub fn range(&self, state: usize) -> std::ops::Range<usize> {
        let start = if state == 0 { 0 } else { self.ends[state - 1] };
        start..self.ends[state]
    }
}

/// States of a batch that follow each other.
#[derive(Clone, Copy)]
pub struct Stretch {
    /// The first one.
    pub state: u32,
    /// Where in the batch it is.
    pub at: usize,
    /// How many states of the batch were missed before.
    pub missed: usize,
}

/// What a worker found out about some states, in order.
#[derive(Default)]
pub struct Batch {
    /// Their successors, but for those that this worker gave before.
    pub successors: Successors,
    /// What is wrong with the states, or right, in order.
    pub findings: Vec<Finding>,
    /// What is owed in them.
    pub owed: Vec<Owed>,
    /// How many states there were.
    pub states: usize,
    /// The states in rows that come one after the other.
    pub stretches: Vec<Stretch>,
    /// The states that something was missed on, in order within each stretch.
    pub missed: Vec<u32>,
    /// Outcomes taken.
    pub transitions: u64,
    /// States that no outcome leads out of.
    pub terminal_states: u64,
}

/// How much there was at some moment.
#[derive(Clone, Copy)]
struct Mark {
    targets: usize,
    findings: usize,
    owed: usize,
    transitions: u64,
    terminal_states: u64,
}

impl Batch {
    /// Forget all, and keep the room.
    pub fn clear(&mut self) {
        self.successors.clear();
        self.findings.clear();
        self.owed.clear();
        self.stretches.clear();
        self.missed.clear();
        (self.states, self.transitions, self.terminal_states) = (0, 0, 0);
    }
}

/// One worker, with memory of its own, which shares no cache line with another's.
#[derive(Default)]
#[repr(align(128))]
pub struct Worker {
    /// The state in hand.
    pub frame: Frame,
    /// The step in hand.
    pub stepper: Stepper,
    /// Which states stand for others.
    pub stand: Stand,
    /// Which steps are enough.
    pub choice: Choice,
    /// What it found out since it was cleared.
    pub batch: Batch,
    /// What it gave lately, in this block or before.
    recent: Recent,
}

impl Worker {
    /// Be ready for a block of states.
    pub fn clear(&mut self) {
        self.batch.clear();
    }

    /// Go on with another row of states.
    pub fn go_on_at(&mut self, state: u32) {
        if self.batch.stretches.last().is_some_and(|last| state < last.state) {
            // What it gave lately comes later now.
            self.recent = Recent::default();
        }
        let Batch { states: at, missed, .. } = &self.batch;
        let stretch = Stretch { state, at: *at, missed: missed.len() };
        self.batch.stretches.push(stretch);
    }

    /// Expand a state, or leave no trace of it where something is missed.
    #[inline]
    pub fn expand(&mut self, scene: &Scene, state: u32, root: u64) -> Result<(), Miss> {
        let before = self.batch.successors.targets.len();
        self.whole_or_not(|worker| worker.attempt(scene, state, root))?;
        self.leave_out_repeated(before);
        self.batch.successors.close();
        self.batch.states += 1;
        Ok(())
    }

    /// The same, with those successors too that were given lately.
    pub fn expand_in_full(&mut self, scene: &Scene, state: u32, root: u64) -> Result<(), Miss> {
        self.whole_or_not(|worker| worker.attempt(scene, state, root))?;
        self.batch.successors.close();
        self.batch.states += 1;
        Ok(())
    }

    /// Note that something was missed on a state.
    pub fn skip(&mut self, state: u32) {
        self.batch.missed.push(state);
        self.batch.successors.close();
        self.batch.states += 1;
    }

    /// Of the successors from an index on, leave out those that were given lately: each was new then,
    /// or visited before, and comes earlier in any case.
    #[inline]
    fn leave_out_repeated(&mut self, from: usize) {
        let Successors { targets, origins, .. } = &mut self.batch.successors;
        let mut kept = from;
        for at in from..targets.len() {
            if self.recent.add(targets[at]) {
                targets[kept] = targets[at];
                origins[kept] = origins[at];
                kept += 1;
            }
        }
        targets.truncate(kept);
        origins.truncate(kept);
    }

    /// Work on a state, or leave no trace of it where something is missed.
    #[inline]
    pub(crate) fn whole_or_not(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), Miss>,
    ) -> Result<(), Miss> {
        let mark = self.mark();
        let result = work(self);
        if result.is_err() {
            self.rewind(mark);
        }
        result
    }

    fn mark(&self) -> Mark {
        Mark {
            targets: self.batch.successors.targets.len(),
            findings: self.batch.findings.len(),
            owed: self.batch.owed.len(),
            transitions: self.batch.transitions,
            terminal_states: self.batch.terminal_states,
        }
    }

    fn rewind(&mut self, mark: Mark) {
        self.batch.successors.targets.truncate(mark.targets);
        self.batch.successors.origins.truncate(mark.targets);
        self.batch.findings.truncate(mark.findings);
        self.batch.owed.truncate(mark.owed);
        self.batch.transitions = mark.transitions;
        self.batch.terminal_states = mark.terminal_states;
    }

    fn attempt(&mut self, scene: &Scene, state: u32, root: u64) -> Result<(), Miss> {
        scene.model.space.load(root, &mut self.frame);
        match scene.reduced {
            Some((reduction, visited)) => {
                self.attempt_some(scene, (reduction, visited), state, root)
            }
            None => self.attempt_all(scene, state, root),
        }
    }

    /// Take all steps of the state in hand.
    pub(crate) fn attempt_all(&mut self, scene: &Scene, state: u32, root: u64) -> Result<(), Miss> {
        let Scene { model, orders, .. } = scene;
        let mut is_terminal = true;
        for (word, &actions) in model.actions.iter().enumerate() {
            let mut rest = actions & model.space.store.open(self.frame.pages, word);
            while rest != 0 {
                let trie = word as u32 * 64 + rest.trailing_zeros();
                rest &= rest - 1;
                self.stepper.step(model, trie, &self.frame)?;
                is_terminal &= !self.take(model, state, trie, root)?;
            }
        }
        if is_terminal {
            self.batch.terminal_states += 1;
            if let Some(trie) = orders.terminal {
                self.judge_terminal(model, trie, state)?;
            }
        }
        Ok(())
    }

    /// Keep what the last step led to; true if it led out of the state.
    #[inline]
    pub(crate) fn take(
        &mut self,
        model: &Model,
        state: u32,
        trie: u32,
        root: u64,
    ) -> Result<bool, Miss> {
        let mut leads_out = false;
        self.batch.transitions += self.stepper.moves.len() as u64;
        for (outcome, step) in self.stepper.moves.iter().enumerate() {
            if step.error != NO_ERROR {
                let branches = self.stepper.ends.branches_of(step.end as usize).to_vec();
                let error = step.error;
                let finding = Finding::Error { state, action: trie, branches, error };
                self.batch.findings.push(finding);
                leads_out = true;
            } else if step.target != root {
                let standing = model.stand_for(step.target, &mut self.stand)?;
                self.batch.successors.push(standing, Origin { trie, outcome: outcome as u32 });
                leads_out = true;
            }
        }
        Ok(leads_out)
    }

    fn judge_terminal(&mut self, model: &Model, trie: u32, state: u32) -> Result<(), Miss> {
        match self.evaluate(model, trie)? {
            (_, _, Some(error)) => {
                self.batch.findings.push(Finding::PredicateError { trie, state, error });
            }
            (_, false, None) => self.batch.findings.push(Finding::Deadlock { state }),
            (_, true, None) => {}
        }
        Ok(())
    }

    /// Judge a state by the predicates that are undecided, or leave no trace of it.
    #[inline]
    pub fn judge(&mut self, scene: &Scene, state: u32, root: u64) -> Result<(), Miss> {
        self.whole_or_not(|worker| worker.judge_all(scene, state, root))?;
        self.batch.states += 1;
        Ok(())
    }

    #[inline]
    fn judge_all(&mut self, scene: &Scene, state: u32, root: u64) -> Result<(), Miss> {
        let Scene { model, orders, .. } = scene;
        let pages = crate::store::pages_of(root);
        let mut loaded = false;
        for (word, &undecided) in orders.undecided.iter().enumerate() {
            let mut rest = undecided & model.space.store.open(pages, word);
            while rest != 0 {
                if !loaded {
                    model.space.load(root, &mut self.frame);
                    loaded = true;
                }
                let trie = word as u32 * 64 + rest.trailing_zeros();
                rest &= rest - 1;
                self.judge_one(model, trie, state)?;
            }
        }
        Ok(())
    }

    fn judge_one(&mut self, model: &Model, trie: u32, state: u32) -> Result<(), Miss> {
        let (leaf, truth, error) = self.evaluate(model, trie)?;
        let always = model.purposes[trie as usize] == Purpose::Predicate(Claim::Always);
        self.batch.findings.push(match error {
            Some(error) => Finding::PredicateError { trie, state, error },
            None if truth != always && always => Finding::Always { trie, state },
            None if truth != always => Finding::Sometimes { trie, state },
            None => {
                learn(model, trie, leaf.pages, &self.frame);
                return Ok(());
            }
        });
        Ok(())
    }

    /// What a predicate says of the state in hand: its leaf, its truth, its error.
    pub fn evaluate(&self, model: &Model, trie: u32) -> Result<(Leaf, bool, Option<u32>), Miss> {
        let Model { space, tries, .. } = model;
        let leaf = match descend(space, tries, trie, tries.root(trie), &self.frame)? {
            Stop::Leaf(leaf) => tries.leaf(leaf),
            Stop::Fork(_) => {
                let why = format!("trie {trie} is a predicate and branches");
                return Err(Miss::Invalid(why));
            }
        };
        if leaf.outcome == DISABLED {
            let why = format!("trie {trie} is a predicate and a run of it is disabled");
            return Err(Miss::Invalid(why));
        }
        let ending = model.outcomes.ending(leaf.outcome);
        Ok((leaf, ending.truth, ending.error))
    }
}
