//! Which steps of a state are enough: its stubborn sets, the smallest first.
use crate::bits::{add, count, drop_all, first, has, join, keep, ones};
use crate::model::Model;
use crate::relation::Relation;
use crate::space::Frame;
use crate::step::learn;
use crate::tries::DISABLED;
use crate::walk::{Ends, Miss, Stop, descend, walk};
use crate::wants::{Steps, Wants};
use crate::worker::Scene;

/// How many steps of a stubborn set are taken, how many members it has in all, and its key.
type Rank = (u32, u32, usize);

/// The working memory of choosing for one state after another.
#[derive(Default)]
pub struct Choice {
    ends: Ends,
    /// The leaves that actions came to, and for each action where its own stand.
    leaves: Vec<u32>,
    spans: Vec<(u32, u32)>,
    /// Actions that were walked, those of them that have a step, and whose row is known.
    walked: Vec<u64>,
    enabled: Vec<u64>,
    settled: Vec<u64>,
    /// For each action and predicate, a row: who has to join because it is a member.
    rows: Vec<u64>,
    members: Vec<u64>,
    waiting: Vec<u64>,
    wanted: Vec<u64>,
    /// The actions that are taken.
    chosen: Vec<u64>,
    /// The actions, with the predicates that decided nothing yet.
    open: Vec<u64>,
}

/// What is looked at while choosing.
pub struct View<'a> {
    /// The model.
    pub model: &'a Model,
    /// Who depends on whom.
    pub relation: &'a Relation,
    /// The state in hand.
    pub frame: &'a Frame,
}

impl Choice {
    /// The actions that are taken.
    pub fn actions(&self) -> impl Iterator<Item = u32> {
        ones(&self.chosen).map(|action| action as u32)
    }

    /// Take a state in hand; false where all its steps are to be taken.
    pub fn consider(&mut self, view: &View, scene: &Scene) -> Result<bool, Miss> {
        self.clear(view, scene);
        let View { model, frame, .. } = view;
        for (word, &actions) in model.actions.iter().enumerate() {
            let mut rest = actions & model.space.store.open(frame.pages, word);
            while rest != 0 {
                let trie = word * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                if !self.walk(view, trie)? {
                    return Ok(false);
                }
            }
        }
        Ok(count(&self.enabled) > 1)
    }

    /// Choose the smallest stubborn set of the state that ranks after another; its rank.
    ///
    /// None where no such set leaves out a step.
    pub fn next(&mut self, view: &View, after: Option<Rank>) -> Result<Option<Rank>, Miss> {
        let enabled = std::mem::take(&mut self.enabled);
        let mut best: Rank = (count(&enabled), 0, 0);
        let mut found = Ok(None);
        for key in ones(&enabled) {
            match self.close(view, &enabled, key, best) {
                Err(miss) => {
                    found = Err(miss);
                    break;
                }
                Ok(Some(rank)) if after.is_none_or(|after| rank > after) => {
                    best = rank;
                    found = Ok(Some(rank));
                    self.chosen.clone_from(&self.members);
                    keep(&mut self.chosen, &enabled);
                    if rank.0 == 1 && rank.1 == 1 {
                        break;
                    }
                }
                Ok(_) => {}
            }
        }
        self.enabled = enabled;
        found
    }

    fn clear(&mut self, view: &View, scene: &Scene) {
        let words = view.relation.words;
        for row in [&mut self.walked, &mut self.enabled, &mut self.settled] {
            row.clear();
            row.resize(words, 0);
        }
        self.rows.resize(words * words * 64, 0);
        self.spans.resize(words * 64, (0, 0));
        self.leaves.clear();
        self.open.clear();
        let undecided = scene.orders.undecided.iter().copied().chain(std::iter::repeat(0));
        let owners = view.model.actions.iter().zip(undecided);
        self.open.extend(owners.take(words).map(|(actions, predicates)| actions | predicates));
    }

    /// Walk an action; false where it fails or came to no end.
    fn walk(&mut self, view: &View, action: usize) -> Result<bool, Miss> {
        let View { model, relation, frame } = view;
        let trie = action as u32;
        walk(&model.space, &model.fused, trie, frame, &mut self.ends)?;
        let start = self.leaves.len() as u32;
        for &(leaf, _) in &self.ends.leaves {
            let wants = relation.of_action(leaf).ok_or(Miss::Unrelated)?;
            match &wants.steps {
                Steps::Fails => return Ok(false),
                Steps::Never => {
                    let found = model.fused.leaf(leaf);
                    if found.outcome == DISABLED && !found.forked {
                        learn(model, trie, found.pages, frame);
                    }
                }
                _ if is_step(wants, view) => add(&mut self.enabled, action),
                _ => {}
            }
            self.leaves.push(leaf);
        }
        add(&mut self.walked, action);
        self.spans[action] = (start, self.leaves.len() as u32);
        Ok(!self.ends.leaves.is_empty())
    }

