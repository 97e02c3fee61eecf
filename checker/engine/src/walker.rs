//! Steps on states that nobody remembers: walked, applied, renumbered.
//!
//! Breadth-first search numbers all that states hold, so that it can tell them apart at once. A
//! schedule passes each state once, and keeps but the one where it stands.
use std::sync::Arc;

use crate::contents::{apply, elements, value};
use crate::decisions::{At, Decisions, impure};
use crate::hashing::FastMap;
use crate::tabulator::{Content, Effect, Ending, Halt, News, ReadKind, SlotKind, Tabulation};

/// Who runs the model's steps, for one walker.
pub trait Source {
    /// Run a step on a state, on every branch.
    fn tabulate(&mut self, trie: u32, state: &[Content]) -> Result<Tabulation, Halt>;
    /// Compute a view.
    fn view(&mut self, view: u32, identifiers: &[u32]) -> Result<u32, Halt>;
    /// Close the gaps between the timestamps of a value or an element.
    fn renumber(&mut self, slot: u32, identifier: u32, live: u64)
    -> Result<(u32, Vec<News>), Halt>;
    /// Give the label of a bag's element.
    fn label(&mut self, slot: u32, element: u32) -> Result<u64, Halt>;
    /// Let interrupts arrive; an error where it is time to stop.
    fn poll(&mut self) -> Result<(), Halt>;
}

/// The slots in which two states differ.
#[derive(Default)]
pub struct Changed {
    slots: Vec<bool>,
    /// Whether another number of moments is remembered.
    clock: bool,
}

/// One outcome of a step.
pub struct Outcome {
    /// The state that it leads to; that before where it failed.
    pub state: Vec<Content>,
    /// The error that ended it.
    pub error: Option<u32>,
    /// The labels of what it took at its branches.
    pub branches: Vec<u64>,
    /// Whether it looked at or changed what the step before changed.
    pub depends: bool,
}

/// An end that a walk came to.
struct Arrival {
    ending: Arc<Ending>,
    branches: Vec<u64>,
    depends: bool,
}

/// A walk in progress: of what, where, and what is of interest on the way.
struct Walk<'a> {
    trie: u32,
    state: &'a [Content],
    live: u64,
    changed: Option<&'a Changed>,
    branches: Vec<u64>,
    arrivals: Vec<Arrival>,
}

/// All that is known of a model, and how to walk it.
pub struct Walker {
    kinds: Vec<SlotKind>,
    decisions: Decisions,
    stamps: FastMap<(u32, u32), u64>,
    views: Vec<Vec<u32>>,
    viewed: FastMap<(u32, u32, u32), u32>,
    renumbered: FastMap<(u32, u32, u64), u32>,
    labels: FastMap<(u32, u32), u64>,
}

impl Walker {
    /// Make one that knows nothing of these slots and so many tries.
    pub fn new(kinds: Vec<SlotKind>, tries: usize) -> Self {
        Walker {
            kinds,
            decisions: Decisions::new(tries),
            stamps: FastMap::default(),
            views: Vec::new(),
            viewed: FastMap::default(),
            renumbered: FastMap::default(),
            labels: FastMap::default(),
        }
    }

    /// Take in what came to be, in order.
    pub fn hear(&mut self, news: Vec<News>) {
        for item in news {
            if let News::Reaction = item {
                self.decisions.add();
            } else if let News::Stamps(slot, identifier, mask) = item {
                self.stamps.insert((slot, identifier), mask);
            } else if let News::View(slots) = item {
                self.views.push(slots);
            }
        }
    }

    /// Tell what differs between two states.
    pub fn compare(&self, before: &[Content], after: &[Content]) -> Changed {
        let slots = before.iter().zip(after).map(|(old, new)| old != new).collect();
        Changed { slots, clock: self.live(before).count_ones() != self.live(after).count_ones() }
    }

    /// Give the outcomes of an action that fail or lead to another state.
    pub fn leading_out(
        &mut self,
        action: u32,
        state: &[Content],
        changed: Option<&Changed>,
        source: &mut dyn Source,
    ) -> Result<Vec<Outcome>, Halt> {
        let mut leading = Vec::new();
        for arrival in self.walk(action, state, changed, source)? {
            let outcome = self.finish(state, arrival, changed, source)?;
            if outcome.error.is_some() || outcome.state != state {
                leading.push(outcome);
            }
        }
        Ok(leading)
    }

