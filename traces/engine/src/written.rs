//! GT302 and GT306, what is seen of an item: only what was written, and one value a version.
use crate::ages::{Ordered, ordered};
use crate::monitors::{Context, Found, Monitor, PerItem, Verdict};
use crate::remembered::Remembered;
use crate::rows::{Action, Place, Places, Row, Spot, Version};
use crate::values::{Packed, Value};

/// What was written to one item until now, and what was tried in vain.
struct Written {
    values: Remembered<Place>,
    failed: Option<Box<Remembered<Place>>>,
    first: Option<Spot>,
    lowest: Option<(Ordered, Spot)>,
    blurred: Option<Spot>,
    unversioned: bool,
}

/// GT302: whatever is seen of an item was written before, by something that did not fail.
pub struct NoValueFromNowhere {
    items: PerItem<Written>,
    places: Places,
    initial: Value,
    most: usize,
    found: Found,
}

impl NoValueFromNowhere {
    pub fn new(initial: Value, most: usize) -> Self {
        let (items, places, found) = (PerItem::new(), Places::default(), Found::default());
        NoValueFromNowhere { items, places, initial, most, found }
    }

    fn item(&mut self, key: u32) -> &mut Written {
        let most = self.most;
        self.items.of(key, || Written {
            values: Remembered::new(most),
            failed: None,
            first: None,
            lowest: None,
            blurred: None,
            unversioned: false,
        })
    }
}

impl Monitor for NoValueFromNowhere {
    fn opened(&mut self, row: &Row, context: &Context) {
        if row.is_read() || self.found.is_violated() {
            return;
        }
        let (version, spot) = (ordered(row), row.spot);
        let is_valued = row.action != Action::Increment;
        let place = self.places.place(spot);
        let most = self.most;
        let item = self.item(row.key);
        let kept = match row.has_failed() {
            true => item.failed.get_or_insert_with(|| Box::new(Remembered::new(most))),
            false => &mut item.values,
        };
        if is_valued {
            kept.keep_first(row.value, place);
        }
        if let Some(version) = version {
            kept.keep_first(Value::of_version_key(version), place);
        }
        if row.has_failed() {
            return;
        }
        item.first = item.first.or(Some(spot));
        if !is_valued {
            item.blurred = item.blurred.or(Some(spot));
        }
        item.unversioned |= version.is_none();
        if let Some(version) = version
            && item.lowest.is_none_or(|(lowest, _)| context.order.compare(version, lowest).is_lt())
        {
            item.lowest = Some((version, spot));
        }
    }

    fn settled(&mut self, row: &Row, context: &Context) {
        if !row.is_read() || row.value == Value::UNSET || self.found.is_violated() {
            return;
        }
        self.found.checked += 1;
        if row.value == self.initial {
            return;
        }
        let Some(item) = self.items.peek(row.key) else {
            self.found.violate([Some(row.spot)]);
            return;
        };
        let knows_value =
            item.blurred.is_some() || item.values.forgot || item.values.get(&row.value).is_some();
        if !knows_value {
            let failed = item.failed.as_ref().and_then(|failed| failed.get(&row.value));
            let failed = failed.and_then(|place| self.places.spot(*place));
            self.found.violate([failed, Some(row.spot)]);
            return;
        }
        let (Some(version), Some((lowest, lowest_at))) = (ordered(row), item.lowest) else {
            return;
        };
        let name = Value::of_version_key(version);
        let knows_version = item.unversioned
            || item.values.forgot
            || context.order.compare(version, lowest).is_lt()
            || item.values.get(&name).is_some();
        if !knows_version {
            let spot = |place: Option<&Place>| place.and_then(|place| self.places.spot(*place));
            let writer = spot(item.values.get(&row.value));
            let failed = spot(item.failed.as_ref().and_then(|failed| failed.get(&name)));
            let spots = [item.first, Some(lowest_at), item.blurred, writer, failed, Some(row.spot)];
            self.found.violate(spots);
        }
    }

    fn verdict(&mut self) -> Verdict {
        self.found.verdict()
    }
}

/// GT306: a version of an item is one value, wherever and whenever it is seen.
pub struct EqualVersions {
    items: PerItem<Remembered<(Packed, Place)>>,
    places: Places,
    most: usize,
    found: Found,
}

