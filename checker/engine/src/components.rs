//! Strongly connected components, by paths (Gabow, 2000), without recursion.
use crate::graph::{Graph, OUTSIDE};

/// Not visited yet.
const UNSEEN: u32 = 0;

/// The components of parts of a graph; each part and each component has a number.
pub struct Components<'a> {
    graph: &'a Graph,
    /// The part that each state is in; 0 where it is in none.
    pub part_of: Vec<u32>,
    parts: u32,
    order: Vec<u32>,
    visited: u32,
    whole: u32,
    roots: Vec<u32>,
    /// The states on the way, each with how many of its steps were looked at.
    calls: Vec<(u32, u32)>,
    path: Vec<u32>,
    bounds: Vec<u32>,
}

impl<'a> Components<'a> {
    /// Begin with a graph of which no state is in a part.
    pub fn new(graph: &'a Graph) -> Self {
        Components {
            graph,
            part_of: vec![0; graph.len()],
            parts: 0,
            order: vec![UNSEEN; graph.len()],
            visited: UNSEEN,
            whole: 0,
            roots: Vec::new(),
            calls: Vec::new(),
            path: Vec::new(),
            bounds: Vec::new(),
        }
    }

    /// Make these states a part, and `next` give its components; the last part must be done with.
    pub fn divide(&mut self, states: Vec<u32>) {
        self.parts += 1;
        self.whole = self.parts;
        self.visited = UNSEEN;
        for &state in &states {
            self.part_of[state as usize] = self.whole;
            self.order[state as usize] = UNSEEN;
        }
        self.roots = states;
    }

    /// Make the states of a kind a part, and `next` give its components that some of them lead to;
    /// nothing was divided before.
    pub fn divide_from(&mut self, sources: &[u32], is_in: &[bool]) {
        self.parts += 1;
        self.whole = self.parts;
        for (part, _) in self.part_of.iter_mut().zip(is_in).filter(|(_, is_in)| **is_in) {
            *part = self.whole;
        }
        self.roots = sources.to_vec();
    }

    /// Put the states of the next component into `component` and give its number.
    pub fn next(&mut self, component: &mut Vec<u32>) -> Option<u32> {
        loop {
            let Some(&(state, place)) = self.calls.last() else {
                let root = self.roots.pop()?;
                if self.is_new(root) {
                    self.visit(root);
                }
                continue;
            };
            if let Some(&target) = self.graph.targets(state).get(place as usize) {
                if let Some(call) = self.calls.last_mut() {
                    call.1 += 1;
                }
                self.look(target);
                continue;
            }
            self.calls.pop();
            if self.bounds.last() == Some(&self.order[state as usize]) {
                self.bounds.pop();
                return Some(self.leave(state, component));
            }
        }
    }

    fn is_new(&self, state: u32) -> bool {
        self.part_of[state as usize] == self.whole && self.order[state as usize] == UNSEEN
    }

    fn visit(&mut self, state: u32) {
        self.visited += 1;
        self.order[state as usize] = self.visited;
        self.path.push(state);
        self.bounds.push(self.visited);
        self.calls.push((state, 0));
    }

    #[inline]
    fn look(&mut self, target: u32) {
        if target == OUTSIDE || self.part_of[target as usize] != self.whole {
            return;
        }
        let order = self.order[target as usize];
        if order == UNSEEN {
            self.visit(target);
            return;
        }
        // It is on the path: all that came after it belongs to its component.
        while self.bounds.last().is_some_and(|&bound| bound > order) {
            self.bounds.pop();
        }
    }

    fn leave(&mut self, first: u32, component: &mut Vec<u32>) -> u32 {
        self.parts += 1;
        component.clear();
        while let Some(state) = self.path.pop() {
            self.part_of[state as usize] = self.parts;
            component.push(state);
            if state == first {
                break;
            }
        }
        self.parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Sheet, UNFAIR, graph_of};

    fn components_of(graph: &Graph, states: &[u32]) -> Vec<Vec<u32>> {
        let mut components = Components::new(graph);
        components.divide(states.to_vec());
        let (mut found, mut component) = (Vec::new(), Vec::new());
        while components.next(&mut component).is_some() {
            component.sort_unstable();
            found.push(component.clone());
        }
        found.sort();
        found
    }

    #[test]
    fn two_rings_with_a_bridge_are_two_components() {
        let (a, b) = ((UNFAIR, 1), (UNFAIR, 0));
        let graph = graph_of(&[&[a], &[b, (UNFAIR, 2)], &[(UNFAIR, 3)], &[(UNFAIR, 2)]]);
        assert_eq!(components_of(&graph, &[0, 1, 2, 3]), [vec![0, 1], vec![2, 3]]);
        assert_eq!(components_of(&graph, &[0, 2, 3]), [vec![0], vec![2, 3]]);
        assert_eq!(components_of(&graph, &[1, 2]), [vec![1], vec![2]]);
    }

    #[test]
    fn random_graphs_have_the_components_that_reaching_each_other_gives() {
        let mut seed = 1u64;
        let mut draw = |below: u64| {
            seed = seed.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..300 {
            let count = draw(9) as usize + 1;
            let mut ways = vec![vec![false; count]; count];
            let mut sheet = Sheet::default();
            for way in &mut ways {
                for _ in 0..draw(4) {
                    let target = draw(count as u64) as usize;
                    way[target] = true;
                    sheet.add_step((UNFAIR, target as u32));
                }
                sheet.add_state();
            }
            let mut graph = Graph::default();
            graph.add(sheet);
            for middle in 0..count {
                for from in 0..count {
                    for to in 0..count {
                        ways[from][to] |= ways[from][middle] && ways[middle][to];
                    }
                }
            }
            let all: Vec<u32> = (0..count as u32).collect();
            let together = |one: &u32, other: &u32| {
                let (one, other) = (*one as usize, *other as usize);
                one == other || (ways[one][other] && ways[other][one])
            };
            let mut expected: Vec<Vec<u32>> = all
                .iter()
                .map(|one| all.iter().filter(|other| together(one, other)).copied().collect())
                .collect();
            expected.sort();
            expected.dedup();
            assert_eq!(components_of(&graph, &all), expected);
        }
    }
}
