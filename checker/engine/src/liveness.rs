//! What must come in the end, judged on the states that a search found.
use std::ops::Range;

use crate::debts::Debt;
use crate::drawing::Drawing;
use crate::graph::UNFAIR;
use crate::lassos::{Fairness, Lasso, find_lasso};
use crate::limits::{Limits, Stopped};
use crate::paths::PathStep;
use crate::search::{Run, Search};
use crate::tabulator::{Halt, Tabulator};

/// A promise: whenever the trigger is true, the goal is true then or later.
#[derive(Clone, Copy, Debug)]
pub struct Response {
    /// The trie of the goal.
    pub goal: u32,
    /// The trie of the trigger; without it, it is the start that asks.
    pub trigger: Option<u32>,
}

/// What is assumed of an action in the long run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assumed {
    /// Nothing.
    Nothing,
    /// It is taken where it is enabled without a break.
    Weak,
    /// It is taken where it is enabled again and again.
    Strong,
}

/// What came of a promise.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// No fair run breaks it, as far as was explored.
    Kept,
    /// Its goal or trigger raised in a state.
    Raised { state: u32, error: u32 },
    /// A run from a state where it is owed, and a cycle after which it is owed still.
    Broken { source: u32, stem: Vec<PathStep>, cycle: Vec<PathStep> },
}

impl Search {
    /// Judge promises on what was explored; nothing where a limit ends it first: see `stopped`.
    pub fn answer(
        &mut self,
        responses: &[Response],
        assumed: &[Assumed],
        limits: &Limits,
        tabulator: &mut dyn Tabulator,
    ) -> Result<Vec<Answer>, Halt> {
        let mut run = Run::new(limits, tabulator);
        let before = self.stopped.take();
        match self.judge(responses, assumed, &mut run) {
            Ok(Some(answers)) if self.stopped.is_none() => {
                self.stopped = before;
                return Ok(answers);
            }
            Ok(_) => {}
            Err(Halt::Interrupted) => self.stopped = Some(Stopped::Interrupted),
            Err(Halt::TimedOut) => self.stopped = Some(Stopped::Seconds),
            Err(error) => return Err(error),
        }
        self.complete = false;
        Ok(Vec::new())
    }

    fn judge(
        &mut self,
        responses: &[Response],
        assumed: &[Assumed],
        run: &mut Run,
    ) -> Result<Option<Vec<Answer>>, Halt> {
        let labels = labels(assumed)?;
        let Some(debts) = self.debts(responses, run)? else { return Ok(None) };
        let Some(drawing) = self.draw(&debts, &labels, run)? else { return Ok(None) };
        let levels = self.levels();
        let fairness = fairness(assumed);
        debts
            .iter()
            .map(|debt| self.settle(debt, &drawing, &labels, &fairness, &levels, run))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn settle(
        &mut self,
        debt: &Debt,
        drawing: &Drawing,
        labels: &[u16],
        fairness: &Fairness,
        levels: &[u32],
        run: &mut Run,
    ) -> Result<Answer, Halt> {
        if let Some((state, error)) = debt.raised {
            return Ok(Answer::Raised { state, error });
        }
        let unmet: Vec<bool> = drawing.states.iter().map(|&s| debt.unmet[s as usize]).collect();
        let sources = drawing.numbers_of(&debt.sources);
        let depth = |number: u32| {
            let state = drawing.states[number as usize];
            levels.partition_point(|&first| first <= state) as u32
        };
        let poll = &mut || attend(run);
        let found = find_lasso(&drawing.graph, fairness, &unmet, (&sources, &depth), poll)?;
        let Some(lasso) = found else { return Ok(Answer::Kept) };
        self.spell_out(&lasso, drawing, labels).map_err(Halt::Invalid)
    }

    fn spell_out(
        &mut self,
        lasso: &Lasso,
        drawing: &Drawing,
        labels: &[u16],
    ) -> Result<Answer, String> {
        let number_of = |number: &u32| drawing.states[*number as usize];
        let stem: Vec<u32> = lasso.stem.iter().map(number_of).collect();
        let steps = stem.windows(2).map(|pair| self.step_between(pair[0], pair[1], |_| true));
        let steps = steps.collect::<Result<_, _>>()?;
        let mut here = stem[stem.len() - 1];
        let mut cycle = Vec::new();
        for (label, number) in &lasso.cycle {
            let next = number_of(number);
            let of_label = |trie: u32| labels.get(trie as usize).unwrap_or(&UNFAIR) == label;
            cycle.push(self.step_between(here, next, of_label)?);
            here = next;
        }
        Ok(Answer::Broken { source: stem[0], stem: steps, cycle })
    }

    /// The first state of each level, from the second on; none where levels are not numbered so.
    fn levels(&self) -> Vec<u32> {
        if self.depth_first {
            return Vec::new();
        }
        let mut levels = Vec::new();
        let mut first = 0;
        loop {
            // Parents come in order, so that those of a level stand side by side.
            let is_before =
                |state| self.ancestry.of(state).is_none_or(|(parent, _)| parent < first);
            first = partition_point(first..self.len(), is_before);
            if first == self.len() {
                return levels;
            }
            levels.push(first as u32);
        }
    }
}

/// The first number of a range from which on a condition is false; it is soon found near the start.
fn partition_point(range: Range<usize>, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut step) = (range.start, 1);
    while low + step < range.end && is_before(low + step - 1) {
        low += step;
        step *= 2;
    }
    let mut high = range.end.min(low + step);
    while low < high {
        let middle = usize::midpoint(low, high);
        if is_before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The labels of the actions, by trie.
fn labels(assumed: &[Assumed]) -> Result<Vec<u16>, Halt> {
    let mut fair = 0..UNFAIR;
    let label = |how: &Assumed| match how {
        Assumed::Nothing => Ok(UNFAIR),
        _ => fair.next().ok_or_else(|| Halt::Invalid(format!("over {UNFAIR} actions are fair"))),
    };
    assumed.iter().map(label).collect()
}

fn fairness(assumed: &[Assumed]) -> Fairness {
    let fair: Vec<Assumed> =
        assumed.iter().copied().filter(|&how| how != Assumed::Nothing).collect();
    let bits = |wanted: Assumed| {
        let word = |chunk: &[Assumed]| {
            let bit = |(at, &how): (usize, &Assumed)| u64::from(how == wanted) << at;
            chunk.iter().enumerate().map(bit).sum()
        };
        fair.chunks(64).map(word).collect()
    };
    Fairness { weak: bits(Assumed::Weak), strong: bits(Assumed::Strong) }
}

fn attend(run: &mut Run) -> Result<(), Halt> {
    if run.clock.due().poll {
        run.tabulator.poll()?;
        if run.clock.passed(run.limits.max_seconds) {
            return Err(Halt::TimedOut);
        }
    }
    Ok(())
}
