//! Fair runs without end, in components; `checker/liveness.py` is the same in plain Python.
use crate::components::Components;
use crate::graph::{Graph, OUTSIDE, Step, UNFAIR};
use crate::hashing::FastMap;
use crate::tabulator::Halt;

const UNREACHED: u32 = u32::MAX;
/// States between two looks at the clock.
const PAUSE: usize = 1 << 14;

/// Looks at the clock and for interrupts.
pub type Poll<'a> = &'a mut dyn FnMut() -> Result<(), Halt>;

/// States in order of how many steps lead to each, and that number of a state.
pub type Sources<'a> = (&'a [u32], &'a dyn Fn(u32) -> u32);

/// The fair actions, by label, one bit each.
#[derive(Default)]
pub struct Fairness {
    /// Those that are taken where they are enabled without a break.
    pub weak: Vec<u64>,
    /// Those that are taken where they are enabled again and again.
    pub strong: Vec<u64>,
}

/// A run without end, by its states.
#[derive(Debug, PartialEq, Eq)]
pub struct Lasso {
    /// From where it is owed to where the cycle begins, both included.
    pub stem: Vec<u32>,
    /// The steps from there and back; none where the run rests.
    pub cycle: Vec<Step>,
}

/// Find a fair run that stays among the states that are `bad` for ever; its cycle is one that can
/// be entered soonest.
pub fn find_lasso(
    graph: &Graph,
    fairness: &Fairness,
    bad: &[bool],
    sources: Sources<'_>,
    poll: Poll<'_>,
) -> Result<Option<Lasso>, Halt> {
    if !Parts::new(graph, fairness).is_any_fair(bad, sources.0, poll)? {
        return Ok(None);
    }
    // There is one, so that it pays to know which of them can be entered soonest.
    let reached = reach(graph, bad, sources, poll)?;
    let mut parts = Parts::new(graph, fairness);
    let Some((entry, part)) = parts.first(&reached, poll)? else { return Ok(None) };
    let mut stem = vec![entry];
    let mut state = entry;
    while reached.came_from[state as usize] != state {
        state = reached.came_from[state as usize];
        stem.push(state);
    }
    stem.reverse();
    Ok(Some(Lasso { stem, cycle: parts.cycle(&part, entry, poll)? }))
}

/// What the sources lead to.
struct Reached {
    states: Vec<u32>,
    rank: Vec<u32>,
    /// The state before; of a source itself.
    came_from: Vec<u32>,
}

impl Reached {
    fn add(&mut self, state: u32, from: u32) {
        if self.rank[state as usize] == UNREACHED {
            self.rank[state as usize] = self.states.len() as u32;
            self.came_from[state as usize] = from;
            self.states.push(state);
        }
    }
}

fn reach(
    graph: &Graph,
    bad: &[bool],
    (sources, depth_of): Sources<'_>,
    poll: Poll<'_>,
) -> Result<Reached, Halt> {
    let fresh = || vec![UNREACHED; graph.len()];
    let mut reached = Reached { states: Vec::new(), rank: fresh(), came_from: fresh() };
    let mut sources = sources.iter().copied().peekable();
    let mut depth = 0;
    let mut level = 0..0;
    loop {
        while let Some(source) = sources.next_if(|&source| depth_of(source) <= depth) {
            reached.add(source, source);
        }
        level.end = reached.states.len();
        if level.is_empty() {
            let Some(&next) = sources.peek() else { return Ok(reached) };
            depth = depth_of(next);
            continue;
        }
        for at in level.clone() {
            let state = reached.states[at];
            for (_, target) in graph.steps(state) {
                if target != OUTSIDE && bad[target as usize] {
                    reached.add(target, state);
                }
            }
            if at % PAUSE == 0 {
                poll()?;
            }
        }
        level.start = level.end;
        depth += 1;
    }
}

struct Parts<'a> {
    graph: &'a Graph,
    fairness: &'a Fairness,
    components: Components<'a>,
    /// What is still to be divided into components.
    pending: Vec<Vec<u32>>,
    /// The component found last, and how many were found.
    part: Vec<u32>,
    count: usize,
}

impl<'a> Parts<'a> {
    fn new(graph: &'a Graph, fairness: &'a Fairness) -> Self {
        let (components, pending) = (Components::new(graph), Vec::new());
        Parts { graph, fairness, components, pending, part: Vec::new(), count: 0 }
    }

    /// Whether the sources lead to any fair part.
    fn is_any_fair(&mut self, bad: &[bool], sources: &[u32], poll: Poll<'_>) -> Result<bool, Halt> {
        self.components.divide_from(sources, bad);
        self.next_fair(|_| true, poll)
    }

