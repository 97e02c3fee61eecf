//! Reads JSON byte by byte. Whatever it does not take to be right is `None`, and left to Python.

/// Brackets within brackets that are read here; Python reads, or refuses, what is deeper.
const DEEPEST: u32 = 32;

/// A place in a line of JSON.
pub struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

/// A number as it is written.
pub enum Number {
    Integer(i64),
    Float(f64),
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a [u8]) -> Self {
        Scanner { text, at: 0 }
    }

    /// Give the next byte that is no white space, without taking it.
    #[inline]
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.get(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Take one byte that must come next.
    #[inline]
    pub fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// Tell whether nothing but white space is left.
    pub fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Take a word such as `null`.
    pub fn word(&mut self, wanted: &[u8]) -> Option<()> {
        self.peek()?;
        self.text[self.at..].starts_with(wanted).then(|| self.at += wanted.len())
    }

    /// Take a string; give what is between the quotes, and whether it has escapes.
    #[inline]
    pub fn string(&mut self) -> Option<(&'a [u8], bool)> {
        self.take(b'"')?;
        let start = self.at;
        let mut escaped = false;
        loop {
            match *self.text.get(self.at)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += 2;
                }
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some((&self.text[start..self.at - 1], escaped))
    }

    /// Take a string without escapes, as names of fields and of alternatives are.
    #[inline]
    pub fn name(&mut self) -> Option<&'a [u8]> {
        let (text, escaped) = self.string()?;
        (!escaped).then_some(text)
    }

    /// Take an integer of 64 bits.
    #[inline]
    pub fn integer(&mut self) -> Option<i64> {
        match self.number()? {
            Number::Integer(number) => Some(number),
            Number::Float(_) => None,
        }
    }

    /// Take a number.
    #[inline]
    pub fn number(&mut self) -> Option<Number> {
        self.peek()?;
        let start = self.at;
        let negative = self.text[start] == b'-';
        self.at += usize::from(negative);
        let first = self.at;
        let mut magnitude: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.text.get(self.at) {
            magnitude = magnitude.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.at - first;
        if digits == 0 || (digits > 1 && self.text[first] == b'0') {
            return None;
        }
        if matches!(self.text.get(self.at), Some(b'.' | b'e' | b'E')) {
            return self.float(start);
        }
        if digits > 18 {
            let text = std::str::from_utf8(&self.text[start..self.at]).ok()?;
            return text.parse().ok().map(Number::Integer);
        }
        if negative && magnitude == 0 {
            return None;
        }
        let number = magnitude as i64;
        Some(Number::Integer(if negative { -number } else { number }))
    }

    fn float(&mut self, start: usize) -> Option<Number> {
        if self.text[self.at] == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.text.get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).ok()?;
        let number: f64 = text.parse().ok()?;
        number.is_finite().then_some(Number::Float(number))
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.text.get(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// Take any value, and forget it.
    pub fn skip(&mut self) -> Option<()> {
        self.skip_within(DEEPEST)
    }

    fn skip_within(&mut self, depth: u32) -> Option<()> {
        match self.peek()? {
            b'"' => {
                let (text, escaped) = self.string()?;
                if escaped {
                    unescape(text, &mut Vec::new())?;
                }
                Some(())
            }
            b'{' => self.each_field(depth, |scanner, _, depth| scanner.skip_within(depth)),
            b'[' => self.each_part(depth, |scanner, depth| scanner.skip_within(depth)),
            b'n' => self.word(b"null"),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            _ => self.number().map(|_| ()),
        }
    }

    /// Take a list, its parts by a function.
    pub fn each_part(
        &mut self,
        depth: u32,
        mut part: impl FnMut(&mut Self, u32) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        loop {
            part(self, depth)?;
            if self.peek()? == b']' {
                return self.take(b']');
            }
            self.take(b',')?;
        }
    }

    /// Take an object, its values by a function that is given their names.
    pub fn each_field(
        &mut self,
        depth: u32,
        mut field: impl FnMut(&mut Self, &'a [u8], u32) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.take(b'{')?;
        if self.peek()? == b'}' {
            return self.take(b'}');
        }
        loop {
            let name = self.name()?;
            self.take(b':')?;
            field(self, name, depth)?;
            if self.peek()? == b'}' {
                return self.take(b'}');
            }
            self.take(b',')?;
        }
    }

    /// Give the most brackets within brackets.
    pub fn deepest() -> u32 {
        DEEPEST
    }
}

/// Put the meaning of a string with escapes into a buffer.
pub fn unescape(text: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'\\' {
            into.push(text[at]);
            at += 1;
            continue;
        }
        let escape = *text.get(at + 1)?;
        at += 2;
        match escape {
            b'"' | b'\\' | b'/' => into.push(escape),
            b'b' => into.push(8),
            b'f' => into.push(12),
            b'n' => into.push(b'\n'),
            b'r' => into.push(b'\r'),
            b't' => into.push(b'\t'),
            b'u' => at += unescape_code(text, at, into)?,
            _ => return None,
        }
    }
    Some(())
}

/// Put one character that is written as `XXXX`, or as two halves of it; give what that took.
fn unescape_code(text: &[u8], at: usize, into: &mut Vec<u8>) -> Option<usize> {
    let first = hexadecimal(text.get(at..at + 4)?)?;
    let (code, taken) = if (0xD800..0xDC00).contains(&first) {
        (text.get(at + 4..at + 6)? == b"\\u").then_some(())?;
        let second = hexadecimal(text.get(at + 6..at + 10)?)?;
        (0xDC00..0xE000).contains(&second).then_some(())?;
        (0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), 10)
    } else {
        (first, 4)
    };
    let character = char::from_u32(code)?;
    into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(taken)
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, &digit| Some(sum << 4 | (digit as char).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skips(text: &str) -> bool {
        let mut scanner = Scanner::new(text.as_bytes());
        scanner.skip().is_some() && scanner.is_at_end()
    }

    #[test]
    fn takes_json_and_nothing_else() {
        for good in [r#"{"a":[1,-2.5e3,"x\n\u00e9",null,true,{}],"b":[]}"#, "0", " [ ] ", "1e9"] {
            assert!(skips(good), "{good}");
        }
        for bad in ["{", "[1,]", "01", "-", "1.", "\"a", "\"\\x\"", "nul", "{a:1}", "\"\u{1}\""] {
            assert!(!skips(bad), "{bad}");
        }
    }

    #[test]
    fn leaves_to_python_what_is_too_large_or_too_deep() {
        assert!(skips("1234567890123456789"));
        assert!(!skips("12345678901234567890"));
        assert!(!skips(&format!("{}{}", "[".repeat(40), "]".repeat(40))));
    }

    #[test]
    fn unescapes_what_is_written_in_two_halves() {
        let mut found = Vec::new();
        unescape(br"a\ud83d\ude00\u0041", &mut found).unwrap();
        assert_eq!(found, "a😀A".as_bytes());
        assert!(unescape(br"\ud83d", &mut Vec::new()).is_none());
    }
}
