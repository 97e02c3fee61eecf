//! Misses: the other side is asked, and its answer taken in.
use crate::layout::Layout;
use crate::model::Model;
use crate::search::{Run, Search};
use crate::store::Store;
use crate::tabulator::Halt;
use crate::visited::Visited;
use crate::walk::{Ends, Miss, walk};

impl Search {
    /// Ask the other side for what is missing, and take it in.
    pub(crate) fn fill(&mut self, miss: Miss, run: &mut Run) -> Result<(), Halt> {
        let filled = match miss {
            Miss::Tabulate(trie) => {
                let frame = if self.stepper.between { &self.stepper.work } else { &self.frame };
                let state = self.model.space.contents(&frame.vector);
                self.tabulations += 1;
                let tabulation = run.tabulator.tabulate(trie, &state)?;
                self.model.absorb(trie, tabulation).and_then(|()| self.expect_known(trie))
            }
            Miss::View(view, identifiers) => {
                let result = run.tabulator.view(view, &identifiers)?;
                self.model.space.views[view as usize].remember(&identifiers, result);
                Ok(())
            }
            Miss::Renumber(slot, identifier, live) => {
                let (target, news) = run.tabulator.renumber(slot, identifier, live)?;
                let heard = self.model.hear(news);
                heard
                    .and_then(|()| self.model.space.stamps.remember(slot, identifier, live, target))
            }
            Miss::Invalid(why) => Err(why),
        };
        if let Some(former) = self.model.space.former.take() {
            self.migrate(&former);
        }
        filled.map_err(Halt::Invalid)?;
        self.pulses = 0;
        self.pulse(run)
    }

    /// An error unless the runs that were just taken in cover the state they were run on.
    fn expect_known(&self, trie: u32) -> Result<(), String> {
        let Model { space, tries, .. } = &self.model;
        if space.former.is_some() {
            return Ok(());
        }
        let frame = if self.stepper.between { &self.stepper.work } else { &self.frame };
        match walk(space, tries, trie, frame, &mut Ends::default()) {
            Err(Miss::Tabulate(_)) => Err(format!(
                "impure: trie {trie} was run on a state, and the runs do not read what it holds"
            )),
            _ => Ok(()),
        }
    }

    /// Bring every root in line with a new layout.
    fn migrate(&mut self, former: &(Layout, Store)) {
        self.visited = Visited::new();
        for index in 0..self.log.len() {
            let root = self.model.space.move_over(former, self.log.get(index));
            self.log.set(index, root);
            self.visited.insert(root);
        }
        for at in 0..self.pending.len() {
            self.pending[at].0 = self.model.space.move_over(former, self.pending[at].0);
        }
    }
}
