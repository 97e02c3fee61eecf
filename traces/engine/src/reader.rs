//! Cuts what is read into lines, and makes rows of them for judges in threads of their own.
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use memchr::memchr;

use crate::judge::{Batch, Judge, Settings};
use crate::lines::Lines;
use crate::monitors::Verdict;
use crate::reorder::TooLate;
use crate::rows::{Row, Spot};

/// Rows that are handed over together.
const BATCH: usize = 4096;
/// Batches that may wait for the judge.
const WAITING: usize = 8;

/// The rules that hold results against the newest before.
const ORDERING: [&str; 6] = ["GT101", "GT102", "GT103", "GT104", "GT203", "GT304"];

type Judged = Result<Vec<(String, Verdict)>, TooLate>;

/// Why reading stopped before the end of what was given.
pub enum Halt {
    /// A line is for Python: its bytes.
    Line(Vec<u8>),
    /// A row was earlier than what was already judged.
    Late,
}

/// Reads files one after the other.
pub struct Reader {
    pub lines: Lines,
    file: u32,
    pub line: u32,
    pub read: u64,
    is_first: bool,
    given: Vec<u8>,
    at: usize,
    rows: Vec<Row>,
    longest: usize,
    /// Those who judge, each some of the rules.
    judges: Vec<(SyncSender<Arc<Batch>>, JoinHandle<Judged>)>,
}

impl Reader {
    pub fn new(longest: usize) -> Self {
        Reader {
            longest,
            lines: Lines::new(),
            file: 0,
            line: 0,
            read: 0,
            is_first: true,
            given: Vec::new(),
            at: 0,
            rows: Vec::with_capacity(BATCH),
            judges: Vec::new(),
        }
    }

    /// Begin to judge what is read from now on.
    pub fn start(&mut self, settings: Settings) {
        for rules in shares(&settings.rules) {
            let share = Settings { rules, ..settings.clone() };
            let (sender, receiver) = sync_channel(WAITING);
            let thread = std::thread::spawn(move || judge_all(share, &receiver));
            self.judges.push((sender, thread));
        }
    }

    /// Begin another file.
    pub fn begin_file(&mut self, file: u32) {
        (self.file, self.line, self.is_first) = (file, 0, true);
        self.given.clear();
        self.at = 0;
    }

    /// Take more of the file; it is read by `go_on`.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.given.drain(..self.at);
        self.at = 0;
        self.given.extend_from_slice(bytes);
    }

    /// Give how many bytes wait for the end of their line.
    pub fn waiting(&self) -> usize {
        self.given.len() - self.at
    }

    /// Read all whole lines that were given; the last one needs no end where that is `all`.
    pub fn go_on(&mut self, all: bool) -> Result<(), Halt> {
        while self.at < self.given.len() {
            let rest = &self.given[self.at..];
            let (length, skipped) = match memchr(b'\n', rest) {
                Some(length) => (length, length + 1),
                None if all => (rest.len(), rest.len()),
                None => break,
            };
            self.line += 1;
            let spot = Spot { file: self.file, line: self.line, invoked: self.line, part: 0 };
            let text = &rest[..length];
            // The first line may be a header, which is for Python.
            let is_odd = self.is_first || length > self.longest;
            let row = if is_odd { None } else { self.lines.read(text, spot) };
            let Some(row) = row else {
                let text = text.to_vec();
                self.at += skipped;
                self.is_first &= text.iter().all(u8::is_ascii_whitespace);
                return Err(Halt::Line(text));
            };
            self.at += skipped;
            self.read += 1;
            self.put(row)?;
        }
        Ok(())
    }

    /// Take a row.
    pub fn put(&mut self, row: Row) -> Result<(), Halt> {
        self.rows.push(row);
        if self.rows.len() == BATCH { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> Result<(), Halt> {
        let rows = std::mem::replace(&mut self.rows, Vec::with_capacity(BATCH));
        let batch = Batch { rows, tails: std::mem::take(&mut self.lines.tails.news) };
        let batch = Arc::new(batch);
        for (sender, _) in &self.judges {
            sender.send(Arc::clone(&batch)).map_err(|_| Halt::Late)?;
        }
        Ok(())
    }

    /// Let the judges go, whatever they found.
    pub fn stop(&mut self) {
        let (senders, threads): (Vec<_>, Vec<_>) = self.judges.drain(..).unzip();
        drop(senders);
        threads.into_iter().for_each(|thread| drop(thread.join()));
    }

    /// Wait for what the rules come to.
    pub fn finish(&mut self) -> Judged {
        let handed = self.hand_over();
        let (senders, threads): (Vec<_>, Vec<_>) = self.judges.drain(..).unzip();
        drop(senders);
        let mut verdicts = Vec::new();
        let mut is_late = handed.is_err();
        for thread in threads {
            match thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
                Ok(share) => verdicts.extend(share),
                Err(TooLate) => is_late = true,
            }
        }
        if is_late { Err(TooLate) } else { Ok(verdicts) }
    }
}

/// Divide rules among those who judge at the same time: those that order results, and the others.
fn shares(rules: &[String]) -> Vec<Vec<String>> {
    let orders = |rule: &&String| ORDERING.contains(&rule.as_str());
    let (ordering, others): (Vec<&String>, Vec<&String>) = rules.iter().partition(orders);
    let shares = [ordering, others].into_iter().filter(|share| !share.is_empty());
    shares.map(|share| share.into_iter().cloned().collect()).collect()
}

fn judge_all(settings: Settings, batches: &Receiver<Arc<Batch>>) -> Judged {
    let mut judge = Judge::new(settings);
    for batch in batches {
        judge.take(&batch)?;
    }
    Ok(judge.finish())
}
