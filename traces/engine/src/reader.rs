//! Cuts what is read into lines, and makes rows of them for judges in threads of their own.
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use memchr::memchr;

use crate::judge::{Batch, Judge, Settings};
use crate::lines::{Lines, Told};
use crate::monitors::Verdict;
use crate::reorder::TooLate;
use crate::rows::{FOREVER, Row, Spot};

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

/// How far a file was read.
struct File {
    line: u32,
    is_first: bool,
    given: Vec<u8>,
    at: usize,
    /// When the last operation of it began.
    latest: i64,
}

impl File {
    fn new() -> Self {
        File { line: 0, is_first: true, given: Vec::new(), at: 0, latest: -FOREVER }
    }
}

/// Reads files, piece by piece.
pub struct Reader {
    pub lines: Lines,
    files: Vec<File>,
    /// The one that is read now.
    file: usize,
    pub read: u64,
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
            files: vec![File::new()],
            file: 0,
            read: 0,
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

    /// Go on with a file, of this number.
    pub fn turn_to(&mut self, file: usize) {
        if self.files.len() <= file {
            self.files.resize_with(file + 1, File::new);
        }
        self.file = file;
    }

    /// Take more of the file; it is read by `go_on`.
    pub fn feed(&mut self, bytes: &[u8]) {
        let file = &mut self.files[self.file];
        file.given.drain(..file.at);
        file.at = 0;
        file.given.extend_from_slice(bytes);
    }

    /// Give how many bytes of the file wait for the end of their line.
    pub fn waiting(&self) -> usize {
        let file = &self.files[self.file];
        file.given.len() - file.at
    }

    /// Give the number of the last line of the file that was read.
    pub fn line(&self) -> u32 {
        self.files[self.file].line
    }

    /// Give when the last operation that was read of the file began.
    pub fn latest(&self) -> i64 {
        self.files[self.file].latest
    }

    /// Read all whole lines that were given; the last one needs no end where that is `all`.
    pub fn go_on(&mut self, all: bool) -> Result<(), Halt> {
        loop {
            let file = &mut self.files[self.file];
            if file.at == file.given.len() {
                return Ok(());
            }
            let rest = &file.given[file.at..];
            let (length, skipped) = match memchr(b'\n', rest) {
                Some(length) => (length, length + 1),
                None if all => (rest.len(), rest.len()),
                None => return Ok(()),
            };
            file.line += 1;
            let (number, line) = (self.file as u32, file.line);
            let spot = Spot { file: number, line, invoked: line, part: 0 };
            let text = &rest[..length];
            if text.iter().all(u8::is_ascii_whitespace) && length <= self.longest {
                file.at += skipped;
                continue;
            }
            // The first line may be a header, which is for Python.
            let is_odd = file.is_first || length > self.longest;
            let told = if is_odd { None } else { self.lines.read(text, spot) };
            let Some(told) = told else {
                let text = text.to_vec();
                file.at += skipped;
                file.is_first = false;
                return Err(Halt::Line(text));
            };
            file.at += skipped;
            self.read += 1;
            if let Told::Operation(row) = told {
                self.put(row)?;
            }
        }
    }

    /// Take a row.
    pub fn put(&mut self, row: Row) -> Result<(), Halt> {
        if let Some(file) = self.files.get_mut(row.spot.file as usize) {
            file.latest = row.start;
        }
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

    /// Wait for what the rules come to; where it `is_cut` more would have followed.
    pub fn finish(&mut self, is_cut: bool) -> Judged {
        let open = self.lines.unreturned(is_cut);
        let taken = open.into_iter().try_for_each(|row| self.put(row));
        let handed = taken.and_then(|()| self.hand_over());
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
