//! A level of the search, expanded block by block.
//!
//! Where there are several workers, a block is expanded while hands gather what one before it led to:
//! the states of a level are all known when its first block begins. While the mender asks the other
//! side, they go on as well. Whatever is counted or asked comes in the order in which it comes
//! without them.
use std::ops::Range;

use crate::gathering::Expanded;
use crate::search::{Break, Run, SAMPLE, Search};
use crate::tabulator::Halt;
use crate::worker::Worker;

/// States that are expanded before their targets are looked up, where a level has no more of them.
pub(crate) const BLOCK: usize = 1 << 13;
/// In large levels so many times more, but no more than this part of the level.
const LARGER: usize = 8;
const PART: usize = 8;

/// How many states of a level are a block. It depends on nothing else, so that what is counted
/// where a limit was met in the middle of one does not either.
pub(crate) fn block_length(level: &Range<usize>) -> usize {
    (level.len() / PART).clamp(BLOCK, LARGER * BLOCK)
}

impl Search {
    /// Expand the states of the level that are not expanded yet.
    pub(crate) fn expand_level(&mut self, run: &mut Run, may_arrange: bool) -> Result<(), Break> {
        self.relate_anew();
        let result = self.expand_blocks(run, may_arrange);
        // Whatever ended it, this is not to be lost.
        self.take_over(run);
        if self.len() > self.standing.level.end {
            self.standing.depth = self.standing.steps + 1;
        }
        result
    }

    fn expand_blocks(&mut self, run: &mut Run, may_arrange: bool) -> Result<(), Break> {
        let Range { end, .. } = self.standing.level;
        let length = block_length(&self.standing.level);
        let mut waiting = None;
        for start in (self.standing.expanded..end).step_by(length) {
            let block = start..end.min(start + length);
            let Some(expanded) = self.expand_block(block, waiting.take(), run)? else { break };
            if !may_arrange && self.may_wait(&expanded, run) {
                waiting = Some(expanded);
                continue;
            }
            self.gather(expanded, run)?;
            if self.stopped.is_some() {
                break;
            }
            if self.is_missing() {
                return Err(Break::Missed);
            }
            if may_arrange && self.len() >= SAMPLE {
                self.arrange();
                return Err(Break::Arranged);
            }
        }
        Ok(())
    }

    /// Expand a block. What waits is under way then; nothing comes of it where the search ends.
    fn expand_block(
        &mut self,
        block: Range<usize>,
        waiting: Option<Expanded>,
        run: &mut Run,
    ) -> Result<Option<Expanded>, Halt> {
        self.make_room();
        self.equip();
        let end = block.end;
        self.share(block, run, Worker::expand);
        self.catch_up(run)?;
        if self.stopped.is_some() {
            return Ok(None);
        }
        if let Some(waiting) = waiting {
            self.start_gathering(waiting, run);
        }
        self.mend(run, Worker::expand)?;
        if self.stopped.is_some() {
            return Ok(None);
        }
        let expanded = self.take_batches(end);
        if self.may_fill(&expanded, run) {
            // Of a block that meets the limit of states only a part is counted.
            self.catch_up(run)?;
            if self.may_fill(&expanded, run) {
                self.save(run)?;
            }
        }
        Ok(self.stopped.is_none().then_some(expanded))
    }

    /// Whether what was found out about a block may be gathered while the next one is expanded. What
    /// is asked and judged there must not depend on it.
    fn may_wait(&self, expanded: &Expanded, run: &Run) -> bool {
        let is_last = expanded.end == self.standing.level.end;
        let is_free = self.reduction.is_none() && !expanded.has_findings();
        self.workers.len() > 1 && is_free && !is_last && !self.may_fill(expanded, run)
    }

    /// Whether there may be too many states once a block is gathered.
    fn may_fill(&self, expanded: &Expanded, run: &Run) -> bool {
        let under_way = run.under_way.as_ref().map_or(0, |errand| errand.common().targets());
        let most = self.len() + under_way + expanded.targets();
        run.limits.max_states.is_some_and(|limit| most as u64 > limit)
    }

    /// Take from the workers what they found out about a block.
    fn take_batches(&mut self, end: usize) -> Expanded {
        let workers = self.workers.iter_mut().map(|worker| std::mem::take(&mut worker.batch));
        let workers = workers.collect();
        Expanded { end, workers, mended: std::mem::take(&mut self.mender.batch) }
    }

    /// Give workers room that was used for a block before.
    fn equip(&mut self) {
        let Some(Expanded { workers, mended, .. }) = self.spare.pop() else { return };
        for (worker, batch) in self.workers.iter_mut().zip(workers) {
            worker.batch = batch;
        }
        self.mender.batch = mended;
    }
}
