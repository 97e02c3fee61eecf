//! Who has to join a stubborn set because of whom, run by run.
//!
//! `checker/stubborn.py` has the conditions that this comes from, and why they are enough.
use std::collections::HashSet;

use crate::bits::{add, has, join, ones, words_for};
use crate::footprints::{Footprint, Line, Note, Touch, changes, words_of};
use crate::model::{Model, Purpose};
use crate::tabulator::{Operation, ReadKind};
use crate::wants::{Steps, Wants};

/// Up to so many runs are reviewed whenever there is a new one.
const FEW: usize = 1 << 12;

/// The runs of one family of tries, by their leaves.
#[derive(Default)]
struct Family {
    runs: Vec<Option<Wants>>,
}

impl Family {
    fn put(&mut self, leaf: u32, wants: Wants) {
        let at = leaf as usize;
        if self.runs.len() <= at {
            self.runs.resize(at + 1, None);
        }
        self.runs[at] = Some(wants);
    }

    fn get(&self, leaf: u32) -> Option<&Wants> {
        self.runs.get(leaf as usize)?.as_ref()
    }
}

/// All that is known of who depends on whom.
#[derive(Default)]
pub struct Relation {
    /// Words that hold a bit for each action and predicate.
    pub words: usize,
    actions: Family,
    predicates: Family,
    footprints: Vec<Footprint>,
    /// How many notes were taken in.
    learned: usize,
    /// How many there were when everything was concluded anew.
    reviewed: usize,
    /// For each touch, the owners that do it, and those that mind it.
    doers: Vec<u64>,
    minders: Vec<u64>,
    /// The family of each slot, where what predicates look at is taken for as much as it may be.
    pub families: Option<Vec<u32>>,
    /// Looks at a value after which an action is sure to have a step.
    sure: HashSet<(u32, u32)>,
}

impl Relation {
    /// Make one in which nothing is known.
    pub fn new(families: Option<Vec<u32>>) -> Self {
        Relation { families, ..Relation::default() }
    }

    /// What a run of an action brings into a stubborn set, if the run was taken in.
    #[inline]
    pub fn of_action(&self, leaf: u32) -> Option<&Wants> {
        self.actions.get(leaf)
    }

    /// What a run of a predicate brings into a stubborn set, if the run was taken in.
    pub fn of_predicate(&self, leaf: u32) -> Option<&Wants> {
        self.predicates.get(leaf)
    }

    /// Take in the runs since the last time; false if something was concluded that is not so.
    pub fn learn(&mut self, model: &Model) -> bool {
        let notes = notes_of(model);
        let (known, fresh) = notes.split_at(self.learned);
        self.learned = notes.len();
        if fresh.is_empty() {
            return true;
        }
        let before = self.footprints.clone();
        self.fit(model);
        self.sure.extend(fresh.iter().filter_map(|note| sure_look(model, note)));
        self.tread(model, fresh);
        let mut holds = true;
        if self.footprints != before {
            self.index();
            holds = self.replace_all(model, known);
        }
        self.replace_all(model, fresh);
        holds
    }

    /// Conclude everything anew, from all runs, where there are enough new ones to be worth it.
    ///
    /// What is known by now to end at once made a difference before. False as for `learn`.
    pub fn review(&mut self, model: &Model) -> bool {
        let holds = self.learn(model);
        let notes = notes_of(model);
        if notes.len() == self.reviewed
            || (notes.len() - self.reviewed) * 8 < notes.len().saturating_sub(FEW)
        {
            return holds;
        }
        self.reviewed = notes.len();
        self.footprints.clear();
        self.fit(model);
        self.tread(model, notes);
        self.index();
        self.replace_all(model, notes) && holds
    }

    fn replace_all(&mut self, model: &Model, notes: &[Note]) -> bool {
        let mut holds = true;
        for note in notes {
            holds &= self.replace(model, note);
        }
        holds
    }

    /// Let runs leave their footprints.
    fn tread(&mut self, model: &Model, notes: &[Note]) {
        for note in notes {
            self.footprints[note.owner as usize].learn(model, note);
        }
        let Some(families) = &self.families else { return };
        for (owner, footprint) in self.footprints.iter_mut().enumerate() {
            if model.purposes[owner] != Purpose::Action {
                footprint.widen(families);
            }
        }
    }

    fn fit(&mut self, model: &Model) {
        let is_owner = |purpose: &&Purpose| **purpose != Purpose::Reaction;
        let owners = model.purposes.iter().take_while(is_owner).count();
        self.words = words_for(owners);
        self.footprints.resize_with(owners, || Footprint::new(words_of(model)));
    }

    /// Turn the footprints round: touch by touch, who is concerned.
    fn index(&mut self) {
        let (words, touches) = (self.words, self.footprints[0].does.len() * 64);
        self.doers = vec![0; touches * words];
        self.minders = vec![0; touches * words];
        for (owner, footprint) in self.footprints.iter().enumerate() {
            for (table, row) in
                [(&mut self.doers, &footprint.does), (&mut self.minders, &footprint.minds)]
            {
                ones(row).for_each(|touch| add(&mut table[touch * words..][..words], owner));
            }
        }
    }

    /// Work out what a run brings in; false if it is more than it was.
    fn replace(&mut self, model: &Model, note: &Note) -> bool {
        let wants = self.wants(model, note);
        let family = match model.purposes[note.owner as usize] {
            Purpose::Action => &mut self.actions,
            _ => &mut self.predicates,
        };
        let holds = family.get(note.leaf).is_none_or(|before| before.covers(&wants));
        family.put(note.leaf, wants);
        holds
    }

