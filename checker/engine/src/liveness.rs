//! What must come in the end, judged on the states that a search found.
use crate::graph::{Graph, OUTSIDE, UNFAIR};
use crate::lassos::{Fairness, Lasso, find_lasso};
use crate::limits::{Clock, Limits, Stopped};
use crate::numbers::{Approach, Numbers};
use crate::paths::PathStep;
use crate::search::{Run, Search};
use crate::step::NO_ERROR;
use crate::store::pages_of;
use crate::tabulator::{Halt, Tabulator};

/// States between two looks at the clock.
const PAUSE: usize = 1 << 10;
/// States whose targets are looked up together.
const BLOCK: usize = 1 << 6;

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

/// Where a promise is owed.
struct Debt {
    unmet: Vec<bool>,
    sources: Vec<u32>,
    raised: Option<(u32, u32)>,
}

/// Some states of a search, numbered anew, and their steps.
struct Drawing {
    states: Vec<u32>,
    graph: Graph,
}

/// The steps of some states in a row, by the roots that they lead to; none where they fail.
#[derive(Default)]
struct Sketch {
    steps: Vec<(u16, Option<u64>)>,
    ends: Vec<usize>,
    approaches: Vec<Option<Approach>>,
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
        let mut run = Run { limits, clock: Clock::start(), tabulator };
        let why = match self.judge(responses, assumed, &mut run) {
            Ok(Some(answers)) => return Ok(answers),
            Ok(None) => Stopped::Memory,
            Err(Halt::Interrupted) => Stopped::Interrupted,
            Err(Halt::TimedOut) => Stopped::Seconds,
            Err(error) => return Err(error),
        };
        self.stopped = Some(why);
        self.complete = false;
        Ok(Vec::new())
    }

    fn judge(
        &mut self,
        responses: &[Response],
        assumed: &[Assumed],
        run: &mut Run,
    ) -> Result<Option<Vec<Answer>>, Halt> {
        let debts = self.debts(responses, run)?;
        let labels = labels(assumed)?;
        let Some(drawing) = self.draw(&debts, &labels, run)? else { return Ok(None) };
        let levels = self.levels();
        let fairness = fairness(assumed);
        debts
            .iter()
            .map(|debt| self.settle(debt, &drawing, &labels, &fairness, &levels, run))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn debts(&mut self, responses: &[Response], run: &mut Run) -> Result<Vec<Debt>, Halt> {
        let unmet = vec![false; self.len()];
        let fresh = || Debt { unmet: unmet.clone(), sources: Vec::new(), raised: None };
        let mut debts: Vec<Debt> = responses.iter().map(|_| fresh()).collect();
        for index in 0..self.len() {
            look(index, run)?;
            self.load(index);
            for (response, debt) in responses.iter().zip(&mut debts) {
                if debt.raised.is_none() {
                    self.owe(index, *response, debt, run)?;
                }
            }
        }
        Ok(debts)
    }

    fn owe(
        &mut self,
        index: usize,
        response: Response,
        debt: &mut Debt,
        run: &mut Run,
    ) -> Result<(), Halt> {
        let (met, error) = self.evaluate(response.goal, run)?;
        debt.raised = error.map(|error| (index as u32, error));
        if met || error.is_some() {
            return Ok(());
        }
        debt.unmet[index] = true;
        let asked = match response.trigger {
            None => index < self.initials.len(),
            Some(trigger) => {
                let (asked, error) = self.evaluate(trigger, run)?;
                debt.raised = error.map(|error| (index as u32, error));
                asked
            }
        };
        if asked {
            debt.sources.push(index as u32);
        }
        Ok(())
    }

    /// Draw the states in which some promise is not met; nothing where they are too many.
    ///
    /// Breadth first those that were expanded, depth first all: their numbers do not tell which.
    fn draw(
        &mut self,
        debts: &[Debt],
        labels: &[u16],
        run: &mut Run,
    ) -> Result<Option<Drawing>, Halt> {
        let owed = |&state: &u32| debts.iter().any(|debt| debt.unmet[state as usize]);
        let drawn = if self.depth_first { self.len() } else { self.standing.expanded };
        let states: Vec<u32> = (0..drawn as u32).filter(owed).collect();
        let numbers = Numbers::new(states.iter().map(|&state| self.roots.get(state as usize)));
        let mut drawing = Drawing { states, graph: Graph::default() };
        let mut sketch = Sketch::default();
        for start in (0..drawing.states.len()).step_by(BLOCK) {
            look(start, run)?;
            let size = drawing.memory() + numbers.memory();
            let most = run.limits.max_memory.unwrap_or(u64::MAX);
            if self.memory() + size as u64 > most {
                return Ok(None);
            }
            for at in start..drawing.states.len().min(start + BLOCK) {
                self.sketch(drawing.states[at], labels, &mut sketch, run)?;
            }
            sketch.draw(&numbers, &mut drawing.graph);
        }
        Ok(Some(drawing))
    }

    /// Sketch the steps of one state.
    fn sketch(
        &mut self,
        state: u32,
        labels: &[u16],
        sketch: &mut Sketch,
        run: &mut Run,
    ) -> Result<(), Halt> {
        self.load(state as usize);
        let root = self.roots.get(state as usize);
        for word in 0..self.model.actions.len() {
            let open = self.model.space.store.open(pages_of(root), word);
            let mut rest = self.model.actions[word] & open;
            while rest != 0 {
                let trie = word as u32 * 64 + rest.trailing_zeros();
                rest &= rest - 1;
                self.step(trie, run)?;
                let label = labels.get(trie as usize).copied().unwrap_or(UNFAIR);
                for step in &self.mender.stepper.moves {
                    if step.error != NO_ERROR {
                        sketch.steps.push((label, None));
                    } else if step.target != root {
                        sketch.steps.push((label, Some(step.target)));
                    }
                }
            }
        }
        sketch.ends.push(sketch.steps.len());
        Ok(())
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
        let sources: Vec<(u32, u32)> = debt
            .sources
            .iter()
            .filter_map(|state| Some((*state, drawing.states.binary_search(state).ok()? as u32)))
            .map(|(state, number)| (levels.partition_point(|&first| first <= state) as u32, number))
            .collect();
        let poll = &mut || attend(run);
        let found = find_lasso(&drawing.graph, fairness, &unmet, &sources, poll)?;
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
        let mut levels = vec![0];
        for state in 0..self.len() {
            let Some((parent, _)) = self.ancestry.of(state) else { continue };
            if levels.last().is_some_and(|&first| parent >= first as usize) {
                levels.push(state as u32);
            }
        }
        levels.remove(0);
        levels
    }
}

impl Sketch {
    /// Look up where all steps lead, add them to the graph, and forget them.
    fn draw(&mut self, numbers: &Numbers, graph: &mut Graph) {
        self.approaches.clear();
        let begun = |step: &(u16, Option<u64>)| step.1.map(|root| numbers.approach(root));
        self.approaches.extend(self.steps.iter().map(begun));
        let mut start = 0;
        for &end in &self.ends {
            for at in start..end {
                let (label, root) = self.steps[at];
                let target = match (root, self.approaches[at]) {
                    (Some(root), Some(approach)) => numbers.find(root, approach),
                    _ => OUTSIDE,
                };
                graph.add_step((label, target));
            }
            graph.add_state();
            start = end;
        }
        self.steps.clear();
        self.ends.clear();
    }
}

impl Drawing {
    /// Bytes held, with what the search for lassos will add.
    fn memory(&self) -> usize {
        self.states.len() * 32 + self.graph.memory()
    }
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

/// Look at the clock, now and then.
fn look(count: usize, run: &mut Run) -> Result<(), Halt> {
    if count % PAUSE == 0 { attend(run) } else { Ok(()) }
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
