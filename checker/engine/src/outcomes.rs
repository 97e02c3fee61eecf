//! The ways in which steps end, each once, with its effects gathered page by page.
use crate::hashing::FastMap;
use crate::layout::Layout;
use crate::tabulator::{Effect, Ending};

/// What one outcome does to one page.
#[derive(Clone, Copy)]
pub struct Change {
    /// Which page.
    pub page: u32,
    /// Which update.
    pub update: u32,
}

/// What has to be known of an outcome on the way, in one place.
#[derive(Clone, Copy)]
pub struct Plan {
    start: u32,
    end: u32,
    /// Whether it ended in an error or has reactions, so that its ending must be looked at.
    pub special: bool,
}

/// Interned endings, and the interned updates of pages that they come down to.
#[derive(Default)]
pub struct Outcomes {
    endings: Vec<Ending>,
    index: FastMap<Ending, u32>,
    changes: Vec<Change>,
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
    pub fn changes(&self, outcome: u32) -> &[Change] {
        let Plan { start, end, .. } = self.plans[outcome as usize];
        &self.changes[start as usize..end as usize]
    }

    /// Whether an outcome ended in an error or has reactions.
    #[inline]
    pub fn special(&self, outcome: u32) -> bool {
        self.plans[outcome as usize].special
    }

    /// The effects of an update, all on one page, in order.
    pub fn update(&self, update: u32) -> &[Effect] {
        &self.updates[update as usize]
    }

    /// Gather the effects anew for another layout.
    pub fn relayout(&mut self, layout: &Layout) {
        self.changes.clear();
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
        let start = self.changes.len() as u32;
        let mut pages: Vec<usize> =
            ending.effects.iter().map(|effect| layout.page(effect.slot)).collect();
        pages.sort_unstable();
        pages.dedup();
        for page in pages {
            let here = |effect: &&Effect| layout.page(effect.slot) == page;
            let effects: Vec<Effect> = ending.effects.iter().filter(here).copied().collect();
            let fresh = self.updates.len() as u32;
            let update = *self.update_index.entry(effects.clone()).or_insert(fresh);
            if update == fresh {
                self.updates.push(effects);
            }
            self.changes.push(Change { page: page as u32, update });
        }
        let special = ending.error.is_some() || !ending.reactions.is_empty();
        self.plans.push(Plan { start, end: self.changes.len() as u32, special });
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        let effects: usize = self.endings.iter().map(|ending| ending.effects.len()).sum();
        self.endings.len() * 160 + effects * 48 + self.changes.capacity() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::PAGE;
    use crate::tabulator::Operation;

    fn setting(slots: &[u32]) -> Ending {
        let effect = |&slot: &u32| Effect { operation: Operation::Set, slot, argument: 1 };
        let effects = slots.iter().map(effect).collect();
        Ending { effects, reactions: Vec::new(), error: None, truth: false }
    }

    #[test]
    fn equal_endings_are_one_and_equal_updates_are_shared() {
        let layout = Layout::spread(2 * PAGE);
        let mut outcomes = Outcomes::default();
        let (near, far) = (0, PAGE as u32);
        let both = outcomes.intern(setting(&[far, near]), &layout);
        assert_eq!(outcomes.intern(setting(&[far, near]), &layout), both);
        let one = outcomes.intern(setting(&[near]), &layout);
        assert_eq!(outcomes.changes(both).len(), 2);
        assert_eq!(outcomes.changes(both)[0].update, outcomes.changes(one)[0].update);
    }

    #[test]
    fn another_layout_gathers_the_effects_anew() {
        let mut outcomes = Outcomes::default();
        let both = outcomes.intern(setting(&[0, 1]), &Layout::spread(40));
        assert_eq!(outcomes.changes(both).len(), 1);
        outcomes.relayout(&Layout::spread(2));
        let pages: Vec<u32> = outcomes.changes(both).iter().map(|change| change.page).collect();
        assert_eq!(pages, [0, 1]);
    }
}
