//! The states in which some promise is not met and their steps, drawn by all workers at once.
//!
//! Each worker draws one sheet after another. Where it misses something it leaves the sheet to the
//! mender, which asks the other side; so the graph does not depend on the number of workers.
use std::ops::Range;

use crate::blocks::Pieces;
use crate::chunks::Chunks;
use crate::debts::Debt;
use crate::graph::{Graph, SHEET, Sheet, UNFAIR};
use crate::limits::Stopped;
use crate::model::Model;
use crate::numbers::{Approach, Numbers, Table};
use crate::search::{Run, Search};
use crate::step::NO_ERROR;
use crate::store::pages_of;
use crate::tabulator::Halt;
use crate::walk::Miss;
use crate::worker::Worker;

/// Sheets between two looks at the clock.
const PAUSE: usize = 1 << 6;
/// States whose targets are looked up together.
const NEAR: usize = 1 << 6;
/// The root of no state: its pages would be numbered beyond what there may be.
const NOWHERE: u64 = u64::MAX;

/// Some states of a search, numbered anew, and their steps.
pub struct Drawing {
    /// Their numbers in the search, in order.
    pub states: Vec<u32>,
    /// Their steps.
    pub graph: Graph,
}

/// What workers look at while they draw, and none of them changes.
struct Studio {
    model: Model,
    roots: Chunks<u64>,
    states: Vec<u32>,
    numbers: Numbers,
    /// The labels of the actions, by trie.
    labels: Vec<u16>,
}

/// A worker, and the sheets that it drew, by number; none where it missed something.
struct Artist {
    worker: Worker,
    drawn: Vec<(usize, Option<Sheet>)>,
}

/// The steps of some states in a row, by the roots that they lead to, and the sheet for them.
#[derive(Default)]
struct Sketch {
    labels: Vec<u16>,
    roots: Vec<u64>,
    ends: Vec<usize>,
    approaches: Vec<Approach>,
    sheet: Sheet,
}

impl Search {
    /// Draw the states in which some promise is not met; nothing where a limit ends it first.
    ///
    /// Breadth first those that were expanded, depth first all: their numbers do not tell which.
    pub(crate) fn draw(
        &mut self,
        debts: &[Debt],
        labels: &[u16],
        run: &mut Run,
    ) -> Result<Option<Drawing>, Halt> {
        let owed = |&state: &u32| debts.iter().any(|debt| debt.unmet[state as usize]);
        let drawn = if self.depth_first { self.len() } else { self.standing.expanded };
        let states: Vec<u32> = (0..drawn as u32).filter(owed).collect();
        self.make_room();
        let mut studio = self.furnish(states, labels, run);
        let mut graph = Graph::default();
        let sheets = studio.states.len().div_ceil(SHEET);
        for start in (0..sheets).step_by(PAUSE) {
            let size = studio.memory() + graph.memory();
            if run.limits.max_memory.is_some_and(|most| self.memory() + size as u64 > most) {
                self.stopped = Some(Stopped::Memory);
            }
            if self.stopped.is_some() {
                return Ok(None);
            }
            let drawn;
            (studio, drawn) = self.draw_sheets(studio, start..sheets.min(start + PAUSE), run);
            for (number, sheet) in drawn {
                graph.add(match sheet {
                    Some(sheet) => sheet,
                    None => self.draw_again(&studio, number, run)?,
                });
            }
            self.pulse(run)?;
        }
        Ok(Some(Drawing { states: studio.states, graph }))
    }

    /// Number the states that are to be drawn, by all workers: each makes a table.
    fn furnish(&mut self, states: Vec<u32>, labels: &[u16], run: &mut Run) -> Studio {
        let (model, roots) = (Model::new(false), Chunks::new());
        let (labels, numbers) = (labels.to_vec(), Numbers::default());
        let studio = self.swap(Studio { model, roots, states, numbers, labels });
        let count = self.workers.len();
        let tables = (0..count).map(|table| (table, Table::default())).collect();
        let make = move |studio: &Studio, job: &mut (usize, Table)| {
            let roots = studio.states.iter().map(|&state| studio.roots.get(state as usize));
            job.1 = Table::new(roots, job.0, count);
        };
        let (mut studio, tables) = run.at_once(&mut self.crew, studio, tables, make);
        studio.numbers = Numbers::new(tables.into_iter().map(|(_, table)| table).collect());
        self.swap(studio)
    }

    /// Lend the model and the roots to a studio, or take them back.
    fn swap(&mut self, mut studio: Studio) -> Studio {
        std::mem::swap(&mut self.model, &mut studio.model);
        std::mem::swap(&mut self.roots, &mut studio.roots);
        studio
    }

