//! The Python side of the tabulator: tuples and lists in, plain Rust out.
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::tabulator::{
    Content, Effect, Ending, Halt, IDENTIFIER_LIMIT, Mirrored, News, Operation, Progress, Read,
    ReadKind, Run, SlotKind, Tabulation, Tabulator,
};

type Tuple4 = (u32, u32, u32, i64);
type GivenEnding = (Vec<(u32, u32, u32)>, Vec<u32>, Option<u32>, u32);
type GivenRun = (Vec<Tuple4>, Option<GivenEnding>);

/// A Python tabulator during one run.
pub struct Callbacks<'py> {
    /// The interpreter.
    pub python: Python<'py>,
    /// The object with the methods.
    pub tabulator: Bound<'py, PyAny>,
    /// Called with numbers now and then.
    pub progress: Option<Bound<'py, PyAny>>,
    /// Called for the line that stands before a search in its file.
    pub header: Option<Bound<'py, PyAny>>,
    /// Exceptions that mean that time ran out.
    pub interrupt_types: Bound<'py, PyTuple>,
}

impl Callbacks<'_> {
    fn halt(&self, error: PyErr) -> Halt {
        if error.matches(self.python, &self.interrupt_types).unwrap_or(false) {
            return Halt::TimedOut;
        }
        if error.is_instance_of::<PyKeyboardInterrupt>(self.python) {
            return Halt::Interrupted;
        }
        Halt::Raised(Box::new(error))
    }

    fn read_tabulation(&self, answer: &Bound<'_, PyAny>) -> PyResult<Tabulation> {
        let (runs, news): (Vec<GivenRun>, Vec<Bound<'_, PyTuple>>) = answer.extract()?;
        let runs: PyResult<Vec<Run>> = runs.into_iter().map(run_of).collect();
        Ok(Tabulation { runs: runs?, news: news_of(&news)? })
    }
}

