//! Reads a line of a trace into a row, if it is an operation that is right in every respect.
use crate::halves::{Half, Halves};
use crate::names::{Claims, Names, Tails};
use crate::rows::{Action, Consistency, FOREVER, LATEST, NOWHERE, Outcome, Row, Spot, Version};
use crate::scanner::Scanner;
use crate::values::{Value, Values};

/// The operations' names that are remembered, as in the reference.
const CLAIMS: usize = 5_000_000;

/// Reads lines, and numbers the names in them.
pub struct Lines {
    pub values: Values,
    pub keys: Names,
    pub sessions: Names,
    pub regions: Names,
    pub tails: Tails,
    pub claims: Claims,
    pub halves: Halves,
}

/// What a line is.
pub enum Told {
    Operation(Row),
    /// The first half of one.
    Half,
}

/// What kind of line it is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Other,
    Operation,
    Invoke,
    Return,
}

/// What a line says, field by field.
#[derive(Clone, Copy, Default)]
pub struct Fields {
    seen: u32,
    kind: Kind,
    name: Option<Name>,
    session: Option<Value>,
    start: Option<i64>,
    end: Option<i64>,
    id: Option<Value>,
    region: Option<Value>,
    key: Option<Value>,
    consistency: Option<Consistency>,
    value: Option<Value>,
    version: Option<Version>,
    expected: Option<Value>,
    outcome: Option<Outcome>,
    attempt: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Read,
    Write,
    Delete,
    Increment,
}

impl Lines {
    pub fn new() -> Self {
        Lines {
            values: Values::default(),
            keys: Names::default(),
            sessions: Names::default(),
            regions: Names::default(),
            tails: Tails::default(),
            claims: Claims::new(CLAIMS),
            halves: Halves::default(),
        }
    }

    /// Read a line; none where it is for Python to say what it means, or what is wrong with it.
    pub fn read(&mut self, text: &[u8], spot: Spot) -> Option<Told> {
        let fields = self.fields(text)?;
        match fields.kind {
            Kind::Other => None,
            Kind::Operation => {
                let row = self.row(&fields, spot)?;
                if let Some(id) = fields.id
                    && !self.claim(id, fields.attempt)
                {
                    return None;
                }
                Some(Told::Operation(row))
            }
            Kind::Invoke => self.begin(text, fields, spot),
            Kind::Return => self.end(&fields, spot).map(Told::Operation),
        }
    }

    /// Keep the first half of an operation.
    fn begin(&mut self, text: &[u8], given: Fields, spot: Spot) -> Option<Told> {
        let fields = Fields { end: None, outcome: None, ..given };
        self.row(&fields, spot)?;
        let id = fields.id?;
        if !self.claim(id, fields.attempt) {
            return None;
        }
        let half = Half { fields, file: spot.file, line: spot.line, text: text.into() };
        self.halves.begin(id, fields.attempt, half);
        Some(Told::Half)
    }

    /// Join the second half of an operation to its first.
    fn end(&mut self, given: &Fields, spot: Spot) -> Option<Row> {
        let id = given.id?;
        let half = self.halves.get(id, given.attempt)?;
        if half.file != spot.file {
            return None;
        }
        let fields = Fields {
            end: given.end,
            outcome: given.outcome,
            value: given.value.or(half.fields.value),
            version: given.version.or(half.fields.version),
            ..half.fields
        };
        let row = self.row(&fields, Spot { invoked: half.line, ..spot })?;
        self.halves.end(id, given.attempt);
        Some(row)
    }

    /// Give what never returned; where more may follow, it has no version yet.
    pub fn unreturned(&mut self, is_cut: bool) -> Vec<Row> {
        let halves = self.halves.drain();
        let rows = halves.into_iter().filter_map(|half| {
            let version = half.fields.version.filter(|_| !is_cut);
            let Half { file, line, .. } = half;
            let spot = Spot { file, line, invoked: line, part: 0 };
            self.row(&Fields { version, ..half.fields }, spot)
        });
        rows.collect()
    }

    /// Read the key of an operation; none for a line that is for Python.
    pub fn key(&mut self, text: &[u8], spot: Spot) -> Option<Value> {
        let fields = self.fields(text)?;
        if fields.kind != Kind::Operation {
            return None;
        }
        self.row(&fields, spot)?;
        fields.key
    }

    /// Take the name of an attempt of an operation; give false where it was taken already.
    pub fn claim(&mut self, id: Value, attempt: Option<i64>) -> bool {
        let name = match attempt {
            None => id,
            Some(number) => self.values.of_parts(b'#', &[id.0, Value::integer(number).0]),
        };
        self.claims.claim(name)
    }

    fn fields(&mut self, text: &[u8]) -> Option<Fields> {
        if !text.is_ascii() {
            std::str::from_utf8(text).ok()?;
        }
        let mut scanner = Scanner::new(text);
        let mut fields = Fields::default();
        scanner.take(b'{')?;
        loop {
            let name = scanner.name()?;
            scanner.take(b':')?;
            self.field(&mut scanner, name, &mut fields)?;
            if scanner.peek()? == b'}' {
                scanner.take(b'}')?;
                return scanner.is_at_end().then_some(fields);
            }
            scanner.take(b',')?;
        }
    }