    /// Let all workers draw some sheets; give them in order, none where something was missed.
    fn draw_sheets(
        &mut self,
        studio: Studio,
        sheets: Range<usize>,
        run: &mut Run,
    ) -> (Studio, Vec<(usize, Option<Sheet>)>) {
        let workers = std::mem::take(&mut self.workers).into_iter();
        let artists: Vec<_> = workers.map(|worker| Artist { worker, drawn: Vec::new() }).collect();
        let pieces = Pieces::of(&sheets, artists.len(), 1);
        let common = (self.swap(studio), pieces);
        let ((studio, _), artists) =
            run.at_once(&mut self.crew, common, artists, |(studio, pieces), artist| {
                let mut sketch = Sketch::default();
                let own = pieces.enter();
                while let Some(piece) = pieces.take(own) {
                    let sheet = artist.draw(&mut sketch, studio, piece.start);
                    artist.drawn.push((piece.start, sheet));
                }
            });
        let mut drawn = Vec::new();
        for artist in artists {
            self.workers.push(artist.worker);
            drawn.extend(artist.drawn);
        }
        drawn.sort_unstable_by_key(|&(number, _)| number);
        (self.swap(studio), drawn)
    }

    /// Draw a sheet, whatever has to be asked.
    fn draw_again(&mut self, studio: &Studio, number: usize, run: &mut Run) -> Result<Sheet, Halt> {
        let mut sketch = Sketch::default();
        sketch.draw(studio, number, |sketch, state| {
            let root = self.roots.get(state as usize);
            loop {
                let mender = &mut self.mender;
                let Err(miss) = sketch.take(&self.model, &studio.labels, mender, root) else {
                    return Ok(());
                };
                let frame = mender.frame.clone();
                self.fill(miss, &frame, run)?;
                self.mender.stepper.memo.fit(self.model.space.store.sizes());
            }
        })
    }
}

impl Drawing {
    /// The new numbers of those states, given in order, that are drawn.
    pub fn numbers_of(&self, states: &[u32]) -> Vec<u32> {
        let mut at = 0;
        let number = |state: &u32| {
            at += self.states[at..].iter().take_while(|drawn| *drawn < state).count();
            (self.states.get(at) == Some(state)).then_some(at as u32)
        };
        states.iter().filter_map(number).collect()
    }
}

impl Studio {
    /// Bytes held, with what the search for lassos will add.
    fn memory(&self) -> usize {
        self.states.len() * 32 + self.numbers.memory()
    }
}

impl Artist {
    fn draw(&mut self, sketch: &mut Sketch, studio: &Studio, number: usize) -> Option<Sheet> {
        let worker = &mut self.worker;
        let drawn = sketch.draw(studio, number, |sketch, state| {
            let root = studio.roots.get(state as usize);
            sketch.take(&studio.model, &studio.labels, worker, root)
        });
        drawn.ok()
    }
}

impl Sketch {
    /// Draw a sheet by sketching each of its states.
    fn draw<E>(
        &mut self,
        studio: &Studio,
        number: usize,
        mut sketch: impl FnMut(&mut Self, u32) -> Result<(), E>,
    ) -> Result<Sheet, E> {
        self.sheet.clear();
        self.forget();
        let first = number * SHEET;
        let last = studio.states.len().min(first + SHEET);
        for states in studio.states[first..last].chunks(NEAR) {
            states.iter().try_for_each(|&state| sketch(self, state))?;
            self.look_up(&studio.numbers);
            self.forget();
        }
        // A copy is no larger than it has to be.
        Ok(self.sheet.clone())
    }

    /// Sketch the steps of one state, or leave no trace of it where something is missed.
    fn take(
        &mut self,
        model: &Model,
        labels: &[u16],
        worker: &mut Worker,
        root: u64,
    ) -> Result<(), Miss> {
        let known = self.labels.len();
        let Worker { frame, stepper, .. } = worker;
        model.space.load(root, frame);
        for (word, &actions) in model.actions.iter().enumerate() {
            let mut rest = actions & model.space.store.open(pages_of(root), word);
            while rest != 0 {
                let trie = word as u32 * 64 + rest.trailing_zeros();
                rest &= rest - 1;
                if let Err(miss) = stepper.step(model, trie, frame) {
                    self.labels.truncate(known);
                    self.roots.truncate(known);
                    return Err(miss);
                }
                let label = labels.get(trie as usize).copied().unwrap_or(UNFAIR);
                for step in &stepper.moves {
                    let target = if step.error == NO_ERROR { step.target } else { NOWHERE };
                    if target != root {
                        self.labels.push(label);
                        self.roots.push(target);
                    }
                }
            }
        }
        self.ends.push(self.labels.len());
        Ok(())
    }

    /// Look up where all steps lead, and add them to the sheet.
    fn look_up(&mut self, numbers: &Numbers) {
        self.approaches.clear();
        self.approaches.extend(self.roots.iter().map(|&root| numbers.approach(root)));
        let mut start = 0;
        for &end in &self.ends {
            for at in start..end {
                let target = numbers.find(self.roots[at], self.approaches[at]);
                self.sheet.add_step((self.labels[at], target));
            }
            self.sheet.add_state();
            start = end;
        }
    }

    fn forget(&mut self) {
        self.labels.clear();
        self.roots.clear();
        self.ends.clear();
    }
}
