//! What the engine asks of whoever runs the model's steps, and what it gets back.
use std::error::Error;

use serde::{Deserialize, Serialize};

/// Identifiers of values, elements and results stay below this.
pub const IDENTIFIER_LIMIT: u32 = 1 << 24;
/// Reads of one run, alternatives of one choice, effects of one step stay below this.
pub const LENGTH_LIMIT: u32 = 1 << 20;
/// Reads of one run that branch (EACH, CHOICE) stay below this.
pub const BRANCH_LIMIT: usize = 256;

/// What a slot of the state vector holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// The identifier of a value.
    Value,
    /// An interned sequence of elements.
    Queue,
    /// An interned multiset of elements.
    Bag,
}

/// The type of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadKind {
    /// The identifier in a slot.
    Value,
    /// The element at an index, plus one; 0 if there is none.
    Element,
    /// The number of elements.
    Length,
    /// 1 if there is no element.
    Empty,
    /// 1 if the element is there.
    Contains,
    /// A function of one or two slots.
    View,
    /// The number of live timestamps.
    Now,
    /// Every distinct element of a bag: the step branches.
    Each,
    /// 0 up to a number of alternatives: the step branches.
    Choice,
}

impl ReadKind {
    /// Whether a step goes several ways here.
    pub fn branches(self) -> bool {
        matches!(self, ReadKind::Each | ReadKind::Choice)
    }
}

/// One read of a run; no result where a branching read had nothing to branch over.
#[derive(Clone, Copy, Debug)]
pub struct Read {
    /// The type of the read.
    pub kind: ReadKind,
    /// The slot, the view or the number of alternatives.
    pub a: u32,
    /// The index or the element.
    pub b: u32,
    /// What was read.
    pub result: Option<u32>,
}

/// What an effect does to its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Put a value.
    Set,
    /// Append an element to a queue.
    Push,
    /// Remove the element at an index of a queue.
    RemoveAt,
    /// Add an element to a bag.
    Add,
    /// Remove one such element from a bag.
    Remove,
    /// Empty a queue or a bag.
    Clear,
}

/// One effect of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Effect {
    /// What is done.
    pub operation: Operation,
    /// To which slot.
    pub slot: u32,
    /// The identifier or the index.
    pub argument: u32,
}

/// How a run that was not disabled ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ending {
    /// In the order in which they happen.
    pub effects: Vec<Effect>,
    /// The reactions that follow, by their tries.
    pub reactions: Vec<u32>,
    /// The number of the error that ended it.
    pub error: Option<u32>,
    /// What a predicate said.
    pub truth: bool,
}

/// One run of a step: what it read, in order, and how it ended; no ending means disabled.
#[derive(Clone, Debug)]
pub struct Run {
    /// From the root of the trie.
    pub path: Vec<Read>,
    /// None: disabled.
    pub ending: Option<Ending>,
}

/// Something that came to be while a step ran.
#[derive(Clone, Debug)]
pub enum News {
    /// One more trie, of a reaction.
    Reaction,
    /// The timestamps inside a value or an element.
    Stamps(u32, u32, u64),
    /// One more view, of these slots.
    View(Vec<u32>),
}

/// The answer to a miss.
#[derive(Clone, Debug)]
pub struct Tabulation {
    /// Every run on the state in question.
    pub runs: Vec<Run>,
    /// What has to be known before the runs are.
    pub news: Vec<News>,
}

/// What a value or an element is to the members of symmetric sets.
#[derive(Clone, Debug)]
pub struct Mirrored {
    /// Its identifier after each exchange of neighbours; empty where it mentions no member.
    pub images: Vec<u32>,
    /// A mark for each member; one alone where it mentions none.
    pub marks: Vec<u32>,
    /// What has to be known before.
    pub news: Vec<News>,
}

/// A slot's content in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Of a value slot.
    Value(u32),
    /// Of a queue or a bag.
    Elements(Vec<u32>),
}

/// Why an exploration ended before its end.
#[derive(Debug)]
pub enum Halt {
    /// The user interrupted it.
    Interrupted,
    /// Time ran out inside a step.
    TimedOut,
    /// What was given cannot be used.
    Invalid(String),
    /// The other side raised.
    Raised(Box<dyn Error + Send + Sync>),
}

/// Numbers for a progress line.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Distinct states so far.
    pub states: u64,
    /// Outcomes taken so far.
    pub transitions: u64,
    /// The deepest level so far.
    pub depth: u32,
    /// States discovered and not expanded.
    pub frontier: u64,
}

/// The other side: it runs the model's steps.
pub trait Tabulator {
    /// Run a step on a state, on every branch.
    fn tabulate(&mut self, trie: u32, state: &[Content]) -> Result<Tabulation, Halt>;
    /// Compute a view.
    fn view(&mut self, view: u32, identifiers: &[u32]) -> Result<u32, Halt>;
    /// Close the gaps between the timestamps of a value or an element.
    fn renumber(&mut self, slot: u32, identifier: u32, live: u64)
    -> Result<(u32, Vec<News>), Halt>;
    /// Say what a value or an element is to the members of symmetric sets.
    fn mirror(&mut self, slot: u32, identifier: u32) -> Result<Mirrored, Halt>;
    /// Let pending interrupts arrive.
    fn poll(&mut self) -> Result<(), Halt>;
    /// The line that stands before a search in its file, for those who read it.
    fn header(&mut self) -> Result<String, Halt>;
    /// Tell how far it is.
    fn progress(&mut self, progress: Progress) -> Result<(), Halt>;
    /// Work for a while without asking anything.
    fn detached(&mut self, work: &mut (dyn FnMut() + Send));
}