    /// Gather in `members` all who have to join a key; none once they rank after the best.
    fn close(
        &mut self,
        view: &View,
        enabled: &[u64],
        key: usize,
        best: Rank,
    ) -> Result<Option<Rank>, Miss> {
        let words = view.relation.words;
        self.members.clear();
        self.members.resize(words, 0);
        add(&mut self.members, key);
        self.waiting.clear();
        self.waiting.resize(words, 0);
        self.want_for_key(view, key);
        loop {
            drop_all(&mut self.waiting, &self.members);
            join(&mut self.members, &self.waiting);
            let steps = enabled.iter().zip(&self.members);
            let steps = steps.map(|(one, other)| (one & other).count_ones()).sum();
            let rank = (steps, count(&self.members), key);
            if rank >= best {
                return Ok(None);
            }
            if first(&self.waiting).is_none() {
                return Ok(Some(rank));
            }
            let newcomers = std::mem::take(&mut self.waiting);
            let settled = self.settle_all(view, &newcomers);
            self.waiting = newcomers;
            settled?;
            self.waiting.clone_from(&self.wanted);
        }
    }

    /// Gather in `wanted` who has to join because of some members.
    fn settle_all(&mut self, view: &View, members: &[u64]) -> Result<(), Miss> {
        let words = view.relation.words;
        self.wanted.clear();
        self.wanted.resize(words, 0);
        ones(members).try_for_each(|member| {
            self.settle(view, member)?;
            join(&mut self.wanted, &self.rows[member * words..][..words]);
            Ok(())
        })
    }

    fn want_for_key(&mut self, view: &View, key: usize) {
        let (start, end) = self.spans[key];
        for &leaf in &self.leaves[start as usize..end as usize] {
            let wants = view.relation.of_action(leaf).expect("it was asked for when it was walked");
            join(&mut self.waiting, wants.holds());
            join(
                &mut self.waiting,
                if is_step(wants, view) { wants.does() } else { wants.idles() },
            );
        }
        keep(&mut self.waiting, &self.open);
    }

    /// Work out who has to join because of a member, once a state.
    fn settle(&mut self, view: &View, member: usize) -> Result<(), Miss> {
        if has(&self.settled, member) {
            return Ok(());
        }
        let words = view.relation.words;
        self.rows[member * words..][..words].fill(0);
        if !has(&view.model.actions, member) {
            let leaf = walk_predicate(view, member as u32)?;
            let wants = view.relation.of_predicate(leaf).ok_or(Miss::Unrelated)?;
            join(&mut self.rows[member * words..][..words], wants.idles());
        } else {
            if !has(&self.walked, member) && !self.walk(view, member)? {
                let why = format!("trie {member} is disabled by one page, and yet takes a step");
                return Err(Miss::Invalid(why));
            }
            self.want_for_member(view, member);
        }
        keep(&mut self.rows[member * words..][..words], &view.model.actions);
        add(&mut self.settled, member);
        Ok(())
    }

    fn want_for_member(&mut self, view: &View, member: usize) {
        let words = view.relation.words;
        let row = &mut self.rows[member * words..][..words];
        let (start, end) = self.spans[member];
        let mut ends = None;
        for &leaf in &self.leaves[start as usize..end as usize] {
            let wants = view.relation.of_action(leaf).expect("it was asked for when it was walked");
            if is_step(wants, view) {
                join(row, wants.does());
                ends = Some(wants.ends());
            } else {
                join(row, wants.idles());
            }
        }
        if let Some(ends) = ends {
            drop_all(row, ends);
        }
    }
}

/// Whether a run is a step of the state in hand.
#[inline]
fn is_step(wants: &Wants, view: &View) -> bool {
    let View { model, frame, .. } = view;
    match &wants.steps {
        Steps::Never => false,
        Steps::Fails | Steps::Always => true,
        Steps::Unless(sets) => sets
            .iter()
            .any(|&(slot, value)| frame.vector[model.space.layout.position(slot)] != value),
    }
}

fn walk_predicate(view: &View, trie: u32) -> Result<u32, Miss> {
    let View { model, frame, .. } = view;
    let tries = &model.tries;
    match descend(&model.space, tries, trie, tries.root(trie), frame)? {
        Stop::Leaf(leaf) => Ok(leaf),
        Stop::Fork(_) => Err(Miss::Invalid(format!("trie {trie} is a predicate and branches"))),
    }
}
