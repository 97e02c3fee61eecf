//! The states that a run may not stay among for ever, and the steps between them, laid out flat.

/// The target of a step that fails or leads out of the graph.
pub const OUTSIDE: u32 = u32::MAX;
/// The label of a step whose action nothing is assumed of.
pub const UNFAIR: u16 = u16::MAX;

/// One step: the number of its action among the fair ones, or `UNFAIR`, and where it leads.
pub type Step = (u16, u32);

/// States, numbered from 0, and their steps.
#[derive(Default)]
pub struct Graph {
    ends: Vec<usize>,
    labels: Vec<u16>,
    targets: Vec<u32>,
}

impl Graph {
    /// The number of states.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Add a step of the state that comes next; one that says nothing new is left out.
    #[inline]
    pub fn add_step(&mut self, (label, target): Step) {
        if label == UNFAIR && target == OUTSIDE {
            return;
        }
        let first = self.ends.last().copied().unwrap_or(0);
        let last = self.labels.len();
        if last > first && (self.labels[last - 1], self.targets[last - 1]) == (label, target) {
            return;
        }
        self.labels.push(label);
        self.targets.push(target);
    }

    /// Add the state whose steps were added since the last one.
    pub fn add_state(&mut self) {
        self.ends.push(self.labels.len());
    }

    /// The positions of a state's steps.
    #[inline]
    pub fn places(&self, state: u32) -> std::ops::Range<usize> {
        let state = state as usize;
        let start = if state == 0 { 0 } else { self.ends[state - 1] };
        start..self.ends[state]
    }

    /// Where the step at a position leads.
    #[inline]
    pub fn target(&self, place: usize) -> u32 {
        self.targets[place]
    }

    /// A state's steps.
    #[inline]
    pub fn steps(&self, state: u32) -> impl Iterator<Item = Step> + '_ {
        self.places(state).map(|place| (self.labels[place], self.targets[place]))
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.ends.capacity() * size_of::<usize>()
            + self.labels.capacity() * size_of::<u16>()
            + self.targets.capacity() * size_of::<u32>()
    }
}

/// Make a graph of lists of steps.
#[cfg(test)]
pub fn graph_of(states: &[&[Step]]) -> Graph {
    let mut graph = Graph::default();
    for steps in states {
        steps.iter().for_each(|&step| graph.add_step(step));
        graph.add_state();
    }
    graph
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_its_steps_without_repetitions_and_without_those_that_say_nothing() {
        let graph = graph_of(&[&[(0, 1), (0, 1), (UNFAIR, OUTSIDE)], &[(0, 1), (1, OUTSIDE)], &[]]);
        assert_eq!(graph.steps(0).collect::<Vec<_>>(), [(0, 1)]);
        assert_eq!(graph.steps(1).collect::<Vec<_>>(), [(0, 1), (1, OUTSIDE)]);
        assert_eq!((graph.steps(2).count(), graph.len()), (0, 3));
    }
}
