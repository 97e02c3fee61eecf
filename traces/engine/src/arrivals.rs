//! GT202, linearizable within a region: what other regions write arrives there late or never.
use crate::conflicts::{Kept, find_conflict};
use crate::hashing::FastMap;
use crate::monitors::{Context, Monitor, PerItem, Shown, Verdict};
use crate::rows::{Action, FOREVER, NOWHERE, Outcome, Row, Spot};
use crate::values::Value;
use crate::zones::{Item, KEPT, Standing, is_plain, is_silent_read};

/// So many writes may wait to arrive elsewhere; a run with more is left to the reference.
const ARRIVING: usize = 1 << 22;

/// The writes of an item, which may arrive in all regions but their own.
#[derive(Default)]
struct Arriving {
    writes: Vec<Row>,
    /// The regions where something is added to the item, whose values cannot be told elsewhere.
    adding: Vec<u32>,
    /// The numbers of its places, each with its region.
    places: Vec<(u32, usize)>,
    /// Where it was first written without a region in a way that hides what it held at first.
    rewritten: Option<Spot>,
}

/// An item in one region.
struct Place {
    key: u32,
    region: u32,
    item: Item,
    kept: Vec<Kept>,
}

/// The rule on all items in all regions.
pub struct LinearizableInRegion {
    initial: Value,
    gap: i64,
    arriving: PerItem<Arriving>,
    places: Vec<Place>,
    numbers: FastMap<(u32, u32), usize>,
    kept: usize,
    arrivals: usize,
}

impl LinearizableInRegion {
    pub fn new(initial: Value, gap: i64) -> Self {
        LinearizableInRegion {
            initial,
            gap,
            arriving: PerItem::new(),
            places: Vec::new(),
            numbers: FastMap::default(),
            kept: 0,
            arrivals: 0,
        }
    }

    /// Give the place of an operation, where all that was written elsewhere may arrive.
    fn place(&mut self, row: &Row) -> usize {
        if let Some(&number) = self.numbers.get(&(row.key, row.region)) {
            return number;
        }
        let number = self.places.len();
        self.numbers.insert((row.key, row.region), number);
        let mut item = Item::new(self.initial, row.spot);
        let arriving = self.arriving.of(row.key, Arriving::default);
        arriving.writes.iter().for_each(|write| arrive(&mut item, write));
        arriving.places.push((row.region, number));
        self.places.push(Place { key: row.key, region: row.region, item, kept: Vec::new() });
        number
    }

    fn put(&mut self, row: &Row) {
        let number = self.place(row);
        let Place { item, kept, .. } = &mut self.places[number];
        if row.has_failed() {
            item.failed += 1;
            return;
        }
        if is_silent_read(row) {
            return;
        }
        item.operations += 1;
        item.is_telling |= row.is_certain() && matches!(row.action, Action::Read | Action::Cas);
        self.kept += 1;
        if self.kept <= KEPT {
            kept.push(Kept::new(row, self.gap));
        }
        if !is_plain(row) {
            item.stand(Standing::ForSearch);
        } else if item.standing == Standing::Fine {
            item.begin(row);
        }
    }

    fn send(&mut self, row: &Row) {
        let arriving = self.arriving.of(row.key, Arriving::default);
        if row.action == Action::Increment {
            if !arriving.adding.contains(&row.region) {
                arriving.adding.push(row.region);
            }
            return;
        }
        self.arrivals += 1;
        if self.arrivals > ARRIVING {
            return;
        }
        arriving.writes.push(*row);
        for &(region, number) in &arriving.places {
            if region != row.region {
                arrive(&mut self.places[number].item, row);
            }
        }
    }

    /// Give the operations of a place as the reference has them: its own, then what may arrive.
    fn conflict(&self, place: &Place, arriving: &Arriving) -> Shown {
        let elsewhere = arriving.writes.iter().filter(|write| write.region != place.region);
        let arrivals = elsewhere.map(|write| Kept::new(&never_ended(write), self.gap));
        let all: Vec<Kept> = place.kept.iter().copied().chain(arrivals).collect();
        match find_conflict(&all, self.initial) {
            Some(mut spots) if self.kept <= KEPT => {
                spots.extend(arriving.rewritten);
                Shown::Violated(spots)
            }
            _ => Shown::Left,
        }
    }
}

fn never_ended(write: &Row) -> Row {
    Row { end: FOREVER, outcome: Outcome::Unknown, action: Action::Write, ..*write }
}

fn arrive(item: &mut Item, write: &Row) {
    if item.standing == Standing::Fine {
        item.begin(&never_ended(write));
    }
}

impl Monitor for LinearizableInRegion {
    fn opened(&mut self, row: &Row, _context: &Context) {
        if row.region == NOWHERE {
            let hides = row.action == Action::Increment || row.value == self.initial;
            if hides && !row.is_read() && !row.has_failed() {
                let arriving = self.arriving.of(row.key, Arriving::default);
                arriving.rewritten = arriving.rewritten.or(Some(row.spot));
            }
            return;
        }
        self.put(row);
        if !row.is_read() && !row.has_failed() {
            self.send(row);
        }
    }

    fn settled(&mut self, row: &Row, _context: &Context) {
        if row.region == NOWHERE || is_silent_read(row) {
            return;
        }
        if let Some(&number) = self.numbers.get(&(row.key, row.region)) {
            let item = &mut self.places[number].item;
            if item.standing == Standing::Fine {
                item.end(row, row.end + self.gap);
            }
        }
    }

    fn verdict(&mut self) -> Verdict {
        if self.arrivals > ARRIVING {
            return Verdict { checked: 0, shown: Shown::Left };
        }
        let nothing = Arriving::default();
        let mut checked = 0;
        for place in &self.places {
            let arriving = self.arriving.peek(place.key).unwrap_or(&nothing);
            if arriving.adding.iter().any(|region| *region != place.region) {
                continue;
            }
            if !place.item.is_telling {
                checked += place.item.failed;
                continue;
            }
            let elsewhere = arriving.writes.iter().filter(|write| write.region != place.region);
            checked += place.item.operations + elsewhere.count() as u64;
            match place.item.standing {
                Standing::Fine => {}
                Standing::Violated => {
                    return Verdict { checked, shown: self.conflict(place, arriving) };
                }
                Standing::ForSearch => return Verdict { checked, shown: Shown::Left },
            }
        }
        Verdict { checked, shown: Shown::Nothing }
    }
}
