//! Which enabled action comes next: `schedules/uniform.py`, `pct.py` and `pos.py` in Rust.
use crate::keys::draw;

/// The depths of bugs that schedules of priorities are made for, in turn.
const DEPTHS: [u64; 3] = [2, 3, 4];
const UNTOUCHED: u64 = 1 << 63;

/// An algorithm, by the number that Python knows it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Each enabled action is as likely as the others.
    Uniform,
    /// Actors with priorities that change at a few points.
    Priorities,
    /// Keys that are drawn again for actions that depend on the step taken.
    PartialOrder,
}

/// One action, as far as it matters for the order.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// The label of its name.
    pub label: u64,
    /// The label of who takes it.
    pub actor: u64,
}

/// The state of an algorithm within one schedule.
pub struct Scheduler {
    strategy: Strategy,
    actions: Vec<Named>,
    /// How many steps a schedule is thought to have.
    length: u64,
    stream: u64,
    /// Of each action: the priority of its actor, or the step at which its key was drawn.
    kept: Vec<u64>,
    changes: Vec<(u64, u64)>,
}

impl Scheduler {
    /// Make one.
    pub fn new(strategy: Strategy, actions: Vec<Named>, length: u64) -> Self {
        let kept = vec![0; actions.len()];
        let length = length.max(1);
        Scheduler { strategy, actions, length, stream: 0, kept, changes: Vec::new() }
    }

    /// Whether `redraw` is to be called for what depends on the step before.
    pub fn compares(&self) -> bool {
        self.strategy == Strategy::PartialOrder
    }

    /// Start the schedule of a number, with a stream of its own.
    pub fn begin(&mut self, stream: u64, number: u64) {
        self.stream = stream;
        let first = draw(stream, 0);
        match self.strategy {
            Strategy::Uniform => {}
            Strategy::PartialOrder => self.kept.fill(1),
            Strategy::Priorities => {
                for (kept, action) in self.kept.iter_mut().zip(&self.actions) {
                    *kept = draw(first, action.actor) | UNTOUCHED;
                }
                let points = draw(first, 1);
                let depth = DEPTHS[(number % DEPTHS.len() as u64) as usize];
                let at = |change| (1 + draw(points, change) % self.length, change);
                self.changes = (1..depth).map(at).collect();
            }
        }
    }

    /// Draw again for an action that depends on what the step before did.
    pub fn redraw(&mut self, step: u64, action: usize) {
        self.kept[action] = step;
    }

    /// What orders the actions at a step (from 1): the smallest that is enabled is taken.
    pub fn priorities(&self, step: u64, order: &mut Vec<(u64, u64, usize)>) {
        let moment = draw(self.stream, step);
        order.clear();
        order.extend(self.actions.iter().zip(&self.kept).enumerate().map(
            |(number, (action, &kept))| match self.strategy {
                Strategy::Uniform => (0, draw(moment, action.label), number),
                Strategy::Priorities => (!kept, draw(moment, action.label), number),
                Strategy::PartialOrder => (0, draw(draw(self.stream, kept), action.label), number),
            },
        ));
        order.sort_unstable();
    }

    /// Learn which action was taken at a step.
    pub fn took(&mut self, step: u64, action: usize) {
        match self.strategy {
            Strategy::Uniform => {}
            Strategy::PartialOrder => self.kept[action] = step + 1,
            Strategy::Priorities => {
                // Of two changes at one step the later counts, as in Python.
                let change = self.changes.iter().rev().find(|change| change.0 == step);
                let Some(&(_, change)) = change else { return };
                let actor = self.actions[action].actor;
                for (kept, other) in self.kept.iter_mut().zip(&self.actions) {
                    if other.actor == actor {
                        *kept = change;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(scheduler: &Scheduler, step: u64) -> usize {
        let mut order = Vec::new();
        scheduler.priorities(step, &mut order);
        order[0].2
    }

    #[test]
    fn an_actor_of_the_highest_priority_stays_first_until_a_change() {
        let actions = (0..4).map(|n| Named { label: n, actor: 10 + n }).collect();
        let mut scheduler = Scheduler::new(Strategy::Priorities, actions, 1);
        scheduler.begin(77, 0);
        let leader = first(&scheduler, 1);
        assert!((2..9).all(|step| first(&scheduler, step) == leader));
        scheduler.took(1, leader);
        assert!((2..9).all(|step| first(&scheduler, step) != leader));
    }

    #[test]
    fn a_key_is_kept_until_it_is_drawn_again() {
        let actions = (0..4).map(|n| Named { label: n, actor: n }).collect();
        let mut scheduler = Scheduler::new(Strategy::PartialOrder, actions, 0);
        scheduler.begin(5, 0);
        let leader = first(&scheduler, 1);
        assert_eq!(first(&scheduler, 2), leader);
        let moved = (2..20).any(|step| {
            scheduler.redraw(step, leader);
            first(&scheduler, step) != leader
        });
        assert!(moved);
    }
}
