//! The native engine's face to Python: it converts, and decides nothing.
mod ancestry;
mod arrangement;
mod bits;
mod blocks;
mod callbacks;
mod checkpoint;
mod choice;
mod chunks;
mod components;
mod contents;
mod crew;
mod debts;
mod decisions;
mod descent;
mod drawing;
mod findings;
mod footprints;
mod fusing;
mod gathering;
mod graph;
mod hashing;
mod keys;
mod lassos;
mod layout;
mod levels;
mod limits;
mod liveness;
mod memo;
mod mirrors;
mod misses;
mod model;
mod numbers;
mod outcomes;
mod paths;
#[cfg(test)]
mod rearrangements;
mod recent;
mod reduction;
mod relation;
mod renumbering;
mod replies;
mod rows;
mod sampling;
mod scattering;
mod schedulers;
mod schedules;
mod scouting;
mod search;
mod sequences;
mod space;
mod stamps;
mod standing;
mod step;
mod store;
mod swarm;
mod symmetry;
mod tabulator;
#[cfg(test)]
mod trials;
mod tries;
mod views;
mod visited;
mod walk;
mod walker;
mod wants;
mod worker;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use pyo3::PyTraverseError;
use pyo3::exceptions::{PyIndexError, PyRuntimeError, PyValueError};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use callbacks::{Callbacks, held, no_such, read_state, slot_kind, state_list};
use checkpoint::Saver;
use limits::{Limits, Stopped};
use liveness::{Assumed, Response};
use model::{Claim, Purpose};
use paths::PathStep;
use replies::{answer_tuple, finding_tuple};
use search::{Run, Search};
use symmetry::{Declared, Symmetry};
use tabulator::Halt;

/// The most workers of one exploration.
const WORKERS_MAX: usize = 64;