impl EqualVersions {
    pub fn new(most: usize) -> Self {
        let (items, places, found) = (PerItem::new(), Places::default(), Found::default());
        EqualVersions { items, places, most, found }
    }
}

impl Monitor for EqualVersions {
    fn opened(&mut self, row: &Row, _context: &Context) {
        let is_valued = row.action != Action::Increment && row.value != Value::UNSET;
        if row.version == Version::None
            || !is_valued
            || row.has_failed()
            || self.found.is_violated()
        {
            return;
        }
        let most = self.most;
        let versions = self.items.of(row.key, || Remembered::new(most));
        let name = Value::of_version(row.version);
        match versions.get(&name) {
            None => versions.keep(name, (row.value.packed(), self.places.place(row.spot))),
            Some(&(value, place)) => {
                self.found.checked += 1;
                if value != row.value.packed() {
                    self.found.violate([self.places.spot(place), Some(row.spot)]);
                }
            }
        }
    }

    fn verdict(&mut self) -> Verdict {
        self.found.verdict()
    }
}

/// GT505: a write that was refused with a conflict is seen nowhere.
pub struct ConflictHasNoEffect {
    items: PerItem<Tried>,
    places: Places,
    initial: Value,
    most: usize,
    found: Found,
}

/// What met a conflict in an item, and what else was written.
struct Tried {
    /// At no place where another wrote the same.
    conflicts: Option<Box<Remembered<Place>>>,
    written: Remembered<Place>,
    is_blurred: bool,
}

impl ConflictHasNoEffect {
    pub fn new(initial: Value, most: usize) -> Self {
        let (items, places, found) = (PerItem::new(), Places::default(), Found::default());
        ConflictHasNoEffect { items, places, initial, most, found }
    }
}

impl Monitor for ConflictHasNoEffect {
    fn opened(&mut self, row: &Row, _context: &Context) {
        use crate::rows::Outcome::{Conflict, Failed};
        if row.is_read() || row.outcome == Failed || self.found.is_violated() {
            return;
        }
        let most = self.most;
        let place = self.places.place(row.spot);
        let item = self.items.of(row.key, || Tried {
            conflicts: None,
            written: Remembered::new(most),
            is_blurred: false,
        });
        let is_valued = row.action != Action::Increment;
        item.is_blurred |= !is_valued && row.outcome != Conflict;
        let version =
            (row.version != Version::None).then(|| Value::of_version(row.version).named());
        let value = is_valued.then_some(row.value);
        if row.outcome == Conflict {
            let conflicts = item.conflicts.get_or_insert_with(|| Box::new(Remembered::new(most)));
            for name in [version, value].into_iter().flatten() {
                // What was forgotten may have written the same value.
                let is_forgotten = Some(name) == value && item.written.forgot;
                if item.written.get(&name).is_none() && !is_forgotten {
                    conflicts.keep(name, place);
                }
            }
            return;
        }
        for name in [version, value].into_iter().flatten() {
            if let Some(conflicts) = &mut item.conflicts
                && conflicts.get(&name).is_some()
            {
                conflicts.keep(name, Place::NONE);
            }
            item.written.keep(name, place);
        }
    }

    fn settled(&mut self, row: &Row, _context: &Context) {
        if !row.is_read() || self.found.is_violated() {
            return;
        }
        let Some(item) = self.items.get(row.key) else { return };
        let Some(conflicts) = &item.conflicts else { return };
        self.found.checked += 1;
        let version = match row.version {
            Version::None => None,
            _ => Some(Value::of_version(row.version).named()),
        };
        let shows = row.value != Value::UNSET && row.value != self.initial && !item.is_blurred;
        let names = [version, shows.then_some(row.value)];
        let written = &item.written;
        let spot = |place: &Place| self.places.spot(*place);
        let refused =
            names.into_iter().flatten().find_map(|name| conflicts.get(&name).and_then(spot));
        if let Some(conflict) = refused {
            let writer = version.and_then(|version| written.get(&version).and_then(spot));
            self.found.violate([Some(conflict), writer, Some(row.spot)]);
        }
    }

    fn verdict(&mut self) -> Verdict {
        self.found.verdict()
    }
}
