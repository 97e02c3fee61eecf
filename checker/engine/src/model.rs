//! The tabulated model: slots, tries and outcomes, and how answers to misses are taken in.
use crate::footprints::Note;
use crate::layout::Layout;
use crate::outcomes::Outcomes;
use crate::space::Space;
use crate::symmetry::Symmetry;
use crate::tabulator::{
    BRANCH_LIMIT, Content, Effect, Ending, IDENTIFIER_LIMIT, LENGTH_LIMIT, News, Operation, Read,
    ReadKind, Run, SlotKind, Tabulation,
};
use crate::tries::{DISABLED, Leaf, Node, Tries};
use crate::views::View;

/// What a predicate claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It holds in every state.
    Always,
    /// It holds in some state.
    Sometimes,
    /// It holds in every state that no step leads out of.
    Terminal,
    /// Nothing of single states: it is the goal or the trigger of a promise.
    InTheEnd,
}

/// What a trie tabulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A step.
    Action,
    /// What follows a step.
    Reaction,
    /// A predicate.
    Predicate(Claim),
}

/// Everything known about the model so far.
pub struct Model {
    /// The states.
    pub space: Space,
    /// The steps, reactions and predicates, as the other side ran them.
    pub tries: Tries,
    /// The actions again, each with the reactions that follow.
    pub fused: Tries,
    /// How they end.
    pub outcomes: Outcomes,
    /// What each trie is for.
    pub purposes: Vec<Purpose>,
    /// One bit a trie: the actions.
    pub actions: Vec<u64>,
    /// What is symmetric in it, where that counts.
    pub symmetry: Option<Symmetry>,
    /// The runs of actions and predicates in the order in which they were entered, where it counts.
    pub notes: Option<Vec<Note>>,
}

impl Model {
    /// Make a model without slots or tries.
    pub fn new(timed: bool) -> Self {
        Model {
            space: Space::new(timed),
            tries: Tries::new(),
            fused: Tries::new(),
            outcomes: Outcomes::default(),
            purposes: Vec::new(),
            actions: Vec::new(),
            symmetry: None,
            notes: None,
        }
    }

    /// Add a slot; it has no place before the slots are laid out.
    pub fn add_slot(&mut self, kind: SlotKind) -> u32 {
        self.space.add_slot(kind);
        self.space.kinds.len() as u32 - 1
    }

    /// Give every slot a place, and forget all states.
    pub fn lay_out(&mut self, layout: Layout) {
        self.space.lay_out(layout);
        let space = &self.space;
        let position = |node: &Node| {
            if reads_slot(node.kind) { space.layout.position(node.a) as u32 } else { 0 }
        };
        for tries in [&mut self.tries, &mut self.fused] {
            tries.relayout(position, |node| pages_of(space, node.kind, node.a));
        }
        self.outcomes.relayout(&self.space.layout);
    }

    /// Add a trie.
    pub fn add_trie(&mut self, purpose: Purpose) -> Result<u32, String> {
        let terminal = Purpose::Predicate(Claim::Terminal);
        if purpose == terminal && self.purposes.contains(&terminal) {
            return Err("there is a terminal predicate already".to_owned());
        }
        let trie = self.purposes.len();
        self.purposes.push(purpose);
        self.tries.add();
        self.fused.add();
        if trie % 64 == 0 {
            self.actions.push(0);
        }
        if purpose == Purpose::Action {
            self.actions[trie / 64] |= 1 << (trie % 64);
        }
        if self.actions.len() > self.space.store.words() {
            self.space.store.widen(self.actions.len());
        }
        Ok(trie as u32)
    }

    /// Add a view of one or two value slots.
    pub fn add_view(&mut self, slots: Vec<u32>) -> Result<u32, String> {
        if slots.is_empty() || slots.len() > 2 {
            return Err(format!("a view has one slot or two, not {}", slots.len()));
        }
        for &slot in &slots {
            self.expect_slot(slot, "a view", &[SlotKind::Value])?;
        }
        self.space.views.push(View::new(slots));
        Ok(self.space.views.len() as u32 - 1)
    }

    /// Say what timestamps are inside a value or an element.
    pub fn set_stamps(&mut self, slot: u32, identifier: u32, mask: u64) -> Result<(), String> {
        let any = [SlotKind::Value, SlotKind::Queue, SlotKind::Bag];
        self.expect_slot(slot, "a stamp", &any)?;
        expect_identifier(identifier, "a stamped identifier")?;
        self.space.set_stamps(slot, identifier, mask)
    }

