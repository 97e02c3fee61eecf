//! The operations of each value of an item: in a row while the values are few, which is nearly always.
use crate::hashing::FastMap;
use crate::values::{Packed, Value};

/// More values than these are looked up by their hash.
const FEW: usize = 16;

/// The operations of one value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cluster {
    pub first_end: i64,
    pub last_start: i64,
    /// How many of them are under way and will end.
    pub open: u32,
    pub has_write: bool,
}

/// The clusters of an item by their values.
pub enum Clusters {
    Few(Vec<(Packed, Cluster)>),
    Many(FastMap<Value, Cluster>),
}

impl Clusters {
    /// None at all.
    pub const NONE: Clusters = Clusters::Few(Vec::new());

    /// Have one.
    pub fn of_one(value: Value, cluster: Cluster) -> Self {
        Clusters::Few(vec![(value.packed(), cluster)])
    }

    pub fn len(&self) -> usize {
        match self {
            Clusters::Few(few) => few.len(),
            Clusters::Many(many) => many.len(),
        }
    }

    #[inline]
    pub fn get_mut(&mut self, value: Value) -> Option<&mut Cluster> {
        match self {
            Clusters::Few(few) => {
                let value = value.packed();
                few.iter_mut().find(|(known, _)| *known == value).map(|(_, cluster)| cluster)
            }
            Clusters::Many(many) => many.get_mut(&value),
        }
    }

    /// Give the cluster of a value; a fresh one where there is none.
    #[inline]
    pub fn get_or_insert(&mut self, value: Value, fresh: Cluster) -> &mut Cluster {
        if let Clusters::Few(few) = self
            && few.len() >= FEW
        {
            let all = few.iter().map(|&(value, cluster)| (Value::from_packed(value), cluster));
            *self = Clusters::Many(all.collect());
        }
        match self {
            Clusters::Few(few) => {
                let packed = value.packed();
                let at = few.iter().position(|(known, _)| *known == packed).unwrap_or(few.len());
                if at == few.len() {
                    if few.capacity() == at {
                        few.reserve_exact(at / 2 + 1);
                    }
                    few.push((packed, fresh));
                }
                &mut few[at].1
            }
            Clusters::Many(many) => many.entry(value).or_insert(fresh),
        }
    }

    /// Keep only some of them.
    pub fn retain(&mut self, wanted: impl Fn(Value, &Cluster) -> bool) {
        match self {
            Clusters::Few(few) => {
                few.retain(|&(value, cluster)| wanted(Value::from_packed(value), &cluster));
            }
            Clusters::Many(many) => {
                many.retain(|value, cluster| wanted(*value, cluster));
                if many.len() <= FEW / 2 {
                    let all = many.iter().map(|(value, cluster)| (value.packed(), *cluster));
                    *self = Clusters::Few(all.collect());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_hold_what_a_map_would() {
        let cluster = |start| Cluster { first_end: 0, last_start: start, open: 0, has_write: true };
        let mut clusters = Clusters::NONE;
        let mut map: FastMap<Value, Cluster> = FastMap::default();
        for round in 0..2_000i64 {
            let (value, fresh) = (Value::integer(round * 7 % 61), cluster(round));
            assert_eq!(clusters.get_or_insert(value, fresh), map.entry(value).or_insert(fresh));
            let other = Value::integer(round * 5 % 61);
            assert_eq!(clusters.get_mut(other), map.get_mut(&other));
            if round % 97 > 90 || round % 5 == 0 {
                let from = round - 10 - round % 40;
                clusters.retain(|_, cluster| cluster.last_start > from);
                map.retain(|_, cluster| cluster.last_start > from);
            }
            assert_eq!(clusters.len(), map.len());
        }
        assert!(map.len() > FEW);
    }
}
