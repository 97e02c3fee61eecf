//! Decision tries: what a step read, in order, and how it ended.
use crate::hashing::FastMap;
use crate::tabulator::{Read, ReadKind};

/// A reference to nothing: no run has come here yet.
pub const MISSING: u32 = 0;
/// The outcome of a disabled run.
pub const DISABLED: u32 = u32::MAX;
const LEAF: u32 = 1 << 31;
const DENSE: u32 = 64;

/// One typed read.
#[derive(Clone, Copy)]
pub struct Node {
    /// Its type.
    pub kind: ReadKind,
    sparse: bool,
    /// The slot, the view or the number of alternatives.
    pub a: u32,
    /// The index or the element.
    pub b: u32,
    /// Where the slot stands; 0 when no slot is read.
    pub position: u32,
    /// Results from `low` on have their children in a block of `length` from `base` on.
    low: u32,
    base: u32,
    length: u32,
    used: u32,
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// How it ended, or `DISABLED`.
    pub outcome: u32,
    /// Whether a read on the way branched.
    pub forked: bool,
    /// The pages that were read on the way, one bit each.
    pub pages: u8,
}

/// What a reference refers to.
pub enum Target {
    /// Nothing yet.
    Missing,
    /// A read, by its number.
    Node(u32),
    /// An end, by its number.
    Leaf(u32),
}

/// The tries of all actions, reactions and predicates.
pub struct Tries {
    roots: Vec<u32>,
    nodes: Vec<Node>,
    children: Vec<u32>,
    scattered: FastMap<u64, u32>,
    leaves: Vec<Leaf>,
}

#[derive(Clone, Copy)]
enum Cell {
    Root(u32),
    Child(u32, u32),
}

impl Tries {
    /// Make no tries.
    pub fn new() -> Self {
        let nothing = Node {
            kind: ReadKind::Now,
            sparse: false,
            a: 0,
            b: 0,
            position: 0,
            low: 0,
            base: 0,
            length: 0,
            used: 0,
        };
        Tries {
            roots: Vec::new(),
            nodes: vec![nothing],
            children: Vec::new(),
            scattered: FastMap::default(),
            leaves: Vec::new(),
        }
    }

    /// Add an empty trie.
    pub fn add(&mut self) {
        self.roots.push(MISSING);
    }

    /// The reference to a trie's root.
    #[inline]
    pub fn root(&self, trie: u32) -> u32 {
        self.roots[trie as usize]
    }

    /// What a reference refers to.
    #[inline]
    pub fn target(&self, reference: u32) -> Target {
        if reference & LEAF != 0 {
            Target::Leaf(reference & !LEAF)
        } else if reference != MISSING {
            Target::Node(reference)
        } else {
            Target::Missing
        }
    }

    /// A read.
    #[inline]
    pub fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    /// An end.
    #[inline]
    pub fn leaf(&self, leaf: u32) -> Leaf {
        self.leaves[leaf as usize]
    }

    /// The number of the end that was put in last.
    pub fn last_leaf(&self) -> u32 {
        self.leaves.len() as u32 - 1
    }

    /// Where a result leads from a read.
    #[inline]
    pub fn child(&self, number: u32, node: &Node, result: u32) -> u32 {
        let offset = result.wrapping_sub(node.low);
        if offset < node.length {
            self.children[(node.base + offset) as usize]
        } else if node.sparse {
            self.scattered.get(&key(number, result)).copied().unwrap_or(MISSING)
        } else {
            MISSING
        }
    }