    /// The fair part that is reached first, and its state that is.
    fn first(
        &mut self,
        reached: &Reached,
        poll: Poll<'_>,
    ) -> Result<Option<(u32, Vec<u32>)>, Halt> {
        let rank_of = |state: u32| reached.rank[state as usize];
        let entry_of = |part: &[u32]| part.iter().copied().min_by_key(|&state| rank_of(state));
        let mut best: Option<(u32, Vec<u32>)> = None;
        self.pending.push(reached.states.clone());
        loop {
            let least = best.as_ref().map_or(UNREACHED, |(entry, _)| rank_of(*entry));
            let is_sooner =
                |part: &[u32]| entry_of(part).is_some_and(|entry| rank_of(entry) < least);
            if !self.next_fair(is_sooner, poll)? {
                return Ok(best);
            }
            best = entry_of(&self.part).map(|entry| (entry, self.part.clone()));
        }
    }

    /// Find another fair part among those that are wanted, and have it in hand.
    fn next_fair(
        &mut self,
        is_wanted: impl Fn(&[u32]) -> bool,
        poll: Poll<'_>,
    ) -> Result<bool, Halt> {
        loop {
            while let Some(number) = self.components.next(&mut self.part) {
                self.count += 1;
                if self.count % PAUSE == 0 {
                    poll()?;
                }
                if !is_wanted(&self.part) {
                    continue;
                }
                match self.judge(&self.part, number) {
                    Judgement::Fair => return Ok(true),
                    Judgement::Unfair => {}
                    Judgement::FairWithout(missed) => {
                        let rest = self.part.iter().copied();
                        let rest = rest.filter(|&state| !self.enables(state, &missed)).collect();
                        self.pending.push(rest);
                    }
                }
            }
            let Some(states) = self.pending.pop() else { return Ok(false) };
            self.components.divide(states);
        }
    }

    fn judge(&self, part: &[u32], number: u32) -> Judgement {
        if let [state] = *part {
            let rests = self.graph.steps(state).all(|(label, _)| label == UNFAIR);
            return if rests { Judgement::Fair } else { Judgement::Unfair };
        }
        let words = self.fairness.weak.len();
        let (mut ever, mut always) = (vec![0; words], vec![u64::MAX; words]);
        let (mut taken, mut enabled) = (vec![0; words], vec![0; words]);
        for &state in part {
            self.note_enabled(state, &mut enabled);
            for word in 0..words {
                ever[word] |= enabled[word];
                always[word] &= enabled[word];
            }
            for (label, target) in self.graph.steps(state) {
                if label != UNFAIR && self.is_in(target, number) {
                    set(&mut taken, label);
                }
            }
        }
        let Fairness { weak, strong } = self.fairness;
        let missed = |duties: &[u64], by: &[u64]| -> Vec<u64> {
            (0..words).map(|word| duties[word] & by[word] & !taken[word]).collect()
        };
        if missed(weak, &always).iter().any(|&word| word != 0) {
            return Judgement::Unfair;
        }
        let missed = missed(strong, &ever);
        match missed.iter().all(|&word| word == 0) {
            true => Judgement::Fair,
            false => Judgement::FairWithout(missed),
        }
    }

    fn is_in(&self, state: u32, number: u32) -> bool {
        state != OUTSIDE && self.components.part_of[state as usize] == number
    }

    /// The fair actions that are enabled in a state.
    fn enabled(&self, state: u32) -> Vec<u64> {
        let mut enabled = vec![0; self.fairness.weak.len()];
        self.note_enabled(state, &mut enabled);
        enabled
    }

    fn note_enabled(&self, state: u32, enabled: &mut [u64]) {
        enabled.fill(0);
        for (label, _) in self.graph.steps(state) {
            if label != UNFAIR {
                set(enabled, label);
            }
        }
    }

    fn enables(&self, state: u32, actions: &[u64]) -> bool {
        let is_one = |label: u16| actions[label as usize / 64] >> (label % 64) & 1 == 1;
        self.graph.steps(state).any(|(label, _)| label != UNFAIR && is_one(label))
    }

    /// A fair way from `start` through a fair part and back, by the nearest next duty.
    fn cycle(&self, part: &[u32], start: u32, poll: Poll<'_>) -> Result<Vec<Step>, Halt> {
        let Fairness { weak, strong } = self.fairness;
        let mut owed = self.enabled(start);
        if owed.iter().all(|&word| word == 0) {
            return Ok(Vec::new());
        }
        let mut ever = vec![0; owed.len()];
        for &state in part {
            self.enabled(state).iter().zip(&mut ever).for_each(|(word, ever)| *ever |= word);
        }
        for word in 0..owed.len() {
            owed[word] = owed[word] & weak[word] | ever[word] & strong[word];
        }
        let (mut here, mut steps) = (start, Vec::new());
        while owed.iter().any(|&word| word != 0) {
            for step in self.nearest(here, |step| self.pays(step, &owed), poll)? {
                self.pay(step, &mut owed);
                steps.push(step);
                here = step.1;
            }
        }
        if here != start {
            steps.extend(self.nearest(here, |step| step.1 == start, poll)?);
        }
        Ok(steps)
    }

