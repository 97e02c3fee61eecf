//! Schedules' face to Python: it converts, and decides nothing.
use std::sync::Arc;

use pyo3::PyTraverseError;
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyValueError};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::WORKERS_MAX;
use crate::callbacks::{Callbacks, held, no_such, read_state, slot_kind};
use crate::model::Claim;
use crate::schedulers::{Named, Strategy};
use crate::schedules::{Order, Plan, Sampler as Worker, Start};
use crate::swarm::{Desk, Swarm};
use crate::tabulator::{Content, Halt, News, Tabulation, Tabulator};
use crate::walker::{Source, Walker};

/// What schedules came to: (schedules, steps, longest, rests, decided, errors).
type Told = (u64, u64, u64, u64, Vec<(u32, u64)>, Vec<(u32, u64)>);

/// Takes schedules of one model.
#[pyclass(module = "gtcheck.checker._engine")]
pub struct Sampler {
    swarm: Swarm,
    claims: Vec<Claim>,
    actions: usize,
    tabulator: Option<Py<PyAny>>,
    broken: bool,
}

#[pymethods]
impl Sampler {
    #[new]
    #[pyo3(signature = (tabulator, *, slots, actions, predicates, stamps, starts, workers = 1))]
    fn new(
        tabulator: Py<PyAny>,
        slots: Vec<u32>,
        actions: Vec<(u64, u64)>,
        predicates: Vec<u32>,
        stamps: Vec<(u32, u32, u64)>,
        starts: Vec<(Bound<'_, PyList>, Vec<u64>)>,
        workers: usize,
    ) -> PyResult<Self> {
        if !(1..=WORKERS_MAX).contains(&workers) {
            let why = format!("{workers} workers; there may be 1 to {WORKERS_MAX}");
            return Err(PyValueError::new_err(why));
        }
        let kinds = slots.into_iter().map(slot_kind).collect::<PyResult<Vec<_>>>()?;
        let known = [Claim::Always, Claim::Sometimes, Claim::Terminal];
        let claim = |&kind: &u32| known.get(kind as usize).copied();
        let claims = predicates
            .iter()
            .map(|kind| claim(kind).ok_or_else(|| no_such("predicate kind", *kind)))
            .collect::<PyResult<Vec<_>>>()?;
        let starts = starts
            .into_iter()
            .map(|(state, branches)| Ok(Start { state: read_state(&state)?, branches }))
            .collect::<PyResult<Vec<_>>>()?;
        if starts.iter().any(|start| start.state.len() != kinds.len()) {
            return Err(PyValueError::new_err("a start has not one entry a slot"));
        }
        let named = |&(label, actor): &(u64, u64)| Named { label, actor };
        let plan = Arc::new(Plan { actions: actions.iter().map(named).collect(), starts });
        let worker = |_| {
            let mut walker = Walker::new(kinds.clone(), actions.len() + claims.len());
            walker.hear(stamps.iter().map(|&(s, i, mask)| News::Stamps(s, i, mask)).collect());
            Worker::new(plan.clone(), walker)
        };
        let swarm = Swarm::new((0..workers).map(worker).collect());
        let (actions, tabulator) = (actions.len(), Some(tabulator));
        Ok(Sampler { swarm, actions, claims, tabulator, broken: false })
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.tabulator)
    }

    fn __clear__(&mut self) {
        self.tabulator = None;
    }

    #[pyo3(signature = (strategy, seed, first, count, *, steps, length, judged))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords on the other side")]
    fn take(
        &mut self,
        python: Python<'_>,
        strategy: u32,
        seed: u64,
        first: u64,
        count: u64,
        steps: u64,
        length: u64,
        judged: Vec<u32>,
    ) -> PyResult<Told> {
        if self.broken {
            return Err(PyRuntimeError::new_err("the sampler broke off; make another"));
        }
        let known = [Strategy::Uniform, Strategy::Priorities, Strategy::PartialOrder];
        let strategy = known.get(strategy as usize).copied();
        let strategy =
            strategy.ok_or_else(|| PyValueError::new_err("there is no such strategy"))?;
        let judged =
            judged.into_iter().map(|trie| self.claim(trie)).collect::<PyResult<Vec<_>>>()?;
        let order = Order { strategy, seed, steps, length, judged };
        let tabulator = held(&self.tabulator, python)?;
        // No exception is turned into an ending here: whatever is raised passes through.
        let interrupt_types = PyTuple::empty(python);
        let (progress, header) = (None, None);
        let callbacks = Callbacks { python, tabulator, progress, header, interrupt_types };
        let mut desk = Asked(callbacks);
        let numbers = first..first.saturating_add(count);
        let tally = self.swarm.take(&order, numbers, &mut desk).map_err(|halt| {
            self.broken = true;
            match halt {
                Halt::Interrupted => PyKeyboardInterrupt::new_err(()),
                other => crate::raised(other),
            }
        })?;
        let (decided, errors) = (tally.decided.into_iter(), tally.errors.into_iter());
        let counts = (tally.schedules, tally.steps, tally.longest, tally.rests);
        Ok((counts.0, counts.1, counts.2, counts.3, decided.collect(), errors.collect()))
    }
}

impl Sampler {
    fn claim(&self, trie: u32) -> PyResult<(u32, Claim)> {
        let number = (trie as usize).checked_sub(self.actions);
        let claim = number.and_then(|number| self.claims.get(number).copied());
        Ok((trie, claim.ok_or_else(|| no_such("predicate", trie))?))
    }
}

/// The Python side, as workers ask it.
struct Asked<'py>(Callbacks<'py>);

impl Source for Asked<'_> {
    fn tabulate(&mut self, trie: u32, state: &[Content]) -> Result<Tabulation, Halt> {
        self.0.tabulate(trie, state)
    }

    fn view(&mut self, view: u32, identifiers: &[u32]) -> Result<u32, Halt> {
        self.0.view(view, identifiers)
    }

    fn renumber(
        &mut self,
        slot: u32,
        identifier: u32,
        live: u64,
    ) -> Result<(u32, Vec<News>), Halt> {
        self.0.renumber(slot, identifier, live)
    }

    fn label(&mut self, slot: u32, element: u32) -> Result<u64, Halt> {
        let answer = self.0.tabulator.call_method1("label", (slot, element));
        answer.and_then(|label| label.extract()).map_err(|error| Halt::Raised(Box::new(error)))
    }

    fn poll(&mut self) -> Result<(), Halt> {
        self.0.poll()
    }
}

impl Desk for Asked<'_> {
    fn wait(&self, wait: &mut (dyn FnMut() + Send)) {
        self.0.python.detach(wait);
    }
}
