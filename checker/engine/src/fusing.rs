//! Steps with all that follows from them, as one walk on the state before.
//!
//! An action's trie and those of its reactions are small; what they come to together is put into a
//! trie of its own, whose reads all look at the state before the step. So a step whose reactions
//! are known needs no state in between, and what depends on nothing new is never worked out twice.
use crate::model::Model;
use crate::space::Frame;
use crate::tabulator::{Ending, Operation, Read, ReadKind};
use crate::tries::{DISABLED, Leaf, Target};
use crate::walk::{Miss, each_result, look};

/// The most reads that fused tries may hold together.
const NODES_MAX: usize = 1 << 24;

/// Something missing, and the state on which it was missed: the one between if not the one before.
pub struct Gap {
    /// What is missing.
    pub miss: Miss,
    /// The slots of the state between, where it was missed there.
    pub between: Option<Vec<u32>>,
}

/// A run of an action: what it read, and how it ended; no ending where a fork had no branch.
struct Line {
    reads: Vec<Read>,
    end: Option<Leaf>,
}

/// Enter into the fused trie of an action what it does on a state.
pub fn fuse(model: &mut Model, trie: u32, frame: &Frame) -> Result<(), Gap> {
    let mut lines = Vec::new();
    let root = model.tries.root(trie);
    follow(model, trie, root, frame, &mut Vec::new(), &mut lines).map_err(before)?;
    if model.fused.size() > NODES_MAX {
        let why = format!(
            "steps and what specs make of them depend on over {NODES_MAX} different things; \
             let the specs remember less"
        );
        return Err(before(Miss::Invalid(why)));
    }
    for line in lines {
        let fused = match line.end {
            Some(leaf) if leaf.outcome != DISABLED => react(model, line.reads, leaf, frame)?,
            _ => line,
        };
        let result = model.enter_fused(trie, &fused.reads, fused.end);
        result.map_err(|why| before(Miss::Invalid(why)))?;
    }
    Ok(())
}

fn before(miss: Miss) -> Gap {
    Gap { miss, between: None }
}

/// Collect every run from a reference on.
fn follow(
    model: &Model,
    trie: u32,
    mut reference: u32,
    frame: &Frame,
    reads: &mut Vec<Read>,
    lines: &mut Vec<Line>,
) -> Result<(), Miss> {
    let length = reads.len();
    loop {
        let number = match model.tries.target(reference) {
            Target::Missing => return Err(Miss::Tabulate(trie)),
            Target::Leaf(leaf) => {
                let end = Some(model.tries.leaf(leaf));
                lines.push(Line { reads: reads.clone(), end });
                break;
            }
            Target::Node(number) => number,
        };
        let node = model.tries.node(number);
        let read = |result| Read { kind: node.kind, a: node.a, b: node.b, result };
        if !node.kind.branches() {
            let result = look(&model.space, node, frame)?;
            reads.push(read(Some(result)));
            reference = model.tries.child(number, node, result);
            continue;
        }
        let mut has_branch = false;
        each_result(&model.space, node, frame, |result| {
            has_branch = true;
            reads.push(read(Some(result)));
            let child = model.tries.child(number, node, result);
            follow(model, trie, child, frame, reads, lines)?;
            reads.pop();
            Ok(())
        })?;
        if !has_branch {
            let nothing = [&reads[..], &[read(None)]].concat();
            lines.push(Line { reads: nothing, end: None });
        }
        break;
    }
    reads.truncate(length);
    Ok(())
}

