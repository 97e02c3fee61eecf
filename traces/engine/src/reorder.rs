//! Puts rows that come roughly in the order of time into that order.
use crate::rows::{Order, Row};

/// Rows that are held back until no earlier one is expected.
pub struct Reorder {
    rows: Vec<Row>,
    is_sorted: bool,
    /// How many rows later another may come that is earlier.
    window: usize,
    told: Option<Order>,
}

/// A row came that is earlier than what was already told.
pub struct TooLate;

impl Reorder {
    pub fn new(window: usize) -> Self {
        Reorder { rows: Vec::new(), is_sorted: true, window, told: None }
    }

    /// Take rows, and give those that are due to a function.
    pub fn take(&mut self, rows: &[Row], tell: impl FnMut(&Row)) -> Result<(), TooLate> {
        let mut last = self.rows.last().map(Row::order);
        for row in rows {
            let order = Some(row.order());
            if order < self.told {
                return Err(TooLate);
            }
            self.is_sorted &= last <= order;
            last = order;
        }
        self.rows.extend_from_slice(rows);
        if self.rows.len() >= self.window.saturating_mul(2) {
            self.tell(self.rows.len() - self.window, tell);
        }
        Ok(())
    }

    /// Give all that is left.
    pub fn finish(&mut self, tell: impl FnMut(&Row)) {
        self.tell(self.rows.len(), tell);
    }

    fn tell(&mut self, count: usize, tell: impl FnMut(&Row)) {
        if !self.is_sorted {
            self.rows.sort_by_key(Row::order);
            self.is_sorted = true;
        }
        self.told = count.checked_sub(1).map(|last| self.rows[last].order()).or(self.told);
        self.rows.drain(..count).as_slice().iter().for_each(tell);
    }
}
