//! The face to Python of what reads and judges traces: it converts, and decides nothing.
mod ages;
mod arrivals;
mod clusters;
mod conflicts;
mod finder;
mod halves;
mod hashing;
mod items;
mod judge;
mod lines;
mod monitors;
mod names;
mod newest;
mod reader;
mod remembered;
mod reorder;
mod rows;
mod scanner;
mod service;
mod sessions;
mod under_way;
mod updates;
mod values;
mod versions;
mod written;
mod zones;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use finder::Finder;
use judge::Settings;
use lines::Told;
use monitors::{OpenItem, Shown, Verdict};
use reader::{Halt, Reader};
use rows::{LATEST, Spot};
use scanner::Scanner;
use service::Mode;

type SpotTuple = (u32, u32, u32, u32);
type ItemTuple = (SpotTuple, u64, u64, Vec<SpotTuple>);
type HalfTuple<'py> = (u32, u32, Bound<'py, PyBytes>);
type VerdictTuple = (String, u64, &'static str, Vec<SpotTuple>, Vec<ItemTuple>);

/// The reading and judging of one run.
#[pyclass(module = "gtcheck.traces._native")]
struct TraceReader {
    reader: Reader,
    is_late: bool,
}

#[pymethods]
impl TraceReader {
    #[new]
    #[pyo3(signature = (*, longest))]
    fn new(longest: usize) -> Self {
        TraceReader { reader: Reader::new(longest), is_late: false }
    }

    #[pyo3(signature = (rules, *, mode, clock_error, across_items, initial, remembered, window))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords on the other side")]
    fn start(
        &mut self,
        rules: Vec<String>,
        mode: Option<&str>,
        clock_error: i64,
        across_items: bool,
        initial: &[u8],
        remembered: usize,
        window: usize,
    ) -> PyResult<()> {
        if !(0..LATEST).contains(&clock_error) {
            return Err(PyValueError::new_err(format!("a clock error of {clock_error}")));
        }
        let initial = self
            .reader
            .lines
            .values
            .read(&mut Scanner::new(initial))
            .ok_or_else(|| PyValueError::new_err("an initial value that is not understood"))?;
        let mode = match mode {
            None => Mode::Unsaid,
            Some("mrsc") => Mode::Mrsc,
            Some("async") => Mode::Async,
            Some(other) => return Err(PyValueError::new_err(format!("a mode of {other:?}"))),
        };
        self.reader.start(Settings {
            rules,
            mode,
            clock_error,
            across_items,
            initial,
            remembered,
            window,
        });
        Ok(())
    }

    fn turn_to(&mut self, file: u32) {
        self.reader.turn_to(file as usize);
    }

    fn feed<'py>(&mut self, python: Python<'py>, chunk: &[u8]) -> Option<Bound<'py, PyBytes>> {
        self.reader.feed(chunk);
        self.go_on(python, false)
    }

    #[pyo3(signature = (*, whole = false))]
    fn go_on<'py>(&mut self, python: Python<'py>, whole: bool) -> Option<Bound<'py, PyBytes>> {
        match python.detach(|| self.reader.go_on(whole)) {
            Ok(()) => None,
            Err(Halt::Line(text)) => Some(PyBytes::new(python, &text)),
            Err(Halt::Late) => {
                self.is_late = true;
                None
            }
        }
    }

    fn push(&mut self, event: &[u8], file: u32, line: u32, invoked: u32, part: u32) -> bool {
        let spot = Spot { file, line, invoked, part };
        let Some(Told::Operation(row)) = self.reader.lines.read(event, spot) else { return false };
        self.is_late |= self.reader.put(row).is_err();
        true
    }

    fn claim(&mut self, name: &[u8], attempt: Option<i64>) -> Option<bool> {
        let lines = &mut self.reader.lines;
        let name = lines.values.read(&mut Scanner::new(name))?;
        Some(lines.claim(name, attempt))
    }

    fn surrender<'py>(&mut self, python: Python<'py>, name: &[u8]) -> Vec<HalfTuple<'py>> {
        let lines = &mut self.reader.lines;
        let Some(id) = lines.values.read(&mut Scanner::new(name)) else { return Vec::new() };
        let halves = lines.halves.surrender(id).into_iter();
        halves.map(|half| (half.file, half.line, PyBytes::new(python, &half.text))).collect()
    }

    #[pyo3(signature = (*, is_cut = false))]
    fn finish(&mut self, python: Python<'_>, is_cut: bool) -> Option<Vec<VerdictTuple>> {
        match python.detach(|| self.reader.finish(is_cut).ok()) {
            Some(verdicts) => Some(verdicts.into_iter().map(verdict_tuple).collect()),
            None => {
                self.is_late = true;
                None
            }
        }
    }

    fn stop(&mut self, python: Python<'_>) {
        python.detach(|| self.reader.stop());
    }

    #[getter]
    fn is_late(&self) -> bool {
        self.is_late
    }

    #[getter]
    fn line(&self) -> u32 {
        self.reader.line()
    }

    #[getter]
    fn latest(&self) -> i64 {
        self.reader.latest()
    }

    #[getter]
    fn read(&self) -> u64 {
        self.reader.read
    }

    #[getter]
    fn waiting(&self) -> usize {
        self.reader.waiting()
    }
}

/// Finds lines of a file again: by number, or by the item that they are about.
#[pyclass(module = "gtcheck.traces._native")]
struct LineFinder {
    finder: Finder,
}

type FoundLines<'py> = Vec<(u32, Bound<'py, PyBytes>)>;

#[pymethods]
impl LineFinder {
    #[new]
    fn new(lines: Vec<u32>, keys: Vec<Vec<u8>>) -> PyResult<Self> {
        let finder = Finder::new(lines, &keys);
        let finder = finder.ok_or_else(|| PyValueError::new_err("a key that is no identifier"))?;
        Ok(LineFinder { finder })
    }

    #[pyo3(signature = (chunk, *, whole = false))]
    fn feed<'py>(&mut self, python: Python<'py>, chunk: &[u8], whole: bool) -> FoundLines<'py> {
        let found = python.detach(|| self.finder.feed(chunk, whole));
        found.into_iter().map(|(line, text)| (line, PyBytes::new(python, &text))).collect()
    }

    #[getter]
    fn line(&self) -> u32 {
        self.finder.line
    }
}

fn verdict_tuple((code, verdict): (String, Verdict)) -> VerdictTuple {
    let spots = |spots: Vec<Spot>| spots.into_iter().map(spot_tuple).collect::<Vec<_>>();
    let item =
        |item: OpenItem| (spot_tuple(item.named_at), item.before, item.own, spots(item.conflict));
    let (how, spots, items) = match verdict.shown {
        Shown::Nothing => ("nothing", Vec::new(), Vec::new()),
        Shown::Violated(lines) => ("violated", spots(lines), Vec::new()),
        Shown::Deciding(lines) => ("deciding", spots(lines), Vec::new()),
        Shown::Left => ("left", Vec::new(), Vec::new()),
        Shown::Item(named_at) => ("item", spots(vec![named_at]), Vec::new()),
        Shown::Items(named) => ("items", Vec::new(), named.into_iter().map(item).collect()),
    };
    (code, verdict.checked, how, spots, items)
}

fn spot_tuple(spot: Spot) -> SpotTuple {
    (spot.file, spot.line, spot.invoked, spot.part)
}

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::LineFinder;
    #[pymodule_export]
    use super::TraceReader;
}
