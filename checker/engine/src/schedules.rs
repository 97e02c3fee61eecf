//! One schedule after another, each by its number alone: `schedules/sampler.py` in Rust.
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::keys::{draw, outcome_key};
use crate::model::Claim;
use crate::schedulers::{Named, Scheduler, Strategy};
use crate::tabulator::{Content, Halt};
use crate::walker::{Changed, Outcome, Source, Walker};

/// Steps between two polls.
const POLL: u64 = 256;
/// Errors of more numbers than these are not told apart any more.
const ERRORS_MAX: usize = 1000;

/// An initial state that did not fail, and the labels of what was chosen for it.
pub struct Start {
    /// The state.
    pub state: Vec<Content>,
    /// The labels.
    pub branches: Vec<u64>,
}

/// A model, as far as all its schedules share it.
pub struct Plan {
    /// The actions, which are the first tries.
    pub actions: Vec<Named>,
    /// Where schedules start.
    pub starts: Vec<Start>,
}

/// Which schedules to take.
#[derive(Clone)]
pub struct Order {
    /// How.
    pub strategy: Strategy,
    /// The seed.
    pub seed: u64,
    /// How many steps a schedule may have.
    pub steps: u64,
    /// How many it is thought to have.
    pub length: u64,
    /// The predicates to judge, by their tries.
    pub judged: Vec<(u32, Claim)>,
}

/// What schedules came to, together.
#[derive(Default)]
pub struct Tally {
    /// How many were taken.
    pub schedules: u64,
    /// Their steps.
    pub steps: u64,
    /// The steps of the longest.
    pub longest: u64,
    /// How many came to rest.
    pub rests: u64,
    /// The first schedule that decides each predicate, by its trie.
    pub decided: BTreeMap<u32, u64>,
    /// The first schedule that fails in each way, by the error's number.
    pub errors: BTreeMap<u32, u64>,
}

impl Tally {
    /// Add what others came to.
    pub fn add(&mut self, other: &Tally) {
        self.schedules += other.schedules;
        self.steps += other.steps;
        self.longest = self.longest.max(other.longest);
        self.rests += other.rests;
        other.decided.iter().for_each(|(&trie, &number)| first(&mut self.decided, trie, number));
        other.errors.iter().for_each(|(&error, &number)| first(&mut self.errors, error, number));
    }
}

/// Someone who takes schedules.
pub struct Sampler {
    plan: Arc<Plan>,
    /// What is known of the model.
    pub walker: Walker,
    since_poll: u64,
}

impl Sampler {
    /// Make one.
    pub fn new(plan: Arc<Plan>, walker: Walker) -> Self {
        Sampler { plan, walker, since_poll: 0 }
    }

    /// Take the schedules whose numbers come, one after another.
    pub fn take(
        &mut self,
        order: &Order,
        numbers: &mut dyn Iterator<Item = u64>,
        source: &mut dyn Source,
    ) -> Result<Tally, Halt> {
        let actions = self.plan.actions.clone();
        let mut scheduler = Scheduler::new(order.strategy, actions, order.length);
        let mut tally = Tally::default();
        for number in numbers {
            self.schedule(order, number, &mut scheduler, &mut tally, source)?;
        }
        Ok(tally)
    }

    fn schedule(
        &mut self,
        order: &Order,
        number: u64,
        scheduler: &mut Scheduler,
        tally: &mut Tally,
        source: &mut dyn Source,
    ) -> Result<(), Halt> {
        let stream = draw(order.seed, number);
        scheduler.begin(stream, number);
        let moment = draw(stream, 0);
        let starts = &self.plan.starts;
        let Some(start) = starts.iter().min_by_key(|start| outcome_key(moment, &start.branches))
        else {
            return Ok(());
        };
        let mut state = start.state.clone();
        let mut changed = None;
        let mut taken = 0;
        tally.schedules += 1;
        self.pass(order, number, &state, false, tally, source)?;
        for step in 1..=order.steps {
            self.poll(source)?;
            let next = self.next(&state, scheduler, step, changed.as_ref(), source)?;
            let Some((action, outcomes)) = next else {
                tally.rests += 1;
                self.pass(order, number, &state, true, tally, source)?;
                break;
            };
            let moment = draw(stream, step);
            let chosen = outcomes.into_iter().min_by_key(|o| outcome_key(moment, &o.branches));
            let Outcome { state: reached, error, .. } = chosen.expect("an enabled action has one");
            scheduler.took(step, action);
            taken += 1;
            if let Some(error) = error {
                if tally.errors.len() < ERRORS_MAX {
                    first(&mut tally.errors, error, number);
                }
                break;
            }
            if scheduler.compares() {
                changed = Some(self.walker.compare(&state, &reached));
            }
            state = reached;
            self.pass(order, number, &state, false, tally, source)?;
        }
        tally.steps += taken;
        tally.longest = tally.longest.max(taken);
        Ok(())
    }

    /// The action to take, with its outcomes; None where no step leads out.
    fn next(
        &mut self,
        state: &[Content],
        scheduler: &mut Scheduler,
        step: u64,
        changed: Option<&Changed>,
        source: &mut dyn Source,
    ) -> Result<Option<(usize, Vec<Outcome>)>, Halt> {
        let mut expanded = Vec::new();
        if scheduler.compares() {
            for action in 0..self.plan.actions.len() {
                let leading = self.walker.leading_out(action as u32, state, changed, source)?;
                if leading.iter().any(|outcome| outcome.depends) {
                    scheduler.redraw(step, action);
                }
                expanded.push(leading);
            }
        }
        let mut order = Vec::with_capacity(self.plan.actions.len());
        scheduler.priorities(step, &mut order);
        for (_, _, action) in order {
            let leading = match expanded.get_mut(action) {
                Some(leading) => std::mem::take(leading),
                None => self.walker.leading_out(action as u32, state, None, source)?,
            };
            if !leading.is_empty() {
                return Ok(Some((action, leading)));
            }
        }
        Ok(None)
    }

    /// Judge a state that a schedule passes, or in which it rests.
    fn pass(
        &mut self,
        order: &Order,
        number: u64,
        state: &[Content],
        rests: bool,
        tally: &mut Tally,
        source: &mut dyn Source,
    ) -> Result<(), Halt> {
        for &(trie, claim) in &order.judged {
            let known = tally.decided.get(&trie).is_some_and(|&found| found <= number);
            if known || (claim == Claim::Terminal) != rests {
                continue;
            }
            let (truth, error) = self.walker.judge(trie, state, source)?;
            if error.is_some() || truth == (claim == Claim::Sometimes) {
                first(&mut tally.decided, trie, number);
            }
        }
        Ok(())
    }

    fn poll(&mut self, source: &mut dyn Source) -> Result<(), Halt> {
        self.since_poll += 1;
        if self.since_poll >= POLL {
            self.since_poll = 0;
            source.poll()?;
        }
        Ok(())
    }
}

fn first(found: &mut BTreeMap<u32, u64>, key: u32, number: u64) {
    found.entry(key).and_modify(|known| *known = number.min(*known)).or_insert(number);
}
