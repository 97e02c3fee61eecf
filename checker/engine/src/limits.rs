//! Limits on an exploration, and the clock that says when to look at them.
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(15);
const TELL: Duration = Duration::from_millis(200);

/// How far an exploration may go.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Distinct states.
    pub max_states: Option<u64>,
    /// The deepest level that is discovered.
    pub max_depth: Option<u32>,
    /// Seconds on the wall.
    pub max_seconds: Option<f64>,
    /// Bytes, by the engine's own estimate.
    pub max_memory: Option<u64>,
    /// Go on after a violation.
    pub keep_going: bool,
}

/// Why an exploration did not reach its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// As many states as allowed.
    States,
    /// As deep as allowed.
    Depth,
    /// As long as allowed.
    Seconds,
    /// As much memory as allowed.
    Memory,
    /// The user interrupted it.
    Interrupted,
    /// Something is wrong, and one finding was enough.
    Violation,
}

impl Stopped {
    /// The name that Python knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Stopped::States => "max_states",
            Stopped::Depth => "max_depth",
            Stopped::Seconds => "max_seconds",
            Stopped::Memory => "max_memory",
            Stopped::Interrupted => "interrupted",
            Stopped::Violation => "violation",
        }
    }
}

/// What is due at a moment.
#[derive(Clone, Copy, Default)]
pub struct Due {
    /// Interrupts and limits are to be looked at.
    pub poll: bool,
    /// Progress is to be told.
    pub tell: bool,
}

/// The clock of one exploration.
pub struct Clock {
    start: Instant,
    polled: Instant,
    told: Instant,
}

impl Clock {
    /// Start it.
    pub fn start() -> Self {
        let now = Instant::now();
        Clock { start: now, polled: now, told: now }
    }

    /// What is due now.
    pub fn due(&mut self) -> Due {
        let now = Instant::now();
        let due = Due { poll: now - self.polled >= POLL, tell: now - self.told >= TELL };
        if due.poll {
            self.polled = now;
        }
        if due.tell {
            self.told = now;
        }
        due
    }

    /// Whether so many seconds have passed.
    pub fn passed(&self, seconds: Option<f64>) -> bool {
        seconds.is_some_and(|seconds| self.start.elapsed().as_secs_f64() >= seconds)
    }
}
