//! Symmetry: of all states that differ by a rearrangement of members, one stands for all.
//!
//! Members of a set are sorted by what the state is to them. Where that is the same for some of
//! them, and exchanging them makes another state, every arrangement of these is tried and the least
//! taken. Each rearrangement is made of exchanges of neighbours.
use std::cmp::Ordering;
use std::ops::Range;

use crate::hashing::{FastMap, mix};
use crate::mirrors::Mirrors;
use crate::space::Space;
use crate::tabulator::SlotKind;
use crate::walk::Miss;

/// Arrangements of members that are alike which are tried in one state.
const ARRANGEMENTS_MAX: usize = 50_000;

/// Bits of a color that say what more there is than what a member's first slot holds.
const TAIL: u32 = 40;

/// What was declared, in numbers; members are numbered through all sets.
pub struct Declared {
    /// The sizes of the sets.
    pub sizes: Vec<usize>,
    /// For each exchange of neighbours, set by set, where it puts each slot.
    pub swaps: Vec<Vec<u32>>,
    /// For each slot, the members that it belongs to.
    pub owners: Vec<Vec<u32>>,
    /// For each slot and member, a number for what the slot is to the member.
    pub roles: Vec<Vec<u32>>,
    /// For each slot, the first of those that exchanges bring to its place.
    pub classes: Vec<u32>,
}

/// One exchange of a member and the next.
struct Swap {
    /// The first of the two.
    member: usize,
    /// Slots that change places.
    pairs: Vec<(u32, u32)>,
    /// Slots that stay.
    rest: Vec<u32>,
}

/// The symmetry of a model.
pub struct Symmetry {
    sets: Vec<Range<usize>>,
    swaps: Vec<Swap>,
    /// For each member, the exchange with the next.
    next: Vec<usize>,
    /// For each member, a slot that is its own, alike for all members of a set.
    first_slots: Vec<Option<u32>>,
    owners: Vec<Vec<u32>>,
    roles: Vec<Vec<u32>>,
    /// Slots that belong to two members or more.
    shared: Vec<u32>,
    /// What values are to the members.
    pub mirrors: Mirrors,
}

/// The working memory of sorting.
#[derive(Default)]
pub struct Sorter {
    /// The state in hand, by slots.
    pub words: Vec<u32>,
    /// The exchanges that led to it, by their numbers.
    pub trail: Vec<u32>,
    /// Whether what a slot holds mentions a member.
    mentions: Vec<bool>,
    colors: Vec<u64>,
}

/// A state on the way to the least.
struct Arranged {
    words: Vec<u32>,
    mentions: Vec<bool>,
}

impl Arranged {
    fn of(sorter: &Sorter) -> Self {
        Arranged { words: sorter.words.clone(), mentions: sorter.mentions.clone() }
    }

    fn give(&self, sorter: &mut Sorter) {
        sorter.words.clone_from(&self.words);
        sorter.mentions.clone_from(&self.mentions);
    }
}

impl Symmetry {
    /// Take up what was declared, of slots of these kinds.
    pub fn new(declared: Declared, kinds: &[SlotKind]) -> Result<Self, String> {
        let Declared { sizes, swaps, owners, roles, classes } = declared;
        let mut sets = Vec::new();
        let mut members = 0;
        for size in sizes {
            sets.push(members..members + size);
            members += size;
        }
        let firsts: Vec<usize> =
            sets.iter().flat_map(|set| set.start..set.end.saturating_sub(1)).collect();
        expect(firsts.len() == swaps.len(), "an exchange for each two neighbours")?;
        expect(owners.len() == kinds.len(), "the owners of each slot")?;
        expect(roles.len() == kinds.len(), "roles of each slot")?;
        expect(roles.iter().all(|roles| roles.len() == members), "a role for each member")?;
        let known = |owners: &Vec<u32>| owners.iter().all(|&owner| (owner as usize) < members);
        expect(owners.iter().all(known), "owners that are members")?;
        let mut next = vec![0; members];
        firsts.iter().enumerate().for_each(|(number, &first)| next[first] = number);
        let swap_of = |(member, targets): (usize, Vec<u32>)| Swap::new(member, &targets, kinds);
        let swaps: Result<Vec<Swap>, String> = firsts.into_iter().zip(swaps).map(swap_of).collect();
        let swaps = swaps?;
        let first_slots = sets.iter().flat_map(|set| first_slots(set, &owners, &classes)).collect();
        let shared = (0..owners.len() as u32).filter(|&s| owners[s as usize].len() > 1).collect();
        let mirrors = Mirrors::new(classes, kinds, members, swaps.len())?;
        Ok(Symmetry { sets, swaps, next, first_slots, owners, roles, shared, mirrors })
    }

