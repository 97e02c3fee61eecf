//! GT601, no lost update: additions add up, and one value is replaced only once.
use crate::monitors::{Context, Found, Monitor, PerItem, Shown, Verdict};
use crate::remembered::Remembered;
use crate::rows::{Action, Consistency, Row, Spot};
use crate::values::Value;

/// An item that is only added to: what was added for certain, and what may have been.
struct Counter {
    named_at: Spot,
    base: f64,
    ended: [f64; 3],
    begun: [f64; 2],
    is_written: bool,
    /// None where the value was written again since then.
    replaced: Option<Box<Remembered<Option<Spot>>>>,
    written: Remembered<u32>,
}

/// How much comes up and down by an addition.
fn ways(amount: f64) -> [f64; 2] {
    [amount.max(0.0), amount.min(0.0)]
}

impl Counter {
    fn may_be_added_to(&self) -> bool {
        self.begun != [0.0, 0.0]
    }
}

/// The rule on all items.
pub struct NoLostUpdate {
    items: PerItem<Counter>,
    /// What had ended when each read under way began: all, upwards, and downwards.
    floors: Vec<[f64; 3]>,
    initial: Value,
    most: usize,
    found: Found,
}

impl NoLostUpdate {
    pub fn new(initial: Value, most: usize) -> Self {
        let (items, floors) = (PerItem::new(), Vec::new());
        NoLostUpdate { items, floors, initial, most, found: Found::default() }
    }

    fn read(&mut self, row: &Row, floor: [f64; 3]) {
        let Some(counter) = self.items.get(row.key) else { return };
        let value = if row.value == Value::NULL { Some(0.0) } else { row.value.number() };
        let Some(value) = value else { return };
        if counter.is_written
            || row.consistency == Consistency::Eventual
            || !counter.may_be_added_to()
        {
            return;
        }
        self.found.checked += 1;
        let [ended, up, down] = floor;
        let least = counter.base + ended + counter.begun[1] - down;
        let most = counter.base + ended + counter.begun[0] - up;
        if !(least <= value && value <= most) {
            self.found.shown = Shown::Item(counter.named_at);
        }
    }

    fn replace(&mut self, row: &Row) {
        self.found.checked += 1;
        let (initial, most) = (self.initial, self.most);
        let Some(counter) = self.items.get(row.key) else { return };
        let expected = row.expected;
        if expected == row.value || counter.may_be_added_to() {
            return;
        }
        let replaced = counter.replaced.get_or_insert_with(|| Box::new(Remembered::new(most)));
        let written = counter.written.get(&expected).copied().unwrap_or(0);
        let before = replaced.get(&expected).copied().flatten();
        if before.is_some() && written + u32::from(expected == initial) <= 1 {
            self.found.violate([before, Some(row.spot)]);
        }
        replaced.keep(expected, Some(row.spot));
    }
}

impl Monitor for NoLostUpdate {
    fn opened(&mut self, row: &Row, context: &Context) {
        if row.has_failed() || self.found.is_violated() {
            return;
        }
        let (initial, most) = (self.initial, self.most);
        let counter = self.items.of(row.key, || Counter {
            named_at: row.spot,
            base: initial.number().unwrap_or(0.0),
            ended: [0.0; 3],
            begun: [0.0; 2],
            is_written: initial != Value::NULL && initial.number().is_none(),
            replaced: None,
            written: Remembered::new(most),
        });
        match row.action {
            Action::Read => {
                let Some(slot) = context.slot else { return };
                if self.floors.len() <= slot {
                    self.floors.resize(slot + 1, [0.0; 3]);
                }
                self.floors[slot] = counter.ended;
            }
            Action::Increment => {
                let [up, down] = ways(row.value.number().unwrap_or(0.0));
                counter.begun = [counter.begun[0] + up, counter.begun[1] + down];
            }
            Action::Write | Action::Cas => {
                counter.is_written = true;
                counter.written.change(row.value, 1, |count| *count += 1);
                if counter.written.forgot
                    && let Some(replaced) = &mut counter.replaced
                    && replaced.get(&row.value).is_some()
                {
                    replaced.keep(row.value, None);
                }
            }
        }
    }

    fn settled(&mut self, row: &Row, context: &Context) {
        if self.found.is_violated() {
            return;
        }
        match row.action {
            Action::Read => {
                if let Some(&floor) = context.slot.and_then(|slot| self.floors.get(slot)) {
                    self.read(row, floor);
                }
            }
            Action::Increment => {
                let amount = row.value.number().unwrap_or(0.0);
                let [up, down] = ways(amount);
                if let Some(counter) = self.items.get(row.key) {
                    let [ended, ended_up, ended_down] = counter.ended;
                    counter.ended = [ended + amount, ended_up + up, ended_down + down];
                }
            }
            Action::Cas => self.replace(row),
            Action::Write => {}
        }
    }

    fn verdict(&mut self) -> Verdict {
        self.found.verdict()
    }
}