    /// Tell what a predicate says of a state, or how it fails.
    pub fn judge(
        &mut self,
        predicate: u32,
        state: &[Content],
        source: &mut dyn Source,
    ) -> Result<(bool, Option<u32>), Halt> {
        match self.walk(predicate, state, None, source)?.as_slice() {
            [one] => Ok((one.ending.truth, one.ending.error)),
            _ => Err(Halt::Invalid(format!("trie {predicate} is a predicate and not one run"))),
        }
    }

    fn walk(
        &mut self,
        trie: u32,
        state: &[Content],
        changed: Option<&Changed>,
        source: &mut dyn Source,
    ) -> Result<Vec<Arrival>, Halt> {
        let live = self.live(state);
        let mut walk =
            Walk { trie, state, live, changed, branches: Vec::new(), arrivals: Vec::new() };
        self.descend(&mut walk, None, false, source)?;
        Ok(walk.arrivals)
    }

    /// Walk on from where a read's result leads.
    fn descend(
        &mut self,
        walk: &mut Walk,
        mut from: Option<(u32, u32)>,
        mut depends: bool,
        source: &mut dyn Source,
    ) -> Result<(), Halt> {
        loop {
            let reference = self.known(walk, from, source)?;
            let (kind, a, b) = match self.decisions.at(reference) {
                At::Nowhere | At::End(None) => return Ok(()),
                At::End(Some(ending)) => {
                    let (ending, branches) = (ending.clone(), walk.branches.clone());
                    walk.arrivals.push(Arrival { ending, branches, depends });
                    return Ok(());
                }
                At::Read(read) => (read.kind, read.a, read.b),
            };
            depends |= self.is_of(walk.changed, kind, a);
            let results: Vec<(u32, u64)> = match kind {
                ReadKind::Choice => (0..a).map(|result| (result, u64::from(result))).collect(),
                ReadKind::Each => self.each(walk, a, source)?,
                _ => {
                    from = Some((reference, self.look(walk, kind, a, b, source)?));
                    continue;
                }
            };
            for (result, label) in results {
                walk.branches.push(label);
                self.descend(walk, Some((reference, result)), depends, source)?;
                walk.branches.pop();
            }
            return Ok(());
        }
    }

    /// The reference that a read's result leads to, once it is known.
    fn known(
        &mut self,
        walk: &Walk,
        from: Option<(u32, u32)>,
        source: &mut dyn Source,
    ) -> Result<u32, Halt> {
        let follow = |decisions: &Decisions| match from {
            None => decisions.root(walk.trie).map_err(Halt::Invalid),
            Some((reference, result)) => match decisions.at(reference) {
                At::Read(read) => Ok(decisions.child(read, result)),
                _ => Ok(0),
            },
        };
        let reference = follow(&self.decisions)?;
        if reference != 0 {
            return Ok(reference);
        }
        let Tabulation { runs, news } = source.tabulate(walk.trie, walk.state)?;
        self.hear(news);
        for run in runs {
            self.decisions.insert(walk.trie, run).map_err(Halt::Invalid)?;
        }
        match follow(&self.decisions)? {
            0 => Err(Halt::Invalid(impure(
                walk.trie,
                "it was run on a state, and the runs do not read what it holds",
            ))),
            reference => Ok(reference),
        }
    }

    fn is_of(&self, changed: Option<&Changed>, kind: ReadKind, a: u32) -> bool {
        let Some(changed) = changed else { return false };
        let of_slot = |&slot: &u32| changed.slots.get(slot as usize) == Some(&true);
        match kind {
            ReadKind::Choice => false,
            ReadKind::Now => changed.clock,
            ReadKind::View => self.views.get(a as usize).is_some_and(|v| v.iter().any(of_slot)),
            _ => of_slot(&a),
        }
    }

    fn each(
        &mut self,
        walk: &Walk,
        slot: u32,
        source: &mut dyn Source,
    ) -> Result<Vec<(u32, u64)>, Halt> {
        let mut elements = elements(walk.state, slot)?.to_vec();
        elements.dedup();
        let mut labelled = Vec::with_capacity(elements.len());
        for element in elements {
            let label = match self.labels.get(&(slot, element)) {
                Some(&label) => label,
                None => source.label(slot, element)?,
            };
            self.labels.insert((slot, element), label);
            labelled.push((element, label));
        }
        Ok(labelled)
    }