    /// Put a run into a trie; true if it was not there; a contradiction is an error.
    ///
    /// `position_of` gives where the slot of a read stands. `leaf` is None for a run that ends at
    /// a branching read with nothing to branch over.
    pub fn insert(
        &mut self,
        trie: u32,
        path: &[Read],
        leaf: Option<Leaf>,
        position_of: impl Fn(&Read) -> u32,
    ) -> Result<bool, String> {
        let mut cell = Cell::Root(trie);
        let mut fresh = false;
        for (depth, read) in path.iter().enumerate() {
            let node = match self.target(self.load(cell)) {
                Target::Node(node) => node,
                Target::Leaf(_) => {
                    return Err(impure(trie, depth, "a run ended where another read on"));
                }
                Target::Missing => {
                    fresh = true;
                    self.add_node(cell, read, position_of(read))?
                }
            };
            let found = self.node(node);
            if (found.kind, found.a, found.b) != (read.kind, read.a, read.b) {
                return Err(impure(
                    trie,
                    depth,
                    "two runs read different things at the same point",
                ));
            }
            match read.result {
                Some(result) => cell = Cell::Child(node, result),
                None => return Ok(fresh),
            }
        }
        let leaf = leaf.expect("a path without an end has no result at its last read");
        match self.target(self.load(cell)) {
            Target::Leaf(found) if self.leaf(found) == leaf => Ok(fresh),
            Target::Leaf(_) => Err(impure(trie, path.len(), "the same reads ended in two ways")),
            Target::Node(_) => Err(impure(trie, path.len(), "a run ended where another read on")),
            Target::Missing => {
                let reference = self.leaves.len() as u32 | LEAF;
                self.leaves.push(leaf);
                self.save(cell, reference)?;
                Ok(true)
            }
        }
    }

    fn add_node(&mut self, cell: Cell, read: &Read, position: u32) -> Result<u32, String> {
        let number = self.nodes.len() as u32;
        if number >= LEAF {
            return Err("the tries have more than 2^31 reads".to_owned());
        }
        let empty = self.nodes[0];
        self.nodes.push(Node { kind: read.kind, a: read.a, b: read.b, position, ..empty });
        self.save(cell, number)?;
        Ok(number)
    }

    fn load(&self, cell: Cell) -> u32 {
        match cell {
            Cell::Root(trie) => self.roots[trie as usize],
            Cell::Child(node, result) => self.child(node, self.node(node), result),
        }
    }

    fn save(&mut self, cell: Cell, reference: u32) -> Result<(), String> {
        match cell {
            Cell::Root(trie) => self.roots[trie as usize] = reference,
            Cell::Child(node, result) => {
                self.make_room(node, result)?;
                let found = self.nodes[node as usize];
                if found.sparse {
                    self.scattered.insert(key(node, result), reference);
                } else {
                    self.children[(found.base + result - found.low) as usize] = reference;
                }
                self.nodes[node as usize].used += 1;
            }
        }
        Ok(())
    }

    fn make_room(&mut self, number: u32, result: u32) -> Result<(), String> {
        let node = self.nodes[number as usize];
        if node.sparse || result.wrapping_sub(node.low) < node.length {
            return Ok(());
        }
        let end = node.low + node.length;
        let (low, length) = if node.length == 0 {
            (result, 1)
        } else if result < node.low {
            let length = (end - result).next_power_of_two().min(end);
            (end - length, length)
        } else {
            (node.low, (result + 1 - node.low).next_power_of_two())
        };
        if length > DENSE && length / 8 > node.used {
            self.scatter(number);
            return Ok(());
        }
        let base = u32::try_from(self.children.len() + length as usize)
            .map_err(|_| "the tries have more than 2^32 results".to_owned())?
            - length;
        self.children.resize((base + length) as usize, MISSING);
        for offset in 0..node.length {
            let at = (base + node.low - low + offset) as usize;
            self.children[at] = self.children[(node.base + offset) as usize];
        }
        self.nodes[number as usize] = Node { low, base, length, ..node };
        Ok(())
    }

    fn scatter(&mut self, number: u32) {
        let node = self.nodes[number as usize];
        for offset in 0..node.length {
            let child = self.children[(node.base + offset) as usize];
            if child != MISSING {
                self.scattered.insert(key(number, node.low + offset), child);
            }
        }
        self.nodes[number as usize] = Node { sparse: true, length: 0, ..node };
    }

    /// Set the positions of all reads and the pages of all ends for another layout.
    pub fn relayout(&mut self, position_of: impl Fn(&Node) -> u32, pages_of: impl Fn(&Node) -> u8) {
        let mut waiting: Vec<(u32, u8)> = self.roots.iter().map(|&root| (root, 0)).collect();
        let mut scattered: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        for (&key, &child) in &self.scattered {
            scattered[(key >> 32) as usize].push(child);
        }
        while let Some((reference, pages)) = waiting.pop() {
            match self.target(reference) {
                Target::Missing => {}
                Target::Leaf(leaf) => self.leaves[leaf as usize].pages = pages,
                Target::Node(number) => {
                    let node = &mut self.nodes[number as usize];
                    node.position = position_of(node);
                    let pages = pages | pages_of(node);
                    let block = node.base as usize..(node.base + node.length) as usize;
                    waiting.extend(self.children[block].iter().map(|&child| (child, pages)));
                    waiting.extend(scattered[number as usize].iter().map(|&child| (child, pages)));
                }
            }
        }
    }