impl Tabulator for Callbacks<'_> {
    fn tabulate(&mut self, trie: u32, state: &[Content]) -> Result<Tabulation, Halt> {
        let state = state_list(self.python, state).map_err(|error| self.halt(error))?;
        let answer = self.tabulator.call_method1("tabulate", (trie, state));
        let answer = answer.map_err(|error| self.halt(error))?;
        self.read_tabulation(&answer).map_err(|error| {
            malformed(self.python, &error, &format!("tabulate({trie}, ...) gave"), &answer)
        })
    }

    fn view(&mut self, view: u32, identifiers: &[u32]) -> Result<u32, Halt> {
        let given = PyTuple::new(self.python, identifiers).map_err(|error| self.halt(error))?;
        let answer = self.tabulator.call_method1("view", (view, given));
        let answer = answer.map_err(|error| self.halt(error))?;
        match answer.extract() {
            Ok(result) if result < IDENTIFIER_LIMIT => Ok(result),
            Ok(result) => Err(Halt::Invalid(format!(
                "view {view} gave {result}; identifiers stay below {IDENTIFIER_LIMIT}"
            ))),
            Err(error) => {
                Err(malformed(self.python, &error, &format!("view({view}, ...) gave"), &answer))
            }
        }
    }

    fn renumber(
        &mut self,
        slot: u32,
        identifier: u32,
        live: u64,
    ) -> Result<(u32, Vec<News>), Halt> {
        let answer = self.tabulator.call_method1("renumber", (slot, identifier, live));
        let answer = answer.map_err(|error| self.halt(error))?;
        let read = || -> PyResult<(u32, Vec<News>)> {
            let (target, news): (u32, Vec<Bound<'_, PyTuple>>) = answer.extract()?;
            Ok((target, news_of(&news)?))
        };
        match read() {
            Ok((target, _)) if target >= IDENTIFIER_LIMIT => Err(Halt::Invalid(format!(
                "renumber gave {target}; identifiers stay below {IDENTIFIER_LIMIT}"
            ))),
            Ok(answer) => Ok(answer),
            Err(error) => Err(malformed(self.python, &error, "renumber(...) gave", &answer)),
        }
    }

    fn mirror(&mut self, slot: u32, identifier: u32) -> Result<Mirrored, Halt> {
        let answer = self.tabulator.call_method1("mirror", (slot, identifier));
        let answer = answer.map_err(|error| self.halt(error))?;
        let read = || -> PyResult<Mirrored> {
            let (images, marks, news): (Vec<u32>, Vec<u32>, Vec<Bound<'_, PyTuple>>) =
                answer.extract()?;
            Ok(Mirrored { images, marks, news: news_of(&news)? })
        };
        match read() {
            Ok(found) if found.images.iter().any(|&image| image >= IDENTIFIER_LIMIT) => {
                Err(Halt::Invalid(format!("mirror gave {:?}, out of range", found.images)))
            }
            Ok(found) => Ok(found),
            Err(error) => Err(malformed(self.python, &error, "mirror(...) gave", &answer)),
        }
    }

    fn poll(&mut self) -> Result<(), Halt> {
        self.python.check_signals().map_err(|error| self.halt(error))?;
        Ok(())
    }

    fn header(&mut self) -> Result<String, Halt> {
        let Some(header) = &self.header else { return Ok(String::new()) };
        let line = header.call0().and_then(|line| line.extract());
        line.map_err(|error| Halt::Raised(Box::new(error)))
    }

    fn detached(&mut self, work: &mut (dyn FnMut() + Send)) {
        self.python.detach(work);
    }

    fn progress(&mut self, progress: Progress) -> Result<(), Halt> {
        let Some(callback) = &self.progress else { return Ok(()) };
        let Progress { states, transitions, depth, frontier } = progress;
        let answer = callback.call1((states, transitions, depth, frontier));
        answer.map(drop).map_err(|error| self.halt(error))
    }
}

fn malformed(python: Python<'_>, error: &PyErr, what: &str, answer: &Bound<'_, PyAny>) -> Halt {
    let shown = answer.repr().map_or_else(|_| "?".to_owned(), |text| text.to_string());
    let shown: String = shown.chars().take(300).collect();
    Halt::Invalid(format!("{what} {shown}, which cannot be read: {}", error.value(python)))
}

fn run_of((path, ending): GivenRun) -> PyResult<Run> {
    let path: PyResult<Vec<Read>> = path.into_iter().map(read_of).collect();
    let ending = ending.map(ending_of).transpose()?;
    Ok(Run { path: path?, ending })
}

fn read_of((kind, a, b, result): Tuple4) -> PyResult<Read> {
    use ReadKind::{Choice, Contains, Each, Element, Empty, Length, Now, Value, View};
    let kinds = [Value, Element, Length, Empty, Contains, View, Now, Each, Choice];
    let kind = *kinds.get(kind as usize).ok_or_else(|| no_such("read kind", kind))?;
    let result = match result {
        -1 => None,
        _ => Some(u32::try_from(result).map_err(|_| {
            PyValueError::new_err(format!("a read's result is {result}, which is out of range"))
        })?),
    };
    Ok(Read { kind, a, b, result })
}

fn ending_of((effects, reactions, error, truth): GivenEnding) -> PyResult<Ending> {
    use Operation::{Add, Clear, Push, Remove, RemoveAt, Set};
    let operations = [Set, Push, RemoveAt, Add, Remove, Clear];
    let effect_of = |(number, slot, argument): (u32, u32, u32)| {
        let operation = operations.get(number as usize);
        let operation = *operation.ok_or_else(|| no_such("effect", number))?;
        Ok(Effect { operation, slot, argument })
    };
    let effects: PyResult<Vec<Effect>> = effects.into_iter().map(effect_of).collect();
    Ok(Ending { effects: effects?, reactions, error, truth: truth != 0 })
}

fn news_of(given: &[Bound<'_, PyTuple>]) -> PyResult<Vec<News>> {
    given.iter().map(one_of_news).collect()
}

fn one_of_news(item: &Bound<'_, PyTuple>) -> PyResult<News> {
    let name: String = item.get_item(0)?.extract()?;
    match name.as_str() {
        "reaction" => Ok(News::Reaction),
        "stamps" => {
            let (_, slot, identifier, mask): (String, u32, u32, u64) = item.extract()?;
            Ok(News::Stamps(slot, identifier, mask))
        }
        "view" => Ok(News::View(item.get_item(1)?.extract()?)),
        _ => Err(PyValueError::new_err(format!("there is no news of the name {name:?}"))),
    }
}

/// The object with the methods, unless the garbage collector has let go of it.
pub fn held<'py>(
    tabulator: &Option<Py<PyAny>>,
    python: Python<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let held = tabulator.as_ref().map(|tabulator| tabulator.bind(python).clone());
    held.ok_or_else(|| PyRuntimeError::new_err("it was collected with all that it asks"))
}

/// The kind of slot of a number.
pub fn slot_kind(kind: u32) -> PyResult<SlotKind> {
    let kinds = [SlotKind::Value, SlotKind::Queue, SlotKind::Bag];
    kinds.get(kind as usize).copied().ok_or_else(|| no_such("slot kind", kind))
}

/// The error for a number that means nothing.
pub fn no_such(what: &str, number: u32) -> PyErr {
    PyValueError::new_err(format!("there is no {what} {number}"))
}

/// Read a state in full.
pub fn read_state(state: &Bound<'_, PyList>) -> PyResult<Vec<Content>> {
    let content = |item: Bound<'_, PyAny>| match item.cast::<PyList>() {
        Ok(elements) => Ok(Content::Elements(elements.extract()?)),
        Err(_) => Ok(Content::Value(item.extract()?)),
    };
    state.iter().map(content).collect()
}

/// Write a state in full.
pub fn state_list<'py>(python: Python<'py>, state: &[Content]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(python);
    for content in state {
        match content {
            Content::Value(identifier) => list.append(identifier)?,
            Content::Elements(elements) => list.append(PyList::new(python, elements)?)?,
        }
    }
    Ok(list)
}