    /// Bring the state in `sorter` to the one that stands for it.
    pub fn sort(&self, space: &Space, sorter: &mut Sorter) -> Result<(), Miss> {
        sorter.trail.clear();
        if sorter.words.len() != self.owners.len() {
            let slots = self.owners.len();
            return Err(Miss::Invalid(format!("symmetry was declared for {slots} slots alone")));
        }
        self.color(space, sorter)?;
        self.refine(space, sorter)?;
        for set in &self.sets {
            for end in set.clone() {
                let mut at = end;
                while at > set.start && sorter.colors[at - 1] > sorter.colors[at] {
                    at -= 1;
                    self.exchange(space, sorter, self.next[at])?;
                    sorter.colors.swap(at, at + 1);
                }
            }
        }
        self.settle_ties(space, sorter)
    }

    /// Give each member a color that says what its own slots hold, and what mentions it.
    ///
    /// What the first of its slots holds counts most: so states are sorted by that slot, and steps
    /// that look at it alone see few different things.
    fn color(&self, space: &Space, sorter: &mut Sorter) -> Result<(), Miss> {
        let members = self.next.len();
        sorter.colors.clear();
        sorter.colors.resize(members, 0);
        sorter.mentions.clear();
        for slot in 0..sorter.words.len() {
            let word = sorter.words[slot];
            let mentions = self.mirrors.mentions(space, slot as u32, word)?;
            sorter.mentions.push(mentions);
            let everyone = 0..if mentions { members } else { 0 };
            let owners = self.owners[slot].iter().map(|&owner| owner as usize);
            for member in everyone.chain(owners) {
                let color = &mut sorter.colors[member];
                *color = color.wrapping_add(self.shade(space, slot, word, member)?);
            }
        }
        for (member, color) in sorter.colors.iter_mut().enumerate() {
            let first = self.first_slots[member];
            let mark = match first {
                Some(slot) => {
                    self.mirrors.mark(space, slot, sorter.words[slot as usize], member)?
                }
                None => 0,
            };
            *color = mark << TAIL | *color >> (64 - TAIL);
        }
        Ok(())
    }

    /// What a slot and what it holds are to a member.
    fn shade(&self, space: &Space, slot: usize, word: u32, member: usize) -> Result<u64, Miss> {
        let mark = self.mirrors.mark(space, slot as u32, word, member)?;
        Ok(mix(mark ^ mix(u64::from(self.roles[slot][member]))))
    }

    /// Tell more members apart by those with whom they share slots.
    fn refine(&self, space: &Space, sorter: &mut Sorter) -> Result<(), Miss> {
        if self.shared.is_empty() {
            return Ok(());
        }
        let mut told_apart = self.count_colors(&sorter.colors);
        while told_apart < sorter.colors.len() {
            let mut finer: Vec<u64> = sorter.colors.iter().map(|&color| mix(color)).collect();
            for &slot in &self.shared {
                let slot = slot as usize;
                let tint = |&owner: &u32| {
                    let member = owner as usize;
                    mix(sorter.colors[member] ^ mix(u64::from(self.roles[slot][member])))
                };
                let all = self.owners[slot].iter().map(tint).fold(0, u64::wrapping_add);
                for owner in &self.owners[slot] {
                    let shade = self.shade(space, slot, sorter.words[slot], *owner as usize)?;
                    let others = all.wrapping_sub(tint(owner));
                    let color = &mut finer[*owner as usize];
                    *color = color.wrapping_add(mix(shade ^ mix(others)));
                }
            }
            let finer_apart = self.count_colors(&finer);
            if finer_apart <= told_apart {
                return Ok(());
            }
            told_apart = finer_apart;
            let blend = |(&old, fine): (&u64, u64)| old >> TAIL << TAIL | fine >> (64 - TAIL);
            sorter.colors = sorter.colors.iter().zip(finer).map(blend).collect();
        }
        Ok(())
    }

    fn count_colors(&self, colors: &[u64]) -> usize {
        let distinct = |set: &Range<usize>| {
            let mut sorted = colors[set.clone()].to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            sorted.len()
        };
        self.sets.iter().map(distinct).sum()
    }

