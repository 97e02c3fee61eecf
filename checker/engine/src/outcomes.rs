//! The ways in which steps end, each once, with its effects gathered page by page.
use crate::hashing::FastMap;
use crate::layout::{Layout, PAGES};
use crate::step::NO_ERROR;
use crate::tabulator::{Effect, Ending};

/// No update of a page.
pub const NOTHING: u32 = u32::MAX;

/// What has to be known of an outcome on the way, in one place.
#[derive(Clone, Copy)]
pub struct Plan {
    /// The update of each page, or `NOTHING`.
    pub updates: [u32; PAGES],
    /// The number of the error that ended it, or `NO_ERROR`.
    pub error: u32,
}

/// Interned endings, and the interned updates of pages that they come down to.
#[derive(Default)]
pub struct Outcomes {
    endings: Vec<Ending>,
    index: FastMap<Ending, u32>,
    plans: Vec<Plan>,
    updates: Vec<Vec<Effect>>,
    update_index: FastMap<Vec<Effect>, u32>,
}

impl Outcomes {
    /// Find or add an ending.
    pub fn intern(&mut self, ending: Ending, layout: &Layout) -> u32 {
        if let Some(&found) = self.index.get(&ending) {
            return found;
        }
        let identifier = self.endings.len() as u32;
        self.compile(&ending, layout);
        self.index.insert(ending.clone(), identifier);
        self.endings.push(ending);
        identifier
    }

    /// How an outcome ended.
    #[inline]
    pub fn ending(&self, outcome: u32) -> &Ending {
        &self.endings[outcome as usize]
    }

    /// What an outcome does, page by page.
    #[inline]
    pub fn plan(&self, outcome: u32) -> Plan {
        self.plans[outcome as usize]
    }

    /// The effects of an update, all on one page, in order.
    pub fn update(&self, update: u32) -> &[Effect] {
        &self.updates[update as usize]
    }

    /// Gather the effects anew for another layout.
    pub fn relayout(&mut self, layout: &Layout) {
        self.plans.clear();
        self.updates.clear();
        self.update_index.clear();
        let endings = std::mem::take(&mut self.endings);
        for ending in &endings {
            self.compile(ending, layout);
        }
        self.endings = endings;
    }

    fn compile(&mut self, ending: &Ending, layout: &Layout) {
        let mut updates = [NOTHING; PAGES];
        for (page, update) in updates.iter_mut().enumerate() {
            let here = |effect: &&Effect| layout.page(effect.slot) == page;
            let effects: Vec<Effect> = ending.effects.iter().filter(here).copied().collect();
            if !effects.is_empty() {
                *update = self.update_of(effects);
            }
        }
        self.plans.push(Plan { updates, error: ending.error.unwrap_or(NO_ERROR) });
    }

    fn update_of(&mut self, effects: Vec<Effect>) -> u32 {
        let fresh = self.updates.len() as u32;
        let update = *self.update_index.entry(effects.clone()).or_insert(fresh);
        if update == fresh {
            self.updates.push(effects);
        }
        update
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        let effects: usize = self.endings.iter().map(|ending| ending.effects.len()).sum();
        self.endings.len() * 160 + effects * 48
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tabulator::Operation;

    fn setting(slots: &[u32]) -> Ending {
        let effect = |&slot: &u32| Effect { operation: Operation::Set, slot, argument: 1 };
        let effects = slots.iter().map(effect).collect();
        Ending { effects, reactions: Vec::new(), error: None, truth: false }
    }

    #[test]
    fn equal_endings_are_one_and_equal_updates_are_shared() {
        let layout = Layout::spread(4);
        let mut outcomes = Outcomes::default();
        let both = outcomes.intern(setting(&[3, 0]), &layout);
        assert_eq!(outcomes.intern(setting(&[3, 0]), &layout), both);
        let one = outcomes.intern(setting(&[0]), &layout);
        let (both, one) = (outcomes.plan(both).updates, outcomes.plan(one).updates);
        assert_eq!((both[0], one[1]), (one[0], NOTHING));
        assert_ne!(both[1], NOTHING);
    }

    #[test]
    fn another_layout_gathers_the_effects_anew() {
        let mut outcomes = Outcomes::default();
        let both = outcomes.intern(setting(&[0, 1]), &Layout::new(&[1, 1]));
        assert_eq!(outcomes.plan(both).updates[0], NOTHING);
        outcomes.relayout(&Layout::spread(2));
        assert!(outcomes.plan(both).updates.iter().all(|&update| update != NOTHING));
    }
}
