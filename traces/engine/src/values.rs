//! Values in 16 bytes, equal where the values are equal.
//!
//! Numbers and texts of up to 15 bytes stand for themselves. Longer texts, lists and objects are
//! told apart by 120 bits of two hashes whose keys are drawn anew in each run, so that nobody can
//! make two of them meet; among 100 million they do so by chance once in 10^20 runs.
use std::hash::{BuildHasher, Hasher, RandomState};

use crate::rows::{ALONE, PLAIN, Version};
use crate::scanner::{Number, Scanner, unescape};

/// A value; its lowest byte tells its kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Value(pub u128);

/// A value in parts, to be kept among smaller fields without room between them.
pub type Packed = [u32; 4];

const INTEGER: u128 = 4;
const FLOAT: u128 = 5;
const HASHED: u128 = 6;
const VERSION: u128 = 7;
/// Added to the kind of a value that is the name of a version.
const NAMED: u128 = 0x80;
const TEXT: u128 = 16;
/// The longest text that stands for itself.
const SHORT: usize = 15;
/// From here on not every integer is a float.
pub const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Value {
    /// Stands for a field that was not given.
    pub const UNSET: Value = Value(0);
    pub const NULL: Value = Value(1);
    const FALSE: Value = Value(2);
    const TRUE: Value = Value(3);

    pub fn integer(number: i64) -> Value {
        Value(INTEGER | u128::from(number as u64) << 64)
    }

    /// Give a float, which is the integer that it equals; none where that cannot be told.
    fn float(number: f64) -> Option<Value> {
        if number.fract() != 0.0 {
            return Some(Value(FLOAT | u128::from(number.to_bits()) << 64));
        }
        (number.abs() < LARGEST_EXACT).then(|| Value::integer(number as i64))
    }

    /// Give what two orderable versions share exactly when neither is older.
    pub fn of_version_key((head, tail): (i64, u32)) -> Value {
        let tail = if tail == ALONE { PLAIN } else { tail };
        Value(VERSION | u128::from(tail) << 32 | u128::from(head as u64) << 64)
    }

    /// Give what two versions share exactly when they are equal; `UNSET` for none.
    pub fn of_version(version: Version) -> Value {
        match version {
            Version::None => Value::UNSET,
            Version::Ordered(head, PLAIN) => Value::integer(head),
            Version::Ordered(head, tail) => {
                Value(VERSION | u128::from(tail) << 32 | u128::from(head as u64) << 64)
            }
            Version::Other(value) => value,
        }
    }

    /// Give the same in parts.
    #[inline]
    pub fn packed(self) -> Packed {
        [0, 32, 64, 96].map(|shift| (self.0 >> shift) as u32)
    }

    /// Put it together again.
    #[inline]
    pub fn from_packed([first, second, third, fourth]: Packed) -> Value {
        let halves = [(second, first), (fourth, third)]
            .map(|(high, low)| u128::from(u64::from(high) << 32 | u64::from(low)));
        Value(halves[1] << 64 | halves[0])
    }

    /// Give the same as the name of a version, which no value is.
    pub fn named(self) -> Value {
        Value(self.0 | NAMED)
    }

    /// Give the number that this is.
    pub fn number(self) -> Option<f64> {
        let high = (self.0 >> 64) as u64;
        match self.0 & 0xFF {
            INTEGER => Some(high as i64 as f64),
            FLOAT => Some(f64::from_bits(high)),
            _ => None,
        }
    }
}

/// Makes values of what is read.
#[derive(Default)]
pub struct Values {
    high: RandomState,
    low: RandomState,
    unescaped: Vec<u8>,
}

impl Values {
    /// Read any value.
    #[inline]
    pub fn read(&mut self, scanner: &mut Scanner) -> Option<Value> {
        self.read_within(scanner, Scanner::deepest())
    }

    fn read_within(&mut self, scanner: &mut Scanner, depth: u32) -> Option<Value> {
        match scanner.peek()? {
            b'"' => self.text(scanner),
            b'n' => scanner.word(b"null").map(|()| Value::NULL),
            b't' => scanner.word(b"true").map(|()| Value::TRUE),
            b'f' => scanner.word(b"false").map(|()| Value::FALSE),
            b'[' => {
                let mut parts = Vec::new();
                scanner.each_part(depth, |scanner, depth| {
                    parts.push(self.read_within(scanner, depth)?.0);
                    Some(())
                })?;
                Some(self.of_parts(b'[', &parts))
            }
            b'{' => self.object(scanner, depth),
            _ => match scanner.number()? {
                Number::Integer(number) => Some(Value::integer(number)),
                Number::Float(number) => Value::float(number),
            },
        }
    }

    fn text(&mut self, scanner: &mut Scanner) -> Option<Value> {
        let (text, escaped) = scanner.string()?;
        if !escaped {
            return Some(self.of_text(text));
        }
        let mut buffer = std::mem::take(&mut self.unescaped);
        buffer.clear();
        let read = unescape(text, &mut buffer);
        let value = self.of_text(&buffer);
        self.unescaped = buffer;
        read.map(|()| value)
    }

    fn object(&mut self, scanner: &mut Scanner, depth: u32) -> Option<Value> {
        let mut fields = Vec::new();
        scanner.each_field(depth, |scanner, name, depth| {
            fields.push((self.of_text(name), self.read_within(scanner, depth)?));
            Some(())
        })?;
        fields.sort_unstable();
        if fields.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        let parts: Vec<u128> = fields.iter().flat_map(|(name, value)| [name.0, value.0]).collect();
        Some(self.of_parts(b'{', &parts))
    }

    /// Give a text.
    #[inline]
    pub fn of_text(&self, text: &[u8]) -> Value {
        if text.len() > SHORT {
            return self.hashed(|hasher| hasher.write(text));
        }
        let mut bytes = [0; 16];
        bytes[0] = TEXT as u8 + text.len() as u8;
        bytes[1..=text.len()].copy_from_slice(text);
        Value(u128::from_le_bytes(bytes))
    }

    /// Give what is made of parts, of one kind.
    pub fn of_parts(&self, kind: u8, parts: &[u128]) -> Value {
        self.hashed(|hasher| {
            hasher.write_u8(kind);
            for part in parts {
                hasher.write_u128(*part);
            }
        })
    }

    fn hashed(&self, feed: impl Fn(&mut dyn Hasher)) -> Value {
        let half = |state: &RandomState| {
            let mut hasher = state.build_hasher();
            feed(&mut hasher);
            u128::from(hasher.finish())
        };
        Value((half(&self.high) << 64 | half(&self.low)) << 8 | HASHED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_equal_where_python_says_so() {
        let mut values = Values::default();
        let mut read = |text: &str| values.read(&mut Scanner::new(text.as_bytes())).unwrap();
        assert_eq!(read("1"), read("1.0"));
        assert_eq!(read("[1,\"a\"]"), read("[ 1.0, \"\\u0061\"]"));
        assert_eq!(read(r#"{"a":1,"b":2}"#), read(r#"{"b":2,"a":1}"#));
        assert_eq!(read("\"a text of some length\""), read("\"a text of som\\u0065 length\""));
        let all = ["1", "true", "\"1\"", "[1]", "null", "\"\"", "{}", "[]", "1.5", "\"true\""];
        for (index, one) in all.iter().enumerate() {
            for other in &all[index + 1..] {
                assert_ne!(read(one), read(other), "{one} {other}");
            }
        }
    }
}
