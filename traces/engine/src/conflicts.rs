//! Which zones of a register contradict each other, of those that `zones.py` would tell first.
use crate::hashing::FastMap;
use crate::rows::{FOREVER, Row, Spot};
use crate::values::{Packed, Value};

/// What is remembered of an operation to tell a conflict.
#[derive(Clone, Copy)]
pub struct Kept {
    start: i64,
    /// Its end, later by what clocks may be off.
    end: i64,
    value: Packed,
    spot: Spot,
    is_read: bool,
}

impl Kept {
    fn value(&self) -> Value {
        Value::from_packed(self.value)
    }

    pub fn new(row: &Row, gap: i64) -> Self {
        let end = if row.end < FOREVER { row.end + gap } else { FOREVER };
        let is_read = row.is_read();
        Kept { start: row.start, end, value: row.value.packed(), spot: row.spot, is_read }
    }
}

/// The operations of one value, none of them the write of what was there at first.
#[derive(Default)]
struct Cluster {
    write: Option<Kept>,
    reads: Vec<Kept>,
}

struct Zone {
    first_end: i64,
    last_start: i64,
    spots: Vec<Spot>,
}

/// Give the lines that show why the operations of an item, in the order of their starts, have no
/// linearization; none where two writes may explain one read, or where there is nothing to show.
pub fn find_conflict(operations: &[Kept], initial: Value) -> Option<Vec<Spot>> {
    let clusters = clusters(operations, initial)?;
    for cluster in &clusters {
        if cluster.write.is_none() && cluster.reads[0].value() != initial {
            return Some(vec![cluster.reads[0].spot]);
        }
    }
    for cluster in &clusters {
        if let Some(write) = cluster.write
            && let Some(early) = cluster.reads.iter().find(|read| read.end < write.start)
        {
            return Some(vec![early.spot, write.spot]);
        }
    }
    let (mut forward, backward): (Vec<Zone>, Vec<Zone>) =
        clusters.iter().filter_map(zone).partition(|zone| zone.first_end < zone.last_start);
    forward.sort_by_key(|zone| zone.first_end);
    let overlapping = forward.windows(2).find(|pair| pair[1].first_end < pair[0].last_start);
    if let Some(pair) = overlapping {
        return Some([&pair[0].spots[..], &pair[1].spots[..]].concat());
    }
    backward.iter().find_map(|zone| {
        let after = forward.partition_point(|each| each.first_end < zone.last_start);
        let outer = &forward[after.checked_sub(1)?];
        (zone.first_end < outer.last_start).then(|| [&outer.spots[..], &zone.spots[..]].concat())
    })
}

/// Group operations by value: first what was read, in that order, then what was only written.
fn clusters(operations: &[Kept], initial: Value) -> Option<Vec<Cluster>> {
    let mut numbers: FastMap<Value, usize> = FastMap::default();
    let mut clusters: Vec<Cluster> = Vec::new();
    for read in operations.iter().filter(|each| each.is_read) {
        let number = *numbers.entry(read.value()).or_insert(clusters.len());
        if number == clusters.len() {
            clusters.push(Cluster::default());
        }
        clusters[number].reads.push(*read);
    }
    for write in operations.iter().filter(|each| !each.is_read) {
        let number = *numbers.entry(write.value()).or_insert(clusters.len());
        if number == clusters.len() {
            clusters.push(Cluster::default());
        }
        if write.value() == initial || clusters[number].write.replace(*write).is_some() {
            return None;
        }
    }
    Some(clusters)
}

/// Give when a value must be there; none where nobody knows whether it was written.
fn zone(cluster: &Cluster) -> Option<Zone> {
    let all = || cluster.write.iter().chain(&cluster.reads);
    // Of several that are equal the first counts: `max_by_key` alone would take the last.
    let starter = all().rev().max_by_key(|each| each.start)?;
    let ender = all().min_by_key(|each| each.end)?;
    if ender.end >= FOREVER {
        return None;
    }
    let told = [cluster.write.as_ref(), cluster.reads.first(), Some(starter), Some(ender)];
    let spots = told.into_iter().flatten().map(|each| each.spot).collect();
    let first_end = if cluster.write.is_some() { ender.end } else { i64::MIN };
    Some(Zone { first_end, last_start: starter.start, spots })
}
