//! Which state stands for a state: the state itself, unless symmetry was declared.
use crate::hashing::mix;
use crate::model::Model;
use crate::space::Frame;
use crate::symmetry::Sorter;
use crate::tabulator::Content;
use crate::walk::Miss;

const CACHE: usize = 1 << 12;
/// No root: its first page would be the last of 2^32.
const NOTHING: u64 = u64::MAX;

/// The working memory of finding out which state stands for another.
#[derive(Default)]
pub struct Stand {
    frame: Frame,
    sorter: Sorter,
    vector: Vec<u32>,
    /// Roots asked for lately, and the answers.
    cache: Vec<(u64, u64)>,
}

impl Model {
    /// The root of the state that stands for the state of a root.
    #[inline]
    pub fn stand_for(&self, root: u64, stand: &mut Stand) -> Result<u64, Miss> {
        if self.symmetry.is_none() {
            return Ok(root);
        }
        stand.cache.resize(CACHE, (NOTHING, NOTHING));
        let place = mix(root) as usize % CACHE;
        if stand.cache[place].0 != root {
            stand.cache[place] = (root, self.sort(root, stand)?);
        }
        Ok(stand.cache[place].1)
    }

    fn sort(&self, root: u64, stand: &mut Stand) -> Result<u64, Miss> {
        let Some(symmetry) = &self.symmetry else { return Ok(root) };
        let (space, sorter) = (&self.space, &mut stand.sorter);
        space.load(root, &mut stand.frame);
        let slots = 0..space.kinds.len() as u32;
        let words = slots.clone().map(|slot| stand.frame.vector[space.layout.position(slot)]);
        sorter.words.clear();
        sorter.words.extend(words);
        symmetry.sort(space, sorter)?;
        stand.vector.resize(space.layout.len(), 0);
        for slot in slots {
            stand.vector[space.layout.position(slot)] = sorter.words[slot as usize];
        }
        space.root(&stand.vector).ok_or(Miss::Room)
    }

    /// The state that stands for one in full, and the exchanges that lead there.
    pub fn stand_for_contents(
        &mut self,
        state: &[Content],
    ) -> Result<(Vec<Content>, Vec<u32>), String> {
        self.check_state(state)?;
        let vector = self.vector(state);
        self.space.store.reserve();
        let (mut stand, mut frame) = (Stand::default(), Frame::default());
        let unknown = "a state is not made of what is known".to_owned();
        let root = self.space.root(&vector).ok_or(unknown.clone())?;
        let standing = self.sort(root, &mut stand).map_err(|_| unknown)?;
        self.space.load(standing, &mut frame);
        Ok((self.space.contents(&frame.vector), stand.sorter.trail))
    }
}