    /// An error unless a state that is given in full fits the slots.
    pub fn check_state(&self, state: &[Content]) -> Result<(), String> {
        if state.len() > self.space.kinds.len() {
            let slots = self.space.kinds.len();
            return Err(format!("a state of {} slots where there are {slots}", state.len()));
        }
        for (slot, content) in state.iter().enumerate() {
            let kind = self.space.kinds[slot];
            match (kind, content) {
                (SlotKind::Value, &Content::Value(identifier)) => {
                    expect_identifier(identifier, "a value")?;
                }
                (SlotKind::Queue | SlotKind::Bag, Content::Elements(elements)) => {
                    for &element in elements {
                        expect_identifier(element, "an element")?;
                    }
                }
                _ => return Err(format!("slot {slot} is a {kind:?} and was given {content:?}")),
            }
        }
        Ok(())
    }

    /// Make the vector of a state that is given in full; slots left out hold 0.
    pub fn vector(&mut self, state: &[Content]) -> Vec<u32> {
        let mut vector = vec![0; self.space.layout.len()];
        for (slot, content) in state.iter().enumerate() {
            vector[self.space.layout.position(slot as u32)] = match content {
                Content::Value(identifier) => *identifier,
                Content::Elements(elements) => self.space.sequence(slot as u32, elements.clone()),
            };
        }
        vector
    }

    /// Take in the answer to a miss; an error if it says nothing that was not known.
    pub fn absorb(&mut self, trie: u32, tabulation: Tabulation) -> Result<(), String> {
        self.hear(tabulation.news)?;
        let mut fresh = false;
        for run in tabulation.runs {
            fresh |= self.enter(trie, run)?;
        }
        if fresh {
            return Ok(());
        }
        Err(format!(
            "impure: trie {trie} was run on a state that it did not know, and the runs read \
             nothing new: they do not read what the state holds"
        ))
    }

    /// Take in announcements, in order.
    pub fn hear(&mut self, news: Vec<News>) -> Result<(), String> {
        for item in news {
            match item {
                News::Reaction => drop(self.add_trie(Purpose::Reaction)?),
                News::Stamps(slot, identifier, mask) => self.set_stamps(slot, identifier, mask)?,
                News::View(slots) => drop(self.add_view(slots)?),
            }
        }
        Ok(())
    }

    fn enter(&mut self, trie: u32, run: Run) -> Result<bool, String> {
        if run.path.len() >= LENGTH_LIMIT as usize {
            return Err(format!("a run of {} reads is too long", run.path.len()));
        }
        let last = run.path.len().saturating_sub(1);
        let mut pages = 0;
        let mut forks = 0;
        for (depth, read) in run.path.iter().enumerate() {
            self.check_read(read, depth == last && run.ending.is_none())?;
            pages |= pages_of(&self.space, read.kind, read.a);
            forks += usize::from(read.kind.branches());
        }
        if forks > BRANCH_LIMIT {
            return Err(format!("a run with {forks} branching reads; {BRANCH_LIMIT} are allowed"));
        }
        if forks > 0 && self.purposes[trie as usize] != Purpose::Action {
            return Err(format!("trie {trie} branches, which only an action may"));
        }
        let open_ended = run.path.last().is_some_and(|read| read.result.is_none());
        let leaf = if open_ended {
            None
        } else {
            let outcome = match run.ending {
                None => DISABLED,
                Some(ending) => {
                    self.check_ending(trie, &ending)?;
                    self.outcomes.intern(ending, &self.space.layout)
                }
            };
            Some(Leaf { outcome, forked: forks > 0, pages })
        };
        let layout = &self.space.layout;
        let is_fresh = self.tries.insert(trie, &run.path, leaf, |read| {
            if reads_slot(read.kind) { layout.position(read.a) as u32 } else { 0 }
        })?;
        if is_fresh && matches!(self.purposes[trie as usize], Purpose::Predicate(_)) {
            self.note(trie, &run.path, self.tries.last_leaf());
        }
        Ok(is_fresh)
    }

    fn note(&mut self, owner: u32, path: &[Read], leaf: u32) {
        if let Some(notes) = &mut self.notes {
            notes.push(Note { owner, leaf, path: path.to_vec() });
        }
    }