    fn field(&mut self, scanner: &mut Scanner, name: &[u8], fields: &mut Fields) -> Option<()> {
        let bit = match name {
            b"type" => {
                fields.kind = kind(scanner.name()?);
                1
            }
            b"op" => {
                fields.name = Some(operation_name(scanner.name()?)?);
                1 << 1
            }
            b"session" => {
                fields.session = Some(self.identifier(scanner)?);
                1 << 2
            }
            b"start" => {
                fields.start = Some(moment(scanner)?);
                1 << 3
            }
            b"end" => {
                fields.end = nullable(scanner, moment)?;
                1 << 4
            }
            b"key" => {
                fields.key = nullable(scanner, |scanner| self.identifier(scanner))?;
                1 << 5
            }
            b"value" => {
                fields.value = Some(self.values.read(scanner)?);
                1 << 6
            }
            b"version" => {
                fields.version = nullable(scanner, |scanner| self.version(scanner))?;
                1 << 7
            }
            b"outcome" => {
                fields.outcome = nullable(scanner, outcome)?;
                1 << 8
            }
            b"consistency" => {
                fields.consistency = nullable(scanner, consistency)?;
                1 << 9
            }
            b"region" => {
                fields.region = nullable(scanner, |scanner| self.text(scanner))?;
                1 << 10
            }
            b"id" => {
                fields.id = nullable(scanner, |scanner| self.identifier(scanner))?;
                1 << 11
            }
            b"expected" => {
                fields.expected = Some(self.values.read(scanner)?);
                1 << 12
            }
            b"attempt" => {
                fields.attempt = nullable(scanner, |scanner| scanner.integer())?;
                1 << 13
            }
            b"error" => {
                scanner.skip()?;
                1 << 14
            }
            b"items" => return None,
            _ => return scanner.skip(),
        };
        let is_new = fields.seen & bit == 0;
        fields.seen |= bit;
        is_new.then_some(())
    }

    fn identifier(&mut self, scanner: &mut Scanner) -> Option<Value> {
        match scanner.peek()? {
            b'"' => self.values.read(scanner),
            _ => scanner.integer().map(Value::integer),
        }
    }

    fn text(&mut self, scanner: &mut Scanner) -> Option<Value> {
        (scanner.peek()? == b'"').then(|| self.values.read(scanner))?
    }

    fn row(&mut self, fields: &Fields, spot: Spot) -> Option<Row> {
        let (name, start, key) = (fields.name?, fields.start?, fields.key?);
        let outcome = fields.outcome.unwrap_or(match fields.end {
            None => Outcome::Unknown,
            Some(_) => Outcome::Ok,
        });
        if fields.end.is_some_and(|end| end < start)
            || (fields.end.is_none() && outcome == Outcome::Ok)
            || (name == Name::Increment
                && fields.value.is_some_and(|value| value.number().is_none()))
        {
            return None;
        }
        let (action, value) = meaning(name, fields);
        let is_hidden = action == Action::Read && outcome != Outcome::Ok;
        Some(Row {
            start,
            end: fields.end.filter(|_| outcome != Outcome::Unknown).unwrap_or(FOREVER),
            value: if is_hidden { Value::UNSET } else { value },
            expected: match action {
                Action::Cas => fields.expected.unwrap_or(Value::UNSET),
                _ => Value::UNSET,
            },
            version: fields.version.unwrap_or(Version::None),
            key: self.keys.number(key),
            session: self.sessions.number(fields.session?),
            region: fields.region.map_or(NOWHERE, |region| self.regions.number(region)),
            spot,
            action,
            outcome,
            consistency: fields.consistency.unwrap_or(Consistency::Unsaid),
        })
    }
}

/// Give what an operation does to a register: conditional writes are compare-and-set.
fn meaning(name: Name, fields: &Fields) -> (Action, Value) {
    match name {
        Name::Read => (Action::Read, fields.value.unwrap_or(Value::UNSET)),
        Name::Increment => (Action::Increment, fields.value.unwrap_or(Value::integer(1))),
        Name::Write | Name::Delete => {
            let given = fields.value.unwrap_or(Value::NULL);
            let value = if name == Name::Delete { Value::NULL } else { given };
            (if fields.expected.is_some() { Action::Cas } else { Action::Write }, value)
        }
    }
}

/// Take a value that may be null.
#[inline]
fn nullable<T>(
    scanner: &mut Scanner,
    read: impl FnOnce(&mut Scanner) -> Option<T>,
) -> Option<Option<T>> {
    if scanner.peek()? == b'n' {
        return scanner.word(b"null").map(|()| None);
    }
    read(scanner).map(Some)
}

fn moment(scanner: &mut Scanner) -> Option<i64> {
    scanner.integer().filter(|time| (-LATEST..LATEST).contains(time))
}

fn kind(name: &[u8]) -> Kind {
    match name {
        b"op" => Kind::Operation,
        b"invoke" => Kind::Invoke,
        b"return" => Kind::Return,
        _ => Kind::Other,
    }
}

fn operation_name(name: &[u8]) -> Option<Name> {
    match name {
        b"read" => Some(Name::Read),
        b"write" | b"update" => Some(Name::Write),
        b"delete" => Some(Name::Delete),
        b"increment" => Some(Name::Increment),
        _ => None,
    }
}

fn outcome(scanner: &mut Scanner) -> Option<Outcome> {
    match scanner.name()? {
        b"ok" => Some(Outcome::Ok),
        b"unknown" => Some(Outcome::Unknown),
        b"failed" => Some(Outcome::Failed),
        b"conflict" => Some(Outcome::Conflict),
        _ => None,
    }
}

fn consistency(scanner: &mut Scanner) -> Option<Consistency> {
    match scanner.name()? {
        b"strong" => Some(Consistency::Strong),
        b"eventual" => Some(Consistency::Eventual),
        _ => None,
    }
}