    fn pays(&self, step: Step, owed: &[u64]) -> bool {
        let mut left = owed.to_vec();
        self.pay(step, &mut left);
        left != owed
    }

    /// Take from what is owed what a step pays: itself, and what is not enabled where it leads.
    fn pay(&self, (label, target): Step, owed: &mut [u64]) {
        let enabled = self.enabled(target);
        for word in 0..owed.len() {
            owed[word] &= !self.fairness.weak[word] | enabled[word];
        }
        if label != UNFAIR {
            owed[label as usize / 64] &= !(1 << (label % 64));
        }
    }

    /// The shortest way within the part of `start` whose last step is the one looked for.
    fn nearest(
        &self,
        start: u32,
        is_it: impl Fn(Step) -> bool,
        poll: Poll<'_>,
    ) -> Result<Vec<Step>, Halt> {
        let number = self.components.part_of[start as usize];
        let mut came_by: FastMap<u32, (u32, Step)> = FastMap::default();
        let mut frontier = vec![start];
        let mut at = 0;
        while at < frontier.len() {
            let state = frontier[at];
            for step in self.graph.steps(state).filter(|step| self.is_in(step.1, number)) {
                if is_it(step) {
                    return Ok(way(&came_by, start, state, step));
                }
                if step.1 != start && !came_by.contains_key(&step.1) {
                    came_by.insert(step.1, (state, step));
                    frontier.push(step.1);
                }
            }
            if at % PAUSE == 0 {
                poll()?;
            }
            at += 1;
        }
        Err(Halt::Invalid("a fair part does not pay what it owes".to_owned()))
    }
}

enum Judgement {
    Fair,
    Unfair,
    /// What is left without the states that enable these.
    FairWithout(Vec<u64>),
}

fn way(came_by: &FastMap<u32, (u32, Step)>, start: u32, mut state: u32, last: Step) -> Vec<Step> {
    let mut steps = vec![last];
    while state != start {
        let (before, step) = came_by[&state];
        steps.push(step);
        state = before;
    }
    steps.reverse();
    steps
}

fn set(words: &mut [u64], label: u16) {
    words[label as usize / 64] |= 1 << (label % 64);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::graph_of;

    fn find(states: &[&[Step]], weak: u64, strong: u64) -> Option<Lasso> {
        let graph = graph_of(states);
        let fairness = Fairness { weak: vec![weak], strong: vec![strong] };
        let bad = vec![true; graph.len()];
        find_lasso(&graph, &fairness, &bad, (&[0], &|_| 0), &mut || Ok(())).unwrap()
    }

    #[test]
    fn a_run_rests_where_nothing_fair_is_enabled() {
        let lasso = find(&[&[(0, 1)], &[]], 0b1, 0).unwrap();
        assert_eq!(lasso, Lasso { stem: vec![0, 1], cycle: vec![] });
    }

    #[test]
    fn an_action_that_is_left_out_must_be_disabled_somewhere_or_never_enabled() {
        let states: &[&[Step]] = &[&[(0, 1)], &[(0, 0), (1, OUTSIDE)]];
        let round = Lasso { stem: vec![0], cycle: vec![(0, 1), (0, 0)] };
        assert_eq!(find(states, 0b11, 0), Some(round));
        assert_eq!(find(states, 0b01, 0b10), None);
        assert_eq!(find(&[&[(0, 1), (1, OUTSIDE)], &[(0, 0), (1, OUTSIDE)]], 0b11, 0), None);
    }

    #[test]
    fn a_part_that_misses_a_strongly_fair_action_is_searched_without_its_states() {
        // 0 and 1 go round, 2 and 3 as well, all go on to each other; 2 enables what leads out.
        let states: &[&[Step]] =
            &[&[(0, 1)], &[(0, 0), (UNFAIR, 2)], &[(0, 3), (1, OUTSIDE)], &[(0, 2), (UNFAIR, 0)]];
        let round = Lasso { stem: vec![0], cycle: vec![(0, 1), (0, 0)] };
        assert_eq!(find(states, 0b01, 0b10), Some(round));
        assert_eq!(find(states, 0b00, 0b11).map(|lasso| lasso.cycle.len()), Some(2));
    }

    #[test]
    fn the_clock_ends_it() {
        let graph = graph_of(&[&[]]);
        let mut late = || Err(Halt::TimedOut);
        let ended = find_lasso(&graph, &Fairness::default(), &[true], (&[0], &|_| 0), &mut late);
        assert!(matches!(ended, Err(Halt::TimedOut)));
    }
}