    fn look(
        &mut self,
        walk: &Walk,
        kind: ReadKind,
        a: u32,
        b: u32,
        source: &mut dyn Source,
    ) -> Result<u32, Halt> {
        let held = || elements(walk.state, a);
        Ok(match kind {
            ReadKind::Value => value(walk.state, a)?,
            ReadKind::Element => held()?.get(b as usize).map_or(0, |element| element + 1),
            ReadKind::Length => held()?.len() as u32,
            ReadKind::Empty => u32::from(held()?.is_empty()),
            ReadKind::Contains => u32::from(held()?.contains(&b)),
            ReadKind::Now => walk.live.count_ones(),
            ReadKind::View => {
                let slots = self.views.get(a as usize).cloned();
                let slots = slots.ok_or_else(|| Halt::Invalid(format!("there is no view {a}")))?;
                let read: Result<Vec<u32>, Halt> =
                    slots.iter().map(|&slot| value(walk.state, slot)).collect();
                let read = read?;
                let key =
                    (a, read.first().copied().unwrap_or(0), read.get(1).copied().unwrap_or(0));
                match self.viewed.get(&key) {
                    Some(&result) => result,
                    None => {
                        let result = source.view(a, &read)?;
                        self.viewed.insert(key, result);
                        result
                    }
                }
            }
            ReadKind::Each | ReadKind::Choice => unreachable!("these branch"),
        })
    }

    /// Let an end's effects and reactions happen, and close the gaps between the timestamps.
    fn finish(
        &mut self,
        before: &[Content],
        arrival: Arrival,
        changed: Option<&Changed>,
        source: &mut dyn Source,
    ) -> Result<Outcome, Halt> {
        let Arrival { ending, branches, mut depends } = arrival;
        let failed = |error| Outcome {
            state: before.to_vec(),
            error: Some(error),
            branches: branches.clone(),
            depends: true,
        };
        if let Some(error) = ending.error {
            return Ok(failed(error));
        }
        let mut state = before.to_vec();
        depends |= self.affect(&mut state, &ending.effects, changed)?;
        for &reaction in &ending.reactions {
            for heard in self.walk(reaction, &state.clone(), changed, source)? {
                if let Some(error) = heard.ending.error {
                    return Ok(failed(error));
                }
                depends |=
                    heard.depends | self.affect(&mut state, &heard.ending.effects, changed)?;
            }
        }
        self.close_gaps(&mut state, source)?;
        Ok(Outcome { state, error: None, branches, depends })
    }

    /// Change a state; true if an effect is on a slot that the step before changed.
    fn affect(
        &self,
        state: &mut [Content],
        effects: &[Effect],
        changed: Option<&Changed>,
    ) -> Result<bool, Halt> {
        let mut depends = false;
        for effect in effects {
            depends |= self.is_of(changed, ReadKind::Value, effect.slot);
            apply(state, effect)?;
        }
        Ok(depends)
    }

    fn live(&self, state: &[Content]) -> u64 {
        let stamps = |slot: usize, id: &u32| self.stamps.get(&(slot as u32, *id)).copied();
        let of_content = |(slot, content): (usize, &Content)| match content {
            Content::Value(identifier) => stamps(slot, identifier).unwrap_or(0),
            Content::Elements(elements) => {
                elements.iter().fold(0, |live, id| live | stamps(slot, id).unwrap_or(0))
            }
        };
        if self.stamps.is_empty() {
            return 0;
        }
        state.iter().enumerate().map(of_content).fold(0, |live, mask| live | mask)
    }

    fn close_gaps(&mut self, state: &mut [Content], source: &mut dyn Source) -> Result<(), Halt> {
        let live = self.live(state);
        let moving = live & live.wrapping_add(1);
        if moving == 0 {
            return Ok(());
        }
        for (slot, content) in state.iter_mut().enumerate() {
            let slot = slot as u32;
            match content {
                Content::Value(identifier) => {
                    *identifier = self.renumber(slot, *identifier, (live, moving), source)?;
                }
                Content::Elements(elements) => {
                    for element in elements.iter_mut() {
                        *element = self.renumber(slot, *element, (live, moving), source)?;
                    }
                    if self.kinds.get(slot as usize) == Some(&SlotKind::Bag) {
                        elements.sort_unstable();
                    }
                }
            }
        }
        Ok(())
    }

    fn renumber(
        &mut self,
        slot: u32,
        identifier: u32,
        (live, moving): (u64, u64),
        source: &mut dyn Source,
    ) -> Result<u32, Halt> {
        if self.stamps.get(&(slot, identifier)).is_none_or(|mask| mask & moving == 0) {
            return Ok(identifier);
        }
        if let Some(&known) = self.renumbered.get(&(slot, identifier, live)) {
            return Ok(known);
        }
        let (target, news) = source.renumber(slot, identifier, live)?;
        self.hear(news);
        self.renumbered.insert((slot, identifier, live), target);
        Ok(target)
    }
}
