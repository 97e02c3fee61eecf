//! Partial-order reduction: what a search leaves out, and when it has to begin again.
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use crate::choice::{Choice, View};
use crate::hashing::WordHasher;
use crate::levels::BLOCK;
use crate::model::{Model, Purpose};
use crate::relation::Relation;
use crate::search::Search;
use crate::step::NO_ERROR;
use crate::tabulator::Halt;
use crate::visited::Visited;
use crate::walk::Miss;
use crate::worker::{Scene, Worker};

/// What a search knows of who depends on whom, and of what it may leave out.
#[derive(Default)]
pub struct Reduction {
    /// Who depends on whom, by the runs that were seen.
    pub relation: Relation,
    /// The states of the next level that were found so far.
    pub next: HashSet<u64, BuildHasherDefault<WordHasher>>,
    /// The family of each slot: a table, say.
    families: Vec<u32>,
    /// How many actions and predicates there are.
    owners: usize,
    /// Whether steps were left out that depend on others, as is known by now.
    is_missing: bool,
}

impl Reduction {
    /// Be ready to begin again with all that is known, after so many states.
    ///
    /// Where those are many, predicates are taken to look at all slots of a table if at one: else
    /// each slot that they come to later would make the search begin again.
    pub fn relearn(&mut self, model: &Model, states: usize) {
        let is_wide = self.relation.families.is_some() || states >= BLOCK;
        let families = is_wide.then(|| self.families.clone());
        self.relation = Relation::new(families);
        self.relation.review(model);
        self.next.clear();
        self.is_missing = false;
    }

    /// Whether a state is expanded later than those of this level.
    ///
    /// What other states of the block lead to counts as new, so that nothing depends on their order.
    fn is_later(&self, visited: &Visited, root: u64) -> bool {
        !visited.contains(root) || self.next.contains(&root)
    }
}

impl Search {
    /// Leave out what partial-order reduction may.
    ///
    /// An error unless every slot is given its family, and there are no reactions yet.
    pub fn reduce(&mut self, families: Vec<u32>) -> Result<(), String> {
        let slots = self.model.space.kinds.len();
        if families.len() != slots {
            return Err(format!("{} families where there are {slots} slots", families.len()));
        }
        if self.depth_first {
            return Err("what a reduction leaves out is made up for level by level".to_owned());
        }
        if self.model.purposes.contains(&Purpose::Reaction) {
            return Err("a reduction has to be asked for before there are reactions".to_owned());
        }
        self.model.notes = Some(Vec::new());
        let owners = self.model.purposes.len();
        self.reduction = Some(Box::new(Reduction { families, owners, ..Reduction::default() }));
        Ok(())
    }

    /// An error if there are more slots, actions or predicates than when it was asked for.
    pub(crate) fn check_reduction(&self) -> Result<(), Halt> {
        let Some(reduction) = &self.reduction else { return Ok(()) };
        let owners = self.model.purposes.iter().filter(|&&one| one != Purpose::Reaction).count();
        if (reduction.families.len(), reduction.owners) == (self.model.space.kinds.len(), owners) {
            return Ok(());
        }
        let why = "slots, actions and predicates have to be added before a reduction is asked for";
        Err(Halt::Invalid(why.to_owned()))
    }

    /// Take in what was seen since the last time.
    pub(crate) fn relate(&mut self) {
        let Some(reduction) = &mut self.reduction else { return };
        reduction.is_missing |= !reduction.relation.learn(&self.model);
    }

    /// Note which states of the next level were found.
    pub(crate) fn note_next(&mut self, found: &[u64]) {
        let Some(reduction) = &mut self.reduction else { return };
        reduction.next.extend(found);
    }

    /// Be ready for another level.
    pub(crate) fn relate_anew(&mut self) {
        let Some(reduction) = &mut self.reduction else { return };
        reduction.is_missing |= !reduction.relation.review(&self.model);
        reduction.next.clear();
    }

    /// Whether what was left out may be missed.
    pub(crate) fn is_missing(&self) -> bool {
        self.reduction.as_ref().is_some_and(|reduction| reduction.is_missing)
    }
}

impl Worker {
    /// Take the steps of a stubborn set of the state in hand, or all.
    pub(crate) fn attempt_some(
        &mut self,
        scene: &Scene,
        reduced: (&Reduction, &Visited),
        state: u32,
        root: u64,
    ) -> Result<(), Miss> {
        let mut choice = std::mem::take(&mut self.choice);
        let taken = match self.choose(&mut choice, scene, reduced, root) {
            Ok(true) => choice.actions().try_for_each(|trie| {
                self.stepper.step(scene.model, trie, &self.frame)?;
                self.take(scene.model, state, trie, root).map(drop)
            }),
            Ok(false) => self.attempt_all(scene, state, root),
            Err(miss) => Err(miss),
        };
        self.choice = choice;
        taken
    }

    /// Choose the first stubborn set whose key leads to a state that is expanded later.
    fn choose(
        &mut self,
        choice: &mut Choice,
        scene: &Scene,
        (reduction, visited): (&Reduction, &Visited),
        root: u64,
    ) -> Result<bool, Miss> {
        let Scene { model, .. } = *scene;
        let view = View { model, relation: &reduction.relation, frame: &self.frame };
        if !choice.consider(&view, scene)? {
            return Ok(false);
        }
        let mut rank = None;
        loop {
            rank = choice.next(&view, rank)?;
            let Some((.., key)) = rank else { return Ok(false) };
            self.stepper.step(model, key as u32, &self.frame)?;
            let mut targets = self.stepper.moves.iter().filter(|step| step.error == NO_ERROR);
            if targets.any(|step| step.target != root && reduction.is_later(visited, step.target)) {
                return Ok(true);
            }
        }
    }
}