    /// Take the least of the states that exchanges of members of one color lead to.
    fn settle_ties(&self, space: &Space, sorter: &mut Sorter) -> Result<(), Miss> {
        let is_tie = |&number: &usize| {
            let member = self.swaps[number].member;
            sorter.colors[member] == sorter.colors[member + 1]
        };
        let ties: Vec<usize> = (0..self.swaps.len()).filter(is_tie).collect();
        let sorted = sorter.trail.len();
        let start = Arranged::of(sorter);
        for &tie in &ties {
            self.exchange(space, sorter, tie)?;
            if sorter.words != start.words {
                start.give(sorter);
                sorter.trail.truncate(sorted);
                return self.take_least(space, sorter, &ties);
            }
        }
        sorter.trail.truncate(sorted);
        Ok(())
    }

    fn take_least(&self, space: &Space, sorter: &mut Sorter, ties: &[usize]) -> Result<(), Miss> {
        let sorted = sorter.trail.len();
        let mut found = vec![Arranged::of(sorter)];
        let mut origins = vec![(0, 0)];
        let mut known: FastMap<Vec<u32>, ()> = FastMap::default();
        known.insert(sorter.words.clone(), ());
        let mut next = 0;
        while next < found.len() {
            for &tie in ties {
                found[next].give(sorter);
                self.exchange(space, sorter, tie)?;
                if known.insert(sorter.words.clone(), ()).is_none() {
                    found.push(Arranged::of(sorter));
                    origins.push((next, tie as u32));
                }
            }
            if found.len() > ARRANGEMENTS_MAX {
                return Err(Miss::Invalid(format!(
                    "over {ARRANGEMENTS_MAX} arrangements of members that look alike make one \
                     state many; leave symmetry off, or take fewer members"
                )));
            }
            next += 1;
        }
        let least = (0..found.len()).min_by(|&a, &b| found[a].words.cmp(&found[b].words));
        let mut at = least.unwrap_or(0);
        found[at].give(sorter);
        sorter.trail.truncate(sorted);
        while at != 0 {
            sorter.trail.push(origins[at].1);
            at = origins[at].0;
        }
        sorter.trail[sorted..].reverse();
        Ok(())
    }

    /// Exchange two neighbours.
    fn exchange(&self, space: &Space, sorter: &mut Sorter, number: usize) -> Result<(), Miss> {
        let swap = &self.swaps[number];
        let image = |sorter: &Sorter, from: u32, to: u32| {
            let (word, mentions) = (sorter.words[from as usize], sorter.mentions[from as usize]);
            self.mirrors.image(space, number, (from, to), word, mentions)
        };
        for &(one, other) in &swap.pairs {
            let there = image(sorter, one, other)?;
            sorter.words[one as usize] = image(sorter, other, one)?;
            sorter.words[other as usize] = there;
            sorter.mentions.swap(one as usize, other as usize);
        }
        for &slot in &swap.rest {
            if sorter.mentions[slot as usize] {
                sorter.words[slot as usize] = image(sorter, slot, slot)?;
            }
        }
        sorter.trail.push(number as u32);
        Ok(())
    }
}

impl Swap {
    fn new(member: usize, targets: &[u32], kinds: &[SlotKind]) -> Result<Self, String> {
        expect(targets.len() == kinds.len(), "a target for each slot")?;
        let mut swap = Swap { member, pairs: Vec::new(), rest: Vec::new() };
        for (slot, &target) in targets.iter().enumerate() {
            let back = targets.get(target as usize).copied();
            expect(back == Some(slot as u32), "exchanges that undo themselves")?;
            expect(kinds[slot] == kinds[target as usize], "slots of a kind to change places")?;
            match (slot as u32).cmp(&target) {
                Ordering::Less => swap.pairs.push((slot as u32, target)),
                Ordering::Equal => swap.rest.push(target),
                Ordering::Greater => {}
            }
        }
        Ok(swap)
    }
}

/// For each member of a set, the slot that is what the first member's first own slot is to it.
fn first_slots(set: &Range<usize>, owners: &[Vec<u32>], classes: &[u32]) -> Vec<Option<u32>> {
    let is_own = |slot: &u32, member: usize| owners[*slot as usize] == [member as u32];
    let slots = 0..owners.len() as u32;
    let class_of = |slot: u32| classes.get(slot as usize);
    let first = slots.clone().find(|slot| is_own(slot, set.start)).map(class_of);
    let alike =
        |member| slots.clone().find(|slot| is_own(slot, member) && Some(class_of(*slot)) == first);
    set.clone().map(alike).collect()
}

fn expect(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("a symmetry needs {what}")) }
}