/// Add to an action's run what its reactions read, and to its ending what they did.
fn react(model: &mut Model, reads: Vec<Read>, leaf: Leaf, start: &Frame) -> Result<Line, Gap> {
    let mut ending = model.outcomes.ending(leaf.outcome).clone();
    let mut between = Between { frame: start.clone(), changed: Vec::new(), reads };
    if ending.error.is_none() {
        between.affect(model, &ending, 0).map_err(before)?;
        for reaction in std::mem::take(&mut ending.reactions) {
            let root = model.tries.root(reaction);
            let found = between
                .descend(model, reaction, root)
                .map_err(|miss| Gap { miss, between: Some(between.frame.vector.clone()) })?;
            if found.outcome == DISABLED {
                continue;
            }
            let follows = model.outcomes.ending(found.outcome);
            if let Some(error) = follows.error {
                ending.error = Some(error);
                break;
            }
            let known = ending.effects.len();
            ending.effects.extend_from_slice(&follows.effects);
            between.affect(model, &ending, known).map_err(before)?;
        }
    }
    if ending.error.is_some() {
        ending = Ending { effects: Vec::new(), reactions: Vec::new(), ..ending };
    }
    let outcome = model.outcomes.intern(ending, &model.space.layout);
    Ok(Line { reads: between.reads, end: Some(Leaf { outcome, ..leaf }) })
}

/// The state between an action and its reactions.
struct Between {
    /// What it holds; its pages are those of the state before.
    frame: Frame,
    /// The slots that the step has changed, and whether it set them.
    changed: Vec<(u32, bool)>,
    /// What was read of the state before.
    reads: Vec<Read>,
}

impl Between {
    /// Let the effects of an ending happen, from one of them on.
    fn affect(&mut self, model: &mut Model, ending: &Ending, from: usize) -> Result<(), Miss> {
        for effect in &ending.effects[from..] {
            let position = model.space.layout.position(effect.slot);
            let held = self.frame.vector[position];
            self.frame.vector[position] = match model.space.affect(held, effect) {
                Err(Miss::Sequence(slot, elements)) => model.space.sequence(slot, elements),
                known => known?,
            };
            self.changed.push((effect.slot, effect.operation == Operation::Set));
        }
        Ok(())
    }

    /// Walk a reaction's trie to its end.
    fn descend(&mut self, model: &Model, trie: u32, mut reference: u32) -> Result<Leaf, Miss> {
        loop {
            let number = match model.tries.target(reference) {
                Target::Missing => return Err(Miss::Tabulate(trie)),
                Target::Leaf(leaf) => return Ok(model.tries.leaf(leaf)),
                Target::Node(number) => number,
            };
            let node = model.tries.node(number);
            if node.kind.branches() || node.kind == ReadKind::Now {
                let what = "branches or asks for the time, which no reaction may";
                return Err(Miss::Invalid(format!("trie {trie} {what}")));
            }
            let result = look(&model.space, node, &self.frame)?;
            let read = Read { kind: node.kind, a: node.a, b: node.b, result: Some(result) };
            self.note(model, read);
            reference = model.tries.child(number, node, result);
        }
    }

    /// Note what a read of the state between depends on in the state before.
    fn note(&mut self, model: &Model, read: Read) {
        let slots = match read.kind {
            ReadKind::View => &model.space.views[read.a as usize].slots[..],
            _ => &[read.a],
        };
        if slots.iter().all(|slot| self.change_of(*slot).is_none()) {
            self.add(read);
            return;
        }
        for &slot in slots {
            if self.change_of(slot) != Some(true) {
                let held = model.space.layout.position(slot);
                let result = self.held_before(model, slot, held);
                self.add(Read { kind: ReadKind::Value, a: slot, b: 0, result: Some(result) });
            }
        }
    }

    /// Whether the step changed a slot, and if so whether what it holds now depends on nothing.
    fn change_of(&self, slot: u32) -> Option<bool> {
        let changes = self.changed.iter().filter(|change| change.0 == slot);
        changes.map(|change| change.1).reduce(|one, other| one || other)
    }

    fn held_before(&self, model: &Model, slot: u32, position: usize) -> u32 {
        let page = model.space.layout.page(slot);
        let range = model.space.layout.range(page);
        let mut row = vec![0; range.len()];
        model.space.store.read(page, self.frame.pages[page], &mut row);
        row[position - range.start]
    }

    fn add(&mut self, read: Read) {
        let same = |known: &Read| (known.kind, known.a, known.b) == (read.kind, read.a, read.b);
        if !self.reads.iter().any(same) {
            self.reads.push(read);
        }
    }
}
