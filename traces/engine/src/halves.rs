//! Operations of which the first half has come, until the second does.
use crate::hashing::FastMap;
use crate::lines::Fields;
use crate::values::Value;

/// The first half of an operation, with where it stands and what is written there.
pub struct Half {
    pub fields: Fields,
    pub file: u32,
    pub line: u32,
    pub text: Box<[u8]>,
}

/// What is under way, by the id and the attempt.
#[derive(Default)]
pub struct Halves {
    open: FastMap<(Value, Option<i64>), Half>,
}

impl Halves {
    pub fn begin(&mut self, id: Value, attempt: Option<i64>, half: Half) {
        self.open.insert((id, attempt), half);
    }

    pub fn get(&self, id: Value, attempt: Option<i64>) -> Option<&Half> {
        self.open.get(&(id, attempt))
    }

    pub fn end(&mut self, id: Value, attempt: Option<i64>) {
        self.open.remove(&(id, attempt));
    }

    /// Give up all that has an id.
    pub fn surrender(&mut self, id: Value) -> Vec<Half> {
        let names: Vec<_> = self.open.keys().filter(|(open, _)| *open == id).copied().collect();
        names.iter().filter_map(|name| self.open.remove(name)).collect()
    }

    /// Give all that never returned.
    pub fn drain(&mut self) -> Vec<Half> {
        std::mem::take(&mut self.open).into_values().collect()
    }
}
