//! Where promises are owed: in which states each is not met, and from which on it is asked for.
use crate::levels::block_length;
use crate::liveness::Response;
use crate::search::{Run, Search};
use crate::tabulator::Halt;
use crate::walk::Miss;
use crate::worker::{Scene, Worker};

/// Where a promise is owed.
pub struct Debt {
    /// For each state, whether the promise is not met in it.
    pub unmet: Vec<bool>,
    /// The states from which on it is asked for, in order.
    pub sources: Vec<u32>,
    /// The first state in which its goal or its trigger raised, and the error.
    pub raised: Option<(u32, u32)>,
}

/// A promise that is not met in a state, or cannot be judged there.
#[derive(Clone, Copy)]
pub struct Owed {
    state: u32,
    promise: u32,
    how: How,
}

#[derive(Clone, Copy)]
enum How {
    /// It is owed if it was asked for before.
    Unmet,
    /// It is asked for here.
    Asked,
    /// Its goal or its trigger raised.
    Raised(u32),
}

impl Search {
    /// Judge on every state where promises are owed; nothing where a limit ends it first.
    pub(crate) fn debts(
        &mut self,
        responses: &[Response],
        run: &mut Run,
    ) -> Result<Option<Vec<Debt>>, Halt> {
        let fresh = || Debt { unmet: vec![false; self.len()], sources: Vec::new(), raised: None };
        let mut debts: Vec<Debt> = responses.iter().map(|_| fresh()).collect();
        let states = 0..self.len();
        let length = block_length(&states);
        for start in states.clone().step_by(length) {
            let open = (0..).zip(responses).filter(|(at, _)| debts[*at].raised.is_none());
            self.orders.promises = open.map(|(at, &response)| (at as u32, response)).collect();
            self.share(start..states.end.min(start + length), run, Worker::owe);
            self.mend(run, Worker::owe)?;
            self.pulse(run)?;
            if self.stopped.is_some() {
                return Ok(None);
            }
            self.collect_debts(&mut debts);
        }
        for (response, debt) in responses.iter().zip(&mut debts) {
            let unmet = |state: &u32| debt.unmet[*state as usize];
            match response.trigger {
                None => debt.sources = (0..self.initials.len() as u32).filter(unmet).collect(),
                Some(_) => debt.sources.sort(),
            }
        }
        Ok(Some(debts))
    }

    fn collect_debts(&self, debts: &mut [Debt]) {
        for worker in self.workers.iter().chain([&self.mender]) {
            for &Owed { state, promise, how } in &worker.batch.owed {
                let debt = &mut debts[promise as usize];
                match how {
                    How::Unmet => {}
                    How::Asked => debt.sources.push(state),
                    How::Raised(error) => {
                        if debt.raised.is_none_or(|(first, _)| state < first) {
                            debt.raised = Some((state, error));
                        }
                        continue;
                    }
                }
                debt.unmet[state as usize] = true;
            }
        }
    }
}

impl Worker {
    /// Judge which promises are owed in a state, or leave no trace of it.
    #[inline]
    pub fn owe(&mut self, scene: &Scene, state: u32, root: u64) -> Result<(), Miss> {
        scene.model.space.load(root, &mut self.frame);
        self.whole_or_not(|worker| {
            for &(promise, response) in &scene.orders.promises {
                if let Some(how) = worker.judge_promise(scene, response)? {
                    worker.batch.owed.push(Owed { state, promise, how });
                }
            }
            Ok(())
        })
    }

    /// How a promise is owed in the state in hand, if it is.
    fn judge_promise(
        &self,
        scene: &Scene,
        Response { goal, trigger }: Response,
    ) -> Result<Option<How>, Miss> {
        let (_, met, error) = self.evaluate(scene.model, goal)?;
        if let Some(error) = error {
            return Ok(Some(How::Raised(error)));
        }
        if met {
            return Ok(None);
        }
        let Some(trigger) = trigger else { return Ok(Some(How::Unmet)) };
        Ok(Some(match self.evaluate(scene.model, trigger)? {
            (_, _, Some(error)) => How::Raised(error),
            (_, true, None) => How::Asked,
            (_, false, None) => How::Unmet,
        }))
    }
}
