//! Walking a trie on a state.
use crate::space::{Frame, Space};
use crate::tabulator::ReadKind;
use crate::tries::{Node, Target, Tries};

/// What is not known yet, or not there yet, before a walk or a step can go on.
#[derive(Debug, PartialEq, Eq)]
pub enum Miss {
    /// A trie that does not know the state.
    Tabulate(u32),
    /// A view of identifiers.
    View(u32, Vec<u32>),
    /// A slot's value or element, and the timestamps alive.
    Renumber(u32, u32, u64),
    /// What a slot's value or element is to the members of symmetric sets.
    Mirror(u32, u32),
    /// A slot's sequence that was never held before.
    Sequence(u32, Vec<u32>),
    /// What a run that was seen means for what may be left out.
    Unrelated,
    /// Room for more pages.
    Room,
    /// Nothing can be done about it: what was given cannot be used.
    Invalid(String),
}

/// The ends that a walk came to, with what it took where it branched.
#[derive(Default)]
pub struct Ends {
    /// The leaf, and where its branches end in `branches` (they start where the last one's end).
    pub leaves: Vec<(u32, u32)>,
    /// Results at branching reads.
    pub branches: Vec<u32>,
    taken: Vec<u32>,
}

impl Ends {
    /// Forget all.
    #[inline]
    pub fn clear(&mut self) {
        self.leaves.clear();
        self.branches.clear();
        self.taken.clear();
    }

    /// The branches of an end.
    pub fn branches_of(&self, end: usize) -> &[u32] {
        let start = if end == 0 { 0 } else { self.leaves[end - 1].1 };
        &self.branches[start as usize..self.leaves[end].1 as usize]
    }
}

/// Where a walk stops.
pub enum Stop {
    /// At an end.
    Leaf(u32),
    /// At a read that branches.
    Fork(u32),
}

/// Walk on from a reference up to an end or a branching read.
#[inline]
pub fn descend(
    space: &Space,
    tries: &Tries,
    trie: u32,
    mut reference: u32,
    frame: &Frame,
) -> Result<Stop, Miss> {
    loop {
        match tries.target(reference) {
            Target::Leaf(leaf) => return Ok(Stop::Leaf(leaf)),
            Target::Missing => return Err(Miss::Tabulate(trie)),
            Target::Node(number) => {
                let node = tries.node(number);
                if node.kind.branches() {
                    return Ok(Stop::Fork(number));
                }
                let result = look(space, node, frame)?;
                reference = tries.child(number, node, result);
            }
        }
    }
}

/// What a read that does not branch gives.
#[inline(always)]
pub fn look(space: &Space, node: &Node, frame: &Frame) -> Result<u32, Miss> {
    let word = frame.vector[node.position as usize];
    if node.kind == ReadKind::Value {
        return Ok(word);
    }
    look_closer(space, node, frame, word)
}

fn look_closer(space: &Space, node: &Node, frame: &Frame, word: u32) -> Result<u32, Miss> {
    let elements = || space.sequences[node.a as usize].get(word);
    Ok(match node.kind {
        ReadKind::Value => word,
        ReadKind::Empty => u32::from(word == 0),
        ReadKind::Element => elements().get(node.b as usize).map_or(0, |element| element + 1),
        ReadKind::Length => elements().len() as u32,
        ReadKind::Contains => u32::from(elements().contains(&node.b)),
        ReadKind::Now => frame.live.count_ones(),
        ReadKind::View => return view(space, node.a, frame),
        ReadKind::Each | ReadKind::Choice => unreachable!("branching reads stop a descent"),
    })
}

fn view(space: &Space, number: u32, frame: &Frame) -> Result<u32, Miss> {
    let view = &space.views[number as usize];
    let of_slot = |slot: u32| frame.vector[space.layout.position(slot)];
    let first = of_slot(view.slots[0]);
    let (known, identifiers) = match view.slots.get(1) {
        None => (view.of_one(first), [first, 0]),
        Some(&slot) => (view.of_two(first, of_slot(slot)), [first, of_slot(slot)]),
    };
    known.ok_or_else(|| Miss::View(number, identifiers[..view.slots.len()].to_vec()))
}

/// Walk a trie to every end that the state allows.
#[inline]
pub fn walk(
    space: &Space,
    tries: &Tries,
    trie: u32,
    frame: &Frame,
    ends: &mut Ends,
) -> Result<(), Miss> {
    ends.clear();
    match descend(space, tries, trie, tries.root(trie), frame)? {
        Stop::Leaf(leaf) => {
            ends.leaves.push((leaf, 0));
            Ok(())
        }
        Stop::Fork(node) => fork(space, tries, (trie, node), frame, ends),
    }
}

fn fork(
    space: &Space,
    tries: &Tries,
    (trie, number): (u32, u32),
    frame: &Frame,
    ends: &mut Ends,
) -> Result<(), Miss> {
    let node = tries.node(number);
    each_result(space, node, frame, |result| {
        ends.taken.push(result);
        match descend(space, tries, trie, tries.child(number, node, result), frame)? {
            Stop::Leaf(leaf) => {
                ends.branches.extend_from_slice(&ends.taken);
                ends.leaves.push((leaf, ends.branches.len() as u32));
            }
            Stop::Fork(node) => fork(space, tries, (trie, node), frame, ends)?,
        }
        ends.taken.pop();
        Ok(())
    })
}

/// Visit what a branching read may give, in order.
#[inline]
pub fn each_result(
    space: &Space,
    node: &Node,
    frame: &Frame,
    mut visit: impl FnMut(u32) -> Result<(), Miss>,
) -> Result<(), Miss> {
    if node.kind == ReadKind::Choice {
        return (0..node.a).try_for_each(visit);
    }
    let word = frame.vector[node.position as usize];
    // A bag's elements are sorted, so that equal ones stand side by side.
    let elements = space.sequences[node.a as usize].get(word);
    for (at, &element) in elements.iter().enumerate() {
        if at == 0 || elements[at - 1] != element {
            visit(element)?;
        }
    }
    Ok(())
}