/// An exploration of one model.
#[pyclass(module = "gtcheck.checker._engine")]
struct Engine {
    search: Search,
    tabulator: Option<Py<PyAny>>,
    header: Option<Py<PyAny>>,
    ran: bool,
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (tabulator, *, timed = false, workers = 1, depth_first = false))]
    fn new(tabulator: Py<PyAny>, timed: bool, workers: usize, depth_first: bool) -> PyResult<Self> {
        if !(1..=WORKERS_MAX).contains(&workers) {
            let why = format!("{workers} workers; there may be 1 to {WORKERS_MAX}");
            return Err(PyValueError::new_err(why));
        }
        if depth_first && workers > 1 {
            let why = format!("{workers} workers cannot go depth first; one can");
            return Err(PyValueError::new_err(why));
        }
        let mut search = Search::new(timed, workers);
        search.depth_first = depth_first;
        Ok(Engine { search, tabulator: Some(tabulator), header: None, ran: false })
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.tabulator)?;
        visit.call(&self.header)
    }

    fn __clear__(&mut self) {
        (self.tabulator, self.header) = (None, None);
    }

    fn add_slot(&mut self, kind: u32) -> PyResult<u32> {
        self.expect_fresh()?;
        Ok(self.search.model.add_slot(slot_kind(kind)?))
    }

    fn add_view(&mut self, slots: Vec<u32>) -> PyResult<u32> {
        self.expect_fresh()?;
        self.search.model.add_view(slots).map_err(PyValueError::new_err)
    }

    fn add_action(&mut self) -> PyResult<u32> {
        self.add_trie(Purpose::Action)
    }

    fn add_reaction(&mut self) -> PyResult<u32> {
        self.add_trie(Purpose::Reaction)
    }

    fn add_predicate(&mut self, kind: u32) -> PyResult<u32> {
        let claims = [Claim::Always, Claim::Sometimes, Claim::Terminal, Claim::InTheEnd];
        let claim = *claims.get(kind as usize).ok_or_else(|| no_such("predicate kind", kind))?;
        self.add_trie(Purpose::Predicate(claim))
    }

    fn set_stamps(&mut self, slot: u32, identifier: u32, mask: u64) -> PyResult<()> {
        self.expect_fresh()?;
        let result = self.search.model.set_stamps(slot, identifier, mask);
        result.map_err(PyValueError::new_err)
    }

    fn set_symmetry(
        &mut self,
        sizes: Vec<usize>,
        swaps: Vec<Vec<u32>>,
        owners: Vec<Vec<u32>>,
        roles: Vec<Vec<u32>>,
        classes: Vec<u32>,
    ) -> PyResult<()> {
        self.expect_fresh()?;
        let declared = Declared { sizes, swaps, owners, roles, classes };
        let model = &mut self.search.model;
        let symmetry = Symmetry::new(declared, &model.space.kinds);
        model.symmetry = Some(symmetry.map_err(PyValueError::new_err)?);
        Ok(())
    }

    fn reduce(&mut self, families: Vec<u32>) -> PyResult<()> {
        self.expect_fresh()?;
        self.search.reduce(families).map_err(PyValueError::new_err)
    }

    fn add_initial(&mut self, state: &Bound<'_, PyList>) -> PyResult<()> {
        self.expect_fresh()?;
        self.search.add_initial(read_state(state)?).map_err(PyValueError::new_err)
    }

    #[pyo3(signature = (*, max_states, max_depth, max_seconds, max_memory_bytes, keep_going,
                        progress, interrupt_types))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords on the other side")]
    fn run<'py>(
        &mut self,
        python: Python<'py>,
        max_states: Option<u64>,
        max_depth: Option<u32>,
        max_seconds: Option<f64>,
        max_memory_bytes: Option<u64>,
        keep_going: bool,
        progress: Option<Bound<'py, PyAny>>,
        interrupt_types: Bound<'py, PyTuple>,
    ) -> PyResult<()> {
        self.expect_fresh()?;
        self.ran = true;
        let limits =
            Limits { max_states, max_depth, max_seconds, max_memory: max_memory_bytes, keep_going };
        let mut callbacks = self.callbacks(python, progress, interrupt_types)?;
        self.search.run(&limits, &mut callbacks).map_err(raised)
    }

    #[pyo3(signature = (responses, fairness, *, max_seconds, max_memory_bytes, interrupt_types))]
    fn answer<'py>(
        &mut self,
        python: Python<'py>,
        responses: Vec<(u32, Option<u32>)>,
        fairness: Vec<u32>,
        max_seconds: Option<f64>,
        max_memory_bytes: Option<u64>,
        interrupt_types: Bound<'py, PyTuple>,
    ) -> PyResult<Vec<Option<Bound<'py, PyTuple>>>> {
        if !self.ran {
            return Err(PyRuntimeError::new_err("the engine has not run; run it first"));
        }
        let promised = responses
            .iter()
            .map(|&(goal, trigger)| self.expect_promise(goal, trigger))
            .collect::<PyResult<Vec<_>>>()?;
        let assumed = fairness.iter().map(|&how| assumption(how)).collect::<PyResult<Vec<_>>>()?;
        let limits = Limits { max_seconds, max_memory: max_memory_bytes, ..Limits::default() };
        let mut callbacks = self.callbacks(python, None, interrupt_types)?;
        let answers = self.search.answer(&promised, &assumed, &limits, &mut callbacks);
        answers.map_err(raised)?.iter().map(|answer| answer_tuple(python, answer)).collect()
    }

    fn save_to(&mut self, path: PathBuf, header: Py<PyAny>, seconds: f64) -> PyResult<()> {
        self.expect_fresh()?;
        let every = Duration::try_from_secs_f64(seconds)
            .map_err(|_| PyValueError::new_err(format!("{seconds} seconds cannot be waited")))?;
        self.header = Some(header);
        self.search.saver = Some(Saver { path, every, last: Instant::now() });
        Ok(())
    }

    fn resume<'py>(
        &mut self,
        python: Python<'py>,
        path: PathBuf,
        start: u64,
        interrupt_types: Bound<'py, PyTuple>,
    ) -> PyResult<()> {
        self.expect_fresh()?;
        let limits = Limits::default();
        let mut callbacks = self.callbacks(python, None, interrupt_types)?;
        let mut run = Run::new(&limits, &mut callbacks);
        self.search.resume(&path, start, &mut run).map_err(raised)
    }

    #[getter]
    fn states(&self) -> usize {
        self.search.len()
    }

    #[getter]
    fn transitions(&self) -> u64 {
        self.search.standing.transitions
    }

    #[getter]
    fn depth(&self) -> u32 {
        self.search.standing.depth
    }

    #[getter]
    fn terminal_states(&self) -> u64 {
        self.search.standing.terminal_states
    }

    #[getter]
    fn tabulations(&self) -> u64 {
        self.search.tabulations
    }

    #[getter]
    fn memory_bytes(&self) -> u64 {
        self.search.memory()
    }

    #[getter]
    fn complete(&self) -> bool {
        self.search.complete
    }

    #[getter]
    fn stopped(&self) -> Option<&'static str> {
        self.search.stopped.map(Stopped::name)
    }

    #[getter]
    fn findings<'py>(&self, python: Python<'py>) -> PyResult<Vec<Bound<'py, PyTuple>>> {
        self.search.findings.list.iter().map(|finding| finding_tuple(python, finding)).collect()
    }

    fn path_length(&self, state: u32) -> PyResult<usize> {
        self.search.path_length(state).map_err(PyIndexError::new_err)
    }

    fn path(&mut self, state: u32) -> PyResult<(u32, Vec<PathStep>)> {
        let path = self.search.path(state).map_err(PyIndexError::new_err)?;
        Ok((path.start, path.steps))
    }

    fn stand_for<'py>(
        &mut self,
        python: Python<'py>,
        state: &Bound<'py, PyList>,
    ) -> PyResult<(Bound<'py, PyList>, Vec<u32>)> {
        if !self.ran {
            return Err(PyRuntimeError::new_err("the engine has not run; run it first"));
        }
        let state = read_state(state)?;
        let found = self.search.model.stand_for_contents(&state).map_err(PyValueError::new_err)?;
        Ok((state_list(python, &found.0)?, found.1))
    }

    fn state<'py>(&mut self, python: Python<'py>, index: u32) -> PyResult<Bound<'py, PyList>> {
        state_list(python, &self.search.state(index).map_err(PyIndexError::new_err)?)
    }
}

