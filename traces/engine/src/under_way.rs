//! When the operations began that are under way, for each item or session that has any.
use crate::hashing::FastMap;
use crate::rows::FOREVER;

/// The starts of what is under way, in memory for just that.
#[derive(Default)]
pub struct UnderWay {
    /// Which of the lists belongs to an item or a session.
    numbers: FastMap<u32, u32>,
    starts: Vec<Vec<i64>>,
    free: Vec<u32>,
}

impl UnderWay {
    /// Take that an operation begins, none of those under way later.
    #[inline]
    pub fn begin(&mut self, of: u32, start: i64) {
        let UnderWay { numbers, starts, free } = self;
        let number = *numbers.entry(of).or_insert_with(|| {
            free.pop().unwrap_or_else(|| {
                starts.push(Vec::new());
                starts.len() as u32 - 1
            })
        });
        starts[number as usize].push(start);
    }

    /// Take that one which began then has ended; give when the first began of those still under way.
    #[inline]
    pub fn end(&mut self, of: u32, start: i64) -> i64 {
        let Some(&number) = self.numbers.get(&of) else { return FOREVER };
        let starts = &mut self.starts[number as usize];
        if let Some(at) = starts.iter().position(|&began| began == start) {
            starts.remove(at);
        }
        starts.first().copied().unwrap_or_else(|| {
            self.numbers.remove(&of);
            self.free.push(number);
            FOREVER
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_under_way_is_told_whatever_ends_in_whatever_order() {
        let mut under_way = UnderWay::default();
        for round in 0..50 {
            for start in 0..4 {
                (0..3).for_each(|item| under_way.begin(item, round * 10 + start));
            }
            for item in 0..3 {
                assert_eq!(under_way.end(item, round * 10 + 2), round * 10);
                assert_eq!(under_way.end(item, round * 10), round * 10 + 1);
                assert_eq!(under_way.end(item, round * 10 + 1), round * 10 + 3);
                assert_eq!(under_way.end(item, round * 10 + 3), FOREVER);
            }
        }
        assert_eq!((under_way.starts.len(), under_way.end(7, 1)), (3, FOREVER));
    }
}