    fn check_read(&self, read: &Read, may_be_open: bool) -> Result<(), String> {
        use SlotKind::{Bag, Queue, Value};
        let what = "a read";
        match read.kind {
            ReadKind::Value => self.expect_slot(read.a, what, &[Value])?,
            ReadKind::Each => self.expect_slot(read.a, what, &[Bag])?,
            ReadKind::View if read.a as usize >= self.space.views.len() => {
                return Err(format!("a read of view {}, which there is not", read.a));
            }
            ReadKind::Choice if read.a >= LENGTH_LIMIT => {
                return Err(format!("a choice of {} alternatives is too many", read.a));
            }
            ReadKind::View | ReadKind::Now | ReadKind::Choice => {}
            _ => self.expect_slot(read.a, what, &[Queue, Bag])?,
        }
        match read.result {
            Some(result) if read.kind == ReadKind::Choice && result >= read.a => {
                Err(format!("a choice of {} has no alternative {result}", read.a))
            }
            Some(result) => expect_identifier(result, "a read's result"),
            None if may_be_open && read.kind.branches() => Ok(()),
            None => {
                Err("only the last read of a disabled run, over nothing, lacks a result".into())
            }
        }
    }

    fn check_ending(&self, trie: u32, ending: &Ending) -> Result<(), String> {
        let purpose = self.purposes[trie as usize];
        let predicate = matches!(purpose, Purpose::Predicate(_));
        if predicate && !ending.effects.is_empty() {
            return Err(format!("trie {trie} is a predicate and has effects"));
        }
        if purpose != Purpose::Action && !ending.reactions.is_empty() {
            return Err(format!("trie {trie} is not an action and has reactions"));
        }
        for &reaction in &ending.reactions {
            if self.purposes.get(reaction as usize) != Some(&Purpose::Reaction) {
                return Err(format!("trie {reaction} is not a reaction"));
            }
        }
        ending.effects.iter().try_for_each(|effect| self.check_effect(effect))
    }

    fn check_effect(&self, effect: &Effect) -> Result<(), String> {
        use SlotKind::{Bag, Queue, Value};
        let kinds: &[SlotKind] = match effect.operation {
            Operation::Set => &[Value],
            Operation::Push | Operation::RemoveAt => &[Queue],
            Operation::Add | Operation::Remove => &[Bag],
            Operation::Clear => &[Queue, Bag],
        };
        self.expect_slot(effect.slot, &format!("{:?}", effect.operation), kinds)?;
        expect_identifier(effect.argument, "an effect's argument")
    }

    fn expect_slot(&self, slot: u32, what: &str, kinds: &[SlotKind]) -> Result<(), String> {
        match self.space.kinds.get(slot as usize) {
            None => Err(format!("{what} of slot {slot}, which there is not")),
            Some(kind) if kinds.contains(kind) => Ok(()),
            Some(kind) => Err(format!("{what} of slot {slot}, which is a {kind:?}, not {kinds:?}")),
        }
    }

    /// Put a run of an action and of all that follows into its fused trie.
    pub fn enter_fused(
        &mut self,
        trie: u32,
        reads: &[Read],
        end: Option<Leaf>,
    ) -> Result<(), String> {
        let pages = |read: &Read| pages_of(&self.space, read.kind, read.a);
        let pages = reads.iter().fold(0, |known, read| known | pages(read));
        let layout = &self.space.layout;
        let end = end.map(|leaf| Leaf { pages, ..leaf });
        let is_fresh = self.fused.insert(trie, reads, end, |read| {
            if reads_slot(read.kind) { layout.position(read.a) as u32 } else { 0 }
        })?;
        if is_fresh && end.is_some() {
            self.note(trie, reads, self.fused.last_leaf());
        }
        Ok(())
    }

    /// Bytes held, roughly.
    pub fn memory(&self) -> usize {
        let tries = self.tries.memory() + self.fused.memory();
        let mirrors = self.symmetry.as_ref().map_or(0, |symmetry| symmetry.mirrors.memory());
        self.space.memory() + tries + self.outcomes.memory() + mirrors
    }
}

fn reads_slot(kind: ReadKind) -> bool {
    !matches!(kind, ReadKind::View | ReadKind::Now | ReadKind::Choice)
}

fn pages_of(space: &Space, kind: ReadKind, a: u32) -> u8 {
    match kind {
        ReadKind::Choice => 0,
        ReadKind::Now => u8::MAX,
        ReadKind::View => {
            let slots = &space.views[a as usize].slots;
            slots.iter().fold(0, |pages, &slot| pages | space.layout.page_mask(slot))
        }
        _ => space.layout.page_mask(a),
    }
}

fn expect_identifier(identifier: u32, what: &str) -> Result<(), String> {
    if identifier < IDENTIFIER_LIMIT {
        return Ok(());
    }
    Err(format!("{what} is {identifier}; identifiers stay below {IDENTIFIER_LIMIT}"))
}