impl Engine {
    fn callbacks<'py>(
        &self,
        python: Python<'py>,
        progress: Option<Bound<'py, PyAny>>,
        interrupt_types: Bound<'py, PyTuple>,
    ) -> PyResult<Callbacks<'py>> {
        let tabulator = held(&self.tabulator, python)?;
        let header = self.header.as_ref().map(|header| header.bind(python).clone());
        Ok(Callbacks { python, tabulator, progress, header, interrupt_types })
    }

    fn expect_fresh(&self) -> PyResult<()> {
        if self.ran {
            return Err(PyRuntimeError::new_err("the engine has run; an engine runs once"));
        }
        Ok(())
    }

    fn expect_promise(&self, goal: u32, trigger: Option<u32>) -> PyResult<Response> {
        for trie in [Some(goal), trigger].into_iter().flatten() {
            match self.search.model.purposes.get(trie as usize) {
                Some(Purpose::Predicate(Claim::InTheEnd)) => {}
                _ => return Err(PyValueError::new_err(format!("trie {trie} promises nothing"))),
            }
        }
        Ok(Response { goal, trigger })
    }

    fn add_trie(&mut self, purpose: Purpose) -> PyResult<u32> {
        self.expect_fresh()?;
        self.search.model.add_trie(purpose).map_err(PyValueError::new_err)
    }
}

fn raised(halt: Halt) -> PyErr {
    match halt {
        Halt::Raised(error) => match error.downcast::<PyErr>() {
            Ok(error) => *error,
            Err(error) => match error.downcast::<std::io::Error>() {
                Ok(error) => PyErr::from(*error),
                Err(error) => PyRuntimeError::new_err(error.to_string()),
            },
        },
        Halt::Invalid(why) => PyValueError::new_err(why),
        Halt::Interrupted | Halt::TimedOut => PyRuntimeError::new_err("the run was stopped"),
    }
}

fn assumption(how: u32) -> PyResult<Assumed> {
    let known = [Assumed::Nothing, Assumed::Weak, Assumed::Strong];
    known.get(how as usize).copied().ok_or_else(|| no_such("fairness", how))
}

#[pymodule]
mod _engine {
    #[pymodule_export]
    use super::Engine;
    #[pymodule_export]
    use super::sampling::Sampler;
}
