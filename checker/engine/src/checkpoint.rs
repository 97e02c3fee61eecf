//! A search written to a file, from which another process goes on.
//!
//! What the other side answered is not written, only what it was asked, and a hash of each answer:
//! asking again in the same order gives every value its number back, and tells another model apart.
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::ancestry::Ancestry;
use crate::chunks::Chunks;
use crate::findings::Findings;
use crate::hashing::WordHasher;
use crate::layout::Layout;
use crate::search::{Run, Search, Standing};
use crate::sequences::Sequences;
use crate::store::Store;
use crate::tabulator::{Content, Halt};
use crate::visited::Visited;
use crate::worker::Orders;

/// Something that the other side was asked.
#[derive(Serialize, Deserialize)]
pub enum Question {
    /// To run a step on a state.
    Tabulate(u32, Vec<Content>),
    /// To compute a view.
    View(u32, Vec<u32>),
    /// To close the gaps between timestamps.
    Renumber(u32, u32, u64),
    /// To say what a value is to the members of symmetric sets.
    Mirror(u32, u32),
}

/// What was asked, in order, and the hash of each answer.
pub type Journal = Vec<(Question, u64)>;

/// Where a search is written now and then.
pub struct Saver {
    /// The file; it is written aside and renamed.
    pub path: PathBuf,
    /// How often it is written.
    pub every: Duration,
    /// When it was written last.
    pub last: Instant,
}

/// All that has to be known to go on.
#[derive(Serialize)]
struct Saving<'a> {
    journal: &'a Journal,
    layout: &'a Layout,
    sequences: &'a [Sequences],
    store: &'a Store,
    initials: &'a [(u64, u32)],
    roots: &'a Chunks<u64>,
    ancestry: &'a Ancestry,
    visited: &'a Visited,
    findings: &'a Findings,
    orders: &'a Orders,
    standing: &'a Standing,
}

/// The same, read back.
#[derive(Deserialize)]
struct Saved {
    journal: Journal,
    layout: Layout,
    sequences: Vec<Sequences>,
    store: Store,
    initials: Vec<(u64, u32)>,
    roots: Chunks<u64>,
    ancestry: Ancestry,
    visited: Visited,
    findings: Findings,
    orders: Orders,
    standing: Standing,
}

/// A hash of an answer, by what it looks like.
pub fn hash_of(answer: &impl std::fmt::Debug) -> u64 {
    let mut hasher = WordHasher::default();
    format!("{answer:?}").hash(&mut hasher);
    hasher.finish()
}

impl Search {
    /// Write the search where it is to be written, if it is and if it is time.
    pub(crate) fn save_in_time(&mut self, run: &mut Run) -> Result<(), Halt> {
        match &self.saver {
            Some(saver) if saver.last.elapsed() >= saver.every => self.save(run),
            _ => Ok(()),
        }
    }

    /// Write the search where it is to be written, if it is.
    pub(crate) fn save(&mut self, run: &mut Run) -> Result<(), Halt> {
        if self.saver.is_none() {
            return Ok(());
        }
        let header = run.tabulator.header()?;
        let Some(mut saver) = self.saver.take() else { return Ok(()) };
        let written = self.write(&saver, &header).map_err(|error| Halt::Raised(Box::new(error)));
        saver.last = Instant::now();
        self.saver = Some(saver);
        written
    }

    fn write(&self, saver: &Saver, header: &str) -> io::Result<()> {
        let aside = saver.path.with_extension("part");
        let saving = Saving {
            journal: &self.journal,
            layout: &self.model.space.layout,
            sequences: &self.model.space.sequences,
            store: &self.model.space.store,
            initials: &self.initials,
            roots: &self.roots,
            ancestry: &self.ancestry,
            visited: &self.visited,
            findings: &self.findings,
            orders: &self.orders,
            standing: &self.standing,
        };
        if header.contains('\n') {
            return Err(io::Error::other("the header has a line break"));
        }
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&aside)?);
        writeln!(file, "{header}")?;
        let summed = Summed { inner: file, sum: crc32fast::Hasher::new() };
        let summed = postcard::to_io(&saving, summed).map_err(io::Error::other)?;
        let mut file = summed.inner;
        file.write_all(&summed.sum.finalize().to_le_bytes())?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&aside, &saver.path)
    }

    /// Take up a search where it was written, `start` bytes into a file.
    ///
    /// The other side is asked everything again; an error if it answers otherwise.
    pub fn resume(&mut self, path: &Path, start: u64, run: &mut Run) -> Result<(), Halt> {
        let saved = read(path, start).map_err(|error| Halt::Raised(Box::new(error)))?;
        self.lay_out(saved.layout);
        for (question, answer) in saved.journal {
            if self.ask(question, run)? != answer {
                let why = "another model: a step or a view of it does something else now";
                return Err(Halt::Invalid(why.to_owned()));
            }
        }
        if saved.sequences.len() != self.model.space.kinds.len() {
            return Err(Halt::Invalid("another model: its state has other variables".to_owned()));
        }
        self.model.space.sequences = saved.sequences;
        self.model.space.store = saved.store;
        self.model.space.store.widen(self.model.actions.len());
        self.initials = saved.initials;
        self.roots = saved.roots;
        self.ancestry = saved.ancestry;
        self.visited = saved.visited;
        self.findings = saved.findings;
        self.orders = saved.orders;
        self.standing = saved.standing;
        self.is_resumed = true;
        Ok(())
    }
}

fn read(path: &Path, start: u64) -> io::Result<Saved> {
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the file is damaged");
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let length = fs::metadata(path)?.len().checked_sub(start + 4).ok_or_else(damaged)?;
    file.seek(SeekFrom::Start(start))?;
    let mut sum = Summed { inner: io::sink(), sum: crc32fast::Hasher::new() };
    io::copy(&mut (&mut file).take(length), &mut sum)?;
    let mut expected = [0; 4];
    file.read_exact(&mut expected)?;
    if sum.sum.finalize().to_le_bytes() != expected {
        return Err(damaged());
    }
    file.seek(SeekFrom::Start(start))?;
    let (saved, _) = postcard::from_io((file, &mut [0; 64])).map_err(|_| damaged())?;
    Ok(saved)
}

/// A writer that sums up what passes through.
struct Summed<W> {
    inner: W,
    sum: crc32fast::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
