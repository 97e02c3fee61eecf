//! The states that a run may not stay among for ever, and the steps between them, laid out flat.

/// The target of a step that fails or leads out of the graph.
pub const OUTSIDE: u32 = u32::MAX;
/// The label of a step whose action nothing is assumed of.
pub const UNFAIR: u16 = u16::MAX;
/// The states of a sheet.
pub const SHEET: usize = 1 << 9;

/// One step: the number of its action among the fair ones, or `UNFAIR`, and where it leads.
pub type Step = (u16, u32);

/// Some states in a row, and their steps.
#[derive(Clone, Default)]
pub struct Sheet {
    ends: Vec<u32>,
    labels: Vec<u16>,
    targets: Vec<u32>,
}

impl Sheet {
    /// Add a step of the state that comes next; one that says nothing new is left out.
    #[inline]
    pub fn add_step(&mut self, (label, target): Step) {
        if label == UNFAIR && target == OUTSIDE {
            return;
        }
        let first = self.ends.last().map_or(0, |&end| end as usize);
        let last = self.labels.len();
        if last > first && (self.labels[last - 1], self.targets[last - 1]) == (label, target) {
            return;
        }
        self.labels.push(label);
        self.targets.push(target);
    }

    /// Add the state whose steps were added since the last one.
    pub fn add_state(&mut self) {
        self.ends.push(self.labels.len() as u32);
    }

    /// Forget all.
    pub fn clear(&mut self) {
        self.ends.clear();
        self.labels.clear();
        self.targets.clear();
    }

    fn memory(&self) -> usize {
        (self.ends.capacity() + self.targets.capacity()) * size_of::<u32>()
            + self.labels.capacity() * size_of::<u16>()
            + size_of::<Self>()
    }
}

/// States, numbered from 0, and their steps, on sheets that are full, all but the last.
#[derive(Default)]
pub struct Graph {
    sheets: Vec<Sheet>,
    length: usize,
    bytes: usize,
}

impl Graph {
    /// The number of states.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Add the states of a sheet; the one before must be full.
    pub fn add(&mut self, sheet: Sheet) {
        debug_assert!(self.length % SHEET == 0 && sheet.ends.len() <= SHEET);
        self.length += sheet.ends.len();
        self.bytes += sheet.memory();
        self.sheets.push(sheet);
    }

    #[inline]
    fn find(&self, state: u32) -> (&Sheet, std::ops::Range<usize>) {
        let sheet = &self.sheets[state as usize / SHEET];
        let at = state as usize % SHEET;
        let start = if at == 0 { 0 } else { sheet.ends[at - 1] };
        (sheet, start as usize..sheet.ends[at] as usize)
    }

    /// Where a state's steps lead.
    #[inline]
    pub fn targets(&self, state: u32) -> &[u32] {
        let (sheet, places) = self.find(state);
        &sheet.targets[places]
    }

    /// A state's steps.
    #[inline]
    pub fn steps(&self, state: u32) -> impl Iterator<Item = Step> + '_ {
        let (sheet, places) = self.find(state);
        let labels = sheet.labels[places.clone()].iter().copied();
        labels.zip(sheet.targets[places].iter().copied())
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.bytes
    }
}

/// Make a graph of lists of steps.
#[cfg(test)]
pub fn graph_of(states: &[&[Step]]) -> Graph {
    let mut graph = Graph::default();
    for states in states.chunks(SHEET) {
        let mut sheet = Sheet::default();
        for steps in states {
            steps.iter().for_each(|&step| sheet.add_step(step));
            sheet.add_state();
        }
        graph.add(sheet);
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

    #[test]
    fn a_state_of_any_sheet_has_its_own_steps() {
        let count = 3 * SHEET as u32 + 7;
        let steps: Vec<Vec<Step>> = (0..count)
            .map(|state| (0..state % 5).map(|at| (at as u16, state + at)).collect())
            .collect();
        let graph = graph_of(&steps.iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert_eq!(graph.len(), steps.len());
        for (state, steps) in steps.iter().enumerate() {
            assert_eq!(graph.steps(state as u32).collect::<Vec<_>>(), *steps);
            assert!(graph.targets(state as u32).iter().eq(steps.iter().map(|(_, target)| target)));
        }
    }
}