    /// The number of reads.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.children.capacity() * 4
            + self.leaves.capacity() * size_of::<Leaf>()
            + self.scattered.capacity() * 16
    }
}

fn key(node: u32, result: u32) -> u64 {
    u64::from(node) << 32 | u64::from(result)
}

fn impure(trie: u32, depth: usize, why: &str) -> String {
    format!("impure: trie {trie}, after {depth} reads: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(a: u32, result: u32) -> Read {
        Read { kind: ReadKind::Value, a, b: 0, result: Some(result) }
    }

    fn leaf(outcome: u32) -> Option<Leaf> {
        Some(Leaf { outcome, forked: false, pages: 0 })
    }

    fn find(tries: &Tries, results: &[u32]) -> Option<u32> {
        let mut reference = tries.root(0);
        for &result in results {
            match tries.target(reference) {
                Target::Node(node) => reference = tries.child(node, tries.node(node), result),
                _ => return None,
            }
        }
        match tries.target(reference) {
            Target::Leaf(leaf) => Some(tries.leaf(leaf).outcome),
            _ => None,
        }
    }

    #[test]
    fn every_run_is_found_again_however_scattered_its_results_are() {
        let mut tries = Tries::new();
        tries.add();
        let results: Vec<u32> =
            (0..400).map(|i| if i < 200 { 300 - i } else { i * i * 97 % 16_000_000 }).collect();
        for (outcome, &result) in results.iter().enumerate() {
            let path = [read(0, 1), read(1, result)];
            assert!(tries.insert(0, &path, leaf(outcome as u32), |_| 0).unwrap());
        }
        for (outcome, &result) in results.iter().enumerate() {
            assert_eq!(find(&tries, &[1, result]), Some(outcome as u32));
        }
        assert_eq!(find(&tries, &[1, 15_999_999]), None);
        assert!(tries.memory() < 1 << 20);
    }

    #[test]
    fn contradictions_are_told() {
        let mut tries = Tries::new();
        tries.add();
        tries.insert(0, &[read(0, 1)], leaf(1), |_| 0).unwrap();
        assert!(!tries.insert(0, &[read(0, 1)], leaf(1), |_| 0).unwrap());
        assert!(tries.insert(0, &[read(0, 1)], leaf(2), |_| 0).is_err());
        assert!(tries.insert(0, &[read(1, 1)], leaf(1), |_| 0).is_err());
        assert!(tries.insert(0, &[read(0, 1), read(1, 1)], leaf(1), |_| 0).is_err());
        let told = tries.insert(0, &[], leaf(1), |_| 0).unwrap_err();
        assert!(told.starts_with("impure: trie 0"));
    }

    #[test]
    fn a_new_layout_moves_reads_and_gathers_the_pages_of_every_end() {
        let mut tries = Tries::new();
        tries.add();
        for result in [5, 900_000, 70] {
            tries.insert(0, &[read(0, result), read(1, result)], leaf(result), |_| 0).unwrap();
        }
        tries.relayout(|node| node.a + 10, |node| 1 << node.a);
        for result in [5, 900_000, 70] {
            assert_eq!(find(&tries, &[result, result]), Some(result));
        }
        let Target::Node(root) = tries.target(tries.root(0)) else { panic!("the root is a read") };
        assert_eq!(tries.node(root).position, 10);
        assert!(tries.leaves.iter().all(|leaf| leaf.pages == 0b11));
    }

    #[test]
    fn a_run_over_nothing_ends_at_its_branching_read() {
        let mut tries = Tries::new();
        tries.add();
        let over_nothing = Read { kind: ReadKind::Each, a: 0, b: 0, result: None };
        assert!(tries.insert(0, &[over_nothing], None, |_| 0).unwrap());
        assert!(!tries.insert(0, &[over_nothing], None, |_| 0).unwrap());
        let over_one = Read { result: Some(3), ..over_nothing };
        assert!(tries.insert(0, &[over_one], leaf(1), |_| 0).unwrap());
        assert_eq!(find(&tries, &[3]), Some(1));
    }
}
