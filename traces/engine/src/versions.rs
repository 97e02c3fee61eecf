//! Reads versions, which are ordered where they are numbers, or lists that begin with one.
use crate::lines::Lines;
use crate::rows::{ALONE, PLAIN, Part, Version};
use crate::scanner::{Number, Scanner, unescape};
use crate::values::LARGEST_EXACT;

impl Lines {
    pub fn version(&mut self, scanner: &mut Scanner) -> Option<Version> {
        match scanner.peek()? {
            b'-' | b'0'..=b'9' => match scanner.number()? {
                Number::Integer(number) => ordered(number, PLAIN),
                Number::Float(number) => self.float_version(number),
            },
            b'[' => self.list_version(scanner),
            _ => self.values.read(scanner).map(Version::Other),
        }
    }

    /// Give a float as what is below it and the rest; one that is not exact is left to Python.
    fn float_version(&mut self, number: f64) -> Option<Version> {
        let below = number.floor();
        if below.abs() >= LARGEST_EXACT {
            return None;
        }
        let rest = number - below;
        let tail = match rest > 0.0 {
            true if below + rest == number => {
                self.tails.number(vec![Part::Fraction(rest.to_bits())])
            }
            true => return None,
            false => PLAIN,
        };
        ordered(below as i64, tail)
    }

    /// Read a list of a number and more numbers and texts; any other list is left to Python.
    fn list_version(&mut self, scanner: &mut Scanner) -> Option<Version> {
        let mut parts = Vec::new();
        scanner.each_part(2, |scanner, _| {
            parts.push(if scanner.peek()? == b'"' {
                let (text, escaped) = scanner.string()?;
                let mut buffer = Vec::new();
                if escaped {
                    unescape(text, &mut buffer)?;
                } else {
                    buffer.extend_from_slice(text);
                }
                Part::Text(buffer.into())
            } else {
                match scanner.number()? {
                    Number::Integer(number) => Part::Number(number),
                    Number::Float(_) => return None,
                }
            });
            Some(())
        })?;
        let Some(Part::Number(head)) = parts.first() else { return None };
        let head = *head;
        parts.remove(0);
        ordered(head, if parts.is_empty() { ALONE } else { self.tails.number(parts) })
    }
}

fn ordered(head: i64, tail: u32) -> Option<Version> {
    (head > i64::MIN).then_some(Version::Ordered(head, tail))
}
