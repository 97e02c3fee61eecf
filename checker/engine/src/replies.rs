//! What Python is told of a search, as tuples.
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::findings::Finding;
use crate::liveness::Answer;

/// An answer about runs without end; None where the promise is kept.
pub fn answer_tuple<'py>(
    python: Python<'py>,
    answer: &Answer,
) -> PyResult<Option<Bound<'py, PyTuple>>> {
    match answer {
        Answer::Kept => Ok(None),
        Answer::Raised { state, error } => {
            ("predicate-error", state, error).into_pyobject(python).map(Some)
        }
        Answer::Broken { source, stem, cycle } => {
            ("lasso", source, stem, cycle).into_pyobject(python).map(Some)
        }
    }
}

/// A finding.
pub fn finding_tuple<'py>(python: Python<'py>, finding: &Finding) -> PyResult<Bound<'py, PyTuple>> {
    match finding {
        Finding::Always { trie, state } => ("always", trie, state).into_pyobject(python),
        Finding::Sometimes { trie, state } => ("sometimes", trie, state).into_pyobject(python),
        Finding::PredicateError { trie, state, error } => {
            ("predicate-error", trie, state, error).into_pyobject(python)
        }
        Finding::Deadlock { state } => ("deadlock", state).into_pyobject(python),
        Finding::Error { state, action, branches, error } => {
            ("error", state, action, branches, error).into_pyobject(python)
        }
    }
}