    fn wants(&self, model: &Model, note: &Note) -> Wants {
        let line = Line::new(model, note);
        let mut wants = Wants::new(self.words);
        let mut looks = vec![0; self.words];
        let mut is_common = true;
        for at in 0..note.path.len() {
            is_common &= !note.path[at].kind.branches();
            self.look(&line, at, &mut looks, wants.holds_mut());
            if is_common {
                self.end(&line, note.owner, at, wants.ends_mut());
            }
        }
        if line.fails() {
            wants.steps = Steps::Fails;
        }
        let effects = line.ending(model).unwrap_or_default();
        let mut sets: Vec<(u32, u32)> = Vec::new();
        for effect in effects.iter().filter(|effect| effect.operation == Operation::Set) {
            sets.retain(|set| set.0 != effect.slot);
            sets.push((effect.slot, effect.argument));
            join(wants.idles_mut(), self.doers_of(Touch::Set(effect.slot)));
        }
        if !effects.is_empty() {
            for (touch, _) in changes(&note.path, effects) {
                join(wants.does_mut(), self.minders_of(touch));
            }
            let is_set = effects.iter().all(|effect| effect.operation == Operation::Set);
            wants.steps = if is_set { Steps::Unless(sets) } else { Steps::Always };
        }
        join(wants.does_mut(), &looks);
        join(wants.idles_mut(), &looks);
        wants
    }

    fn doers_of(&self, touch: Touch) -> &[u64] {
        &self.doers[touch.number() * self.words..][..self.words]
    }

    fn minders_of(&self, touch: Touch) -> &[u64] {
        &self.minders[touch.number() * self.words..][..self.words]
    }

    /// Note who may change the answer to a look to one that matters.
    ///
    /// None does that disables the action; to a key it does unless another is sure to be enabled.
    fn look(&self, line: &Line, at: usize, looks: &mut [u64], holds: &mut [u64]) {
        let read = &line.path[at];
        let (slot, now) = (read.a, read.result.unwrap_or_default());
        let mut all = |touch: Touch| join(looks, self.doers_of(touch));
        match read.kind {
            ReadKind::Choice => {}
            ReadKind::Now => all(Touch::Stamped),
            ReadKind::View => {
                let slots = &line.model.space.views[slot as usize].slots;
                slots.iter().for_each(|&slot| all(Touch::Set(slot)));
            }
            ReadKind::Element => all(if now == 0 { Touch::Put(slot) } else { Touch::Taken(slot) }),
            ReadKind::Length | ReadKind::Each => {
                all(Touch::Put(slot));
                all(Touch::Taken(slot));
            }
            ReadKind::Empty | ReadKind::Contains => {
                let fills = (read.kind == ReadKind::Empty) == (now == 1);
                let touch = if fills { Touch::Put(slot) } else { Touch::Taken(slot) };
                let is_quiet = line.ends_quietly(at, 1 - now);
                join(if is_quiet { holds } else { looks }, self.doers_of(touch));
            }
            ReadKind::Value => {
                all(Touch::Put(slot));
                all(Touch::Taken(slot));
                for owner in ones(self.doers_of(Touch::Set(slot))) {
                    match self.harm(line, at, owner) {
                        Harm::None => {}
                        Harm::Disabled => add(holds, owner),
                        Harm::Other => add(looks, owner),
                    }
                }
            }
        }
    }

    /// What the values that an owner sets a slot to make of a run that looked at the slot.
    fn harm(&self, line: &Line, at: usize, owner: usize) -> Harm {
        let read = &line.path[at];
        let slot = read.a;
        let Some(Some(values)) = self.footprints[owner].sets.get(&slot) else {
            return Harm::Other;
        };
        let others = values.iter().filter(|&&value| Some(value) != read.result);
        let harms = others.map(|&value| match line.ends_quietly(at, value) {
            false => Harm::Other,
            true if self.sure.contains(&(slot, value)) => Harm::None,
            true => Harm::Disabled,
        });
        harms.max().unwrap_or(Harm::None)
    }

    /// Note who sets a slot to a value that disables the action, where all that is set there does.
    fn end(&self, line: &Line, owner: u32, at: usize, ends: &mut [u64]) {
        let read = &line.path[at];
        if read.kind != ReadKind::Value {
            return;
        }
        let touch = Touch::Set(read.a);
        let disables = |other: usize| match self.footprints[other].sets.get(&read.a) {
            None => true,
            Some(None) => false,
            Some(Some(values)) => values
                .iter()
                .all(|&value| Some(value) != read.result && line.ends_quietly(at, value)),
        };
        let mut others = ones(self.doers_of(touch)).filter(|&other| other != owner as usize);
        if !others.all(disables) {
            return;
        }
        let always = |other: &usize| {
            let always = self.footprints[*other].always.as_deref();
            always.is_some_and(|always| has(always, touch.number()))
        };
        ones(self.doers_of(touch)).filter(always).for_each(|other| add(ends, other));
    }
}

/// What a change of an answer does to a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    /// Nothing, or another action is sure to be enabled.
    None,
    /// It is disabled.
    Disabled,
    /// It may do something else.
    Other,
}

fn notes_of(model: &Model) -> &[Note] {
    model.notes.as_deref().unwrap_or_default()
}

/// The look of a run that is one look alone, after which it changes what it looked at.
fn sure_look(model: &Model, note: &Note) -> Option<(u32, u32)> {
    let [read] = &note.path[..] else { return None };
    let line = Line::new(model, note);
    let changed = changes(&note.path, line.ending(model)?);
    let is_sure =
        read.kind == ReadKind::Value && changed.iter().any(|change| change.0 == Touch::Set(read.a));
    is_sure.then_some((read.a, read.result?))
}
