//! Misses: the other side is asked, and its answer taken in.
use crate::checkpoint::{Question, hash_of};
use crate::fusing::{Gap, fuse};
use crate::model::{Model, Purpose};
use crate::search::{Run, Search};
use crate::space::Frame;
use crate::tabulator::{Halt, Mirrored};
use crate::walk::{Ends, Miss, walk};
use crate::worker::Worker;

impl Search {
    /// Find what was missed on a state, and take it in.
    pub(crate) fn fill(&mut self, miss: Miss, frame: &Frame, run: &mut Run) -> Result<(), Halt> {
        match miss {
            Miss::Tabulate(trie) if self.model.purposes[trie as usize] == Purpose::Action => {
                while let Err(gap) = fuse(&mut self.model, trie, frame) {
                    self.supply(gap, frame, run)?;
                }
                Ok(())
            }
            Miss::Unrelated => {
                self.relate();
                Ok(())
            }
            miss => self.supply(Gap { miss, between: None }, frame, run),
        }
    }

    /// Take a step on the state in hand, whatever has to be asked; the mender has its moves.
    pub(crate) fn step(&mut self, trie: u32, run: &mut Run) -> Result<(), Halt> {
        loop {
            let Worker { frame, stepper, .. } = &mut self.mender;
            let Err(miss) = stepper.step(&self.model, trie, frame) else { return Ok(()) };
            let frame = frame.clone();
            self.fill(miss, &frame, run)?;
            self.mender.stepper.memo.fit(self.model.space.store.sizes());
        }
    }

    /// What a predicate says of the state in hand, whatever has to be asked: its truth, its error.
    pub(crate) fn evaluate(
        &mut self,
        trie: u32,
        run: &mut Run,
    ) -> Result<(bool, Option<u32>), Halt> {
        loop {
            match self.mender.evaluate(&self.model, trie) {
                Ok((_, truth, error)) => return Ok((truth, error)),
                Err(miss) => {
                    let frame = self.mender.frame.clone();
                    self.fill(miss, &frame, run)?;
                }
            }
        }
    }

    fn supply(&mut self, gap: Gap, frame: &Frame, run: &mut Run) -> Result<(), Halt> {
        match gap.miss {
            Miss::Tabulate(trie) => match gap.between {
                Some(vector) => self.tabulate(trie, &frame.with(vector), run)?,
                None => self.tabulate(trie, frame, run)?,
            },
            Miss::View(view, identifiers) => {
                self.ask(Question::View(view, identifiers), run)?;
            }
            Miss::Renumber(slot, identifier, live) => {
                self.ask(Question::Renumber(slot, identifier, live), run)?;
            }
            Miss::Mirror(slot, identifier) => {
                self.ask(Question::Mirror(slot, identifier), run)?;
            }
            Miss::Sequence(slot, elements) => {
                self.model.space.sequence(slot, elements);
                return Ok(());
            }
            Miss::Room => {
                self.model.space.store.reserve();
                self.fit_visited();
                return Ok(());
            }
            Miss::Unrelated => unreachable!("no run is looked for while one is entered"),
            Miss::Invalid(why) => return Err(Halt::Invalid(why)),
        }
        self.pulse(run)
    }

    fn mirror(&mut self, slot: u32, identifier: u32, run: &mut Run) -> Result<u64, Halt> {
        let Mirrored { images, marks, news } = run.tabulator.mirror(slot, identifier)?;
        let hash = hash_of(&(&images, &marks, &news));
        let heard = self.model.hear(news);
        let learnt = heard.and_then(|()| match &mut self.model.symmetry {
            Some(symmetry) => symmetry.mirrors.learn(slot, identifier, images, marks),
            None => Err("another search: one with symmetry".to_owned()),
        });
        learnt.map_err(Halt::Invalid)?;
        Ok(hash)
    }

    fn tabulate(&mut self, trie: u32, frame: &Frame, run: &mut Run) -> Result<(), Halt> {
        let state = self.model.space.contents(&frame.vector);
        self.ask(Question::Tabulate(trie, state), run)?;
        self.expect_known(trie, frame).map_err(Halt::Invalid)
    }

    /// Ask the other side, take in its answer, and note both; give a hash of the answer.
    pub(crate) fn ask(&mut self, question: Question, run: &mut Run) -> Result<u64, Halt> {
        let hash = match &question {
            Question::Tabulate(trie, state) => {
                self.tabulations += 1;
                let answer = run.tabulator.tabulate(*trie, state)?;
                let hash = hash_of(&answer);
                self.model.absorb(*trie, answer).map_err(Halt::Invalid)?;
                hash
            }
            Question::View(view, identifiers) => {
                let answer = run.tabulator.view(*view, identifiers)?;
                self.model.space.views[*view as usize].remember(identifiers, answer);
                hash_of(&answer)
            }
            &Question::Renumber(slot, identifier, live) => {
                let (target, news) = run.tabulator.renumber(slot, identifier, live)?;
                let hash = hash_of(&(target, &news));
                self.model.hear(news).map_err(Halt::Invalid)?;
                let stamps = &mut self.model.space.stamps;
                let remembered = stamps.remember(slot, identifier, live, target);
                remembered.map_err(Halt::Invalid)?;
                hash
            }
            &Question::Mirror(slot, identifier) => self.mirror(slot, identifier, run)?,
        };
        if self.saver.is_some() {
            self.journal.push((question, hash));
        }
        Ok(hash)
    }

    /// An error unless the runs that were just taken in cover the state they were run on.
    fn expect_known(&self, trie: u32, frame: &Frame) -> Result<(), String> {
        let Model { space, tries, .. } = &self.model;
        match walk(space, tries, trie, frame, &mut Ends::default()) {
            Err(Miss::Tabulate(_)) => Err(format!(
                "impure: trie {trie} was run on a state, and the runs do not read what it holds"
            )),
            _ => Ok(()),
        }
    }
}
