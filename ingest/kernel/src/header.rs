//! Header programs: how a line of a named format begins. `ingest/format.py` compiles and documents them.

use crate::{json, severity, time};

pub const LITERAL: u8 = 0;
pub const BLANKS: u8 = 1;
pub const TIME: u8 = 2;
pub const LEVEL: u8 = 3;
pub const NUMBER: u8 = 4;
pub const WORD: u8 = 5;
pub const TEXT: u8 = 6;
pub const MESSAGE: u8 = 7;
pub const PRIORITY: u8 = 8;
pub const JSON: u8 = 9;

pub const SERVICE: u8 = 1;

/// A field of text ends within this many bytes, so that a line costs linear time.
const MAX_FIELD: usize = 512;

/// A program has at most this many operations.
pub const MAX_OPS: usize = 31;

#[derive(PartialEq)]
pub struct Op {
    pub code: u8,
    pub field: u8,
    pub kind: u8,
    pub literal: Vec<u8>,
}

pub struct Program {
    pub format: u8,
    pub ops: Vec<Op>,
}

/// What a header says, and where the message begins.
#[derive(Clone, Copy, Default)]
pub struct Header {
    pub format: u8,
    pub time: Option<i64>,
    pub severity: u8,
    pub service: (usize, usize),
    pub message: usize,
    pub json: bool,
}

pub struct Formats {
    programs: Vec<Program>,
    /// For each first byte the programs that may begin with it, in order, each with the number of operations that it shares
    /// with the one before it.
    by_first: Vec<Vec<(usize, usize)>>,
}

fn may_begin(op: &Op, byte: u8) -> bool {
    match op.code {
        LITERAL => op.literal.first() == Some(&byte),
        BLANKS => matches!(byte, b' ' | b'\t'),
        TIME => match op.kind {
            time::SYSLOG | time::CTIME => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_digit(),
        },
        LEVEL => byte.is_ascii_alphabetic(),
        NUMBER => byte.is_ascii_digit() || byte == b'-',
        PRIORITY => byte == b'<',
        JSON => byte == b'{',
        _ => !matches!(byte, b' ' | b'\t'),
    }
}

fn span_of(line: &[u8], at: usize, accept: impl Fn(u8) -> bool) -> usize {
    line[at..].iter().position(|byte| !accept(*byte)).map_or(line.len(), |n| at + n)
}

/// The end of a field that begins at `at` and goes up to `stop` (a blank where that is empty); None if it would be empty or too long.
fn field_end(line: &[u8], at: usize, stop: &[u8], blanks: bool) -> Option<usize> {
    let limit = line.len().min(at + MAX_FIELD);
    let first = stop.first().copied().unwrap_or(b' ');
    for (i, byte) in line[..limit].iter().enumerate().skip(at) {
        if *byte == first && (stop.len() < 2 || line[i..].starts_with(stop)) {
            return (i > at).then_some(i);
        }
        if !blanks && matches!(byte, b' ' | b'\t') {
            return (stop.is_empty() && i > at).then_some(i);
        }
    }
    (stop.is_empty() && limit == line.len() && limit > at).then_some(limit)
}

fn priority(line: &[u8], at: usize) -> Option<(u8, usize)> {
    let end = span_of(line, at + 1, |byte| byte.is_ascii_digit());
    let digits = line.get(at + 1..end).filter(|d| line.get(at) == Some(&b'<') && (1..=3).contains(&d.len()))?;
    let value = digits.iter().fold(0u64, |n, digit| n * 10 + u64::from(digit - b'0'));
    (line.get(end) == Some(&b'>') && value <= 191).then_some((severity::of_priority(value), end + 1))
}

/// One attempt after another at the same line. A program takes over what it shares with the one tried before it, so
/// only places are kept while it is tried, and what they say is read once it fits.
pub struct Attempt {
    /// Where operation `i` begins, and for a time stamp or level what it said.
    at: [usize; MAX_OPS + 1],
    value: [i64; MAX_OPS + 1],
    done: usize,
    /// The time stamp read last, since many programs begin with one: kind, place, value and end.
    time: (u8, usize, Option<(i64, usize)>),
}

impl Attempt {
    pub fn new() -> Self {
        Attempt { at: [0; MAX_OPS + 1], value: [0; MAX_OPS + 1], done: 0, time: (u8::MAX, 0, None) }
    }

    fn begin(&mut self, at: usize) {
        (self.at[0], self.done, self.time.0) = (at, 0, u8::MAX);
    }

    /// Whether a program fits whose first `shared` operations are those of the program tried before.
    #[inline]
    fn fits(&mut self, ops: &[Op], shared: usize, line: &[u8], received_ns: i64) -> bool {
        if self.done < shared {
            return false;
        }
        for (i, op) in ops.iter().enumerate().skip(shared) {
            match self.step(op, i, line, received_ns) {
                Some(end) => self.at[i + 1] = end,
                None => {
                    self.done = i;
                    return false;
                }
            }
        }
        self.done = ops.len();
        true
    }

    #[inline]
    fn step(&mut self, op: &Op, i: usize, line: &[u8], received_ns: i64) -> Option<usize> {
        let at = self.at[i];
        match op.code {
            LITERAL => {
                let fits = line.get(at) == op.literal.first() && (op.literal.len() < 2 || line[at..].starts_with(&op.literal));
                fits.then_some(at + op.literal.len())
            }
            BLANKS => {
                let end = span_of(line, at, |byte| matches!(byte, b' ' | b'\t'));
                (end > at || at == line.len()).then_some(end)
            }
            TIME => {
                if (self.time.0, self.time.1) != (op.kind, at) {
                    self.time = (op.kind, at, time::read(op.kind, line, at, received_ns));
                }
                let (value, end) = self.time.2?;
                self.value[i] = value;
                Some(end)
            }
            LEVEL => {
                let end = span_of(line, at, |byte| byte.is_ascii_alphanumeric());
                let level = severity::of_word(&line[at..end]);
                self.value[i] = i64::from(level);
                (level > 0).then_some(end)
            }
            NUMBER => {
                let digits = at + usize::from(line.get(at) == Some(&b'-'));
                let end = span_of(line, digits, |byte| byte.is_ascii_digit());
                (end > digits).then_some(end)
            }
            WORD | TEXT => field_end(line, at, &op.literal, op.code == TEXT),
            PRIORITY => {
                let (level, end) = priority(line, at)?;
                self.value[i] = i64::from(level);
                Some(end)
            }
            MESSAGE => Some(at),
            _ => json::fields(&line[at..]).map(|_| at),
        }
    }

    fn header(&self, program: &Program, line: &[u8], received_ns: i64) -> Option<Header> {
        let mut header = Header { format: program.format, message: self.at[program.ops.len()], ..Header::default() };
        for (i, op) in program.ops.iter().enumerate() {
            match op.code {
                TIME => header.time = Some(self.value[i]),
                LEVEL | PRIORITY => header.severity = self.value[i] as u8,
                JSON => return json_header(line, self.at[i], program.format, received_ns),
                _ => {}
            }
            if op.field == SERVICE {
                header.service = (self.at[i], self.at[i + 1]);
            }
        }
        Some(header)
    }
}

fn json_header(line: &[u8], at: usize, format: u8, received_ns: i64) -> Option<Header> {
    let fields = json::fields(&line[at..])?;
    let mut header = Header { format, json: true, message: at, ..Header::default() };
    header.time = fields.time.and_then(|raw| json_time(raw, received_ns));
    header.severity = fields.level.map_or(0, json_level);
    if let Some(raw) = fields.service.filter(|raw| raw.starts_with('"') && raw.len() > 2) {
        let start = raw.as_ptr() as usize - line.as_ptr() as usize + 1;
        header.service = (start, start + raw.len() - 2);
    }
    Some(header)
}

fn json_time(raw: &str, received_ns: i64) -> Option<i64> {
    let text = json::text(raw);
    let bytes = text.as_bytes();
    [time::ISO, time::EPOCH, time::CLF, time::SYSLOG, time::CTIME]
        .into_iter()
        .find_map(|kind| time::read(kind, bytes, 0, received_ns).filter(|(_, end)| *end + 6 > bytes.len()))
        .map(|(value, _)| value)
}

/// A level word, or Bunyan's and pino's numbers (10 trace … 60 fatal).
fn json_level(raw: &str) -> u8 {
    match raw {
        "10" => 1,
        "20" => 5,
        "30" => 9,
        "40" => 13,
        "50" => 17,
        "60" => 21,
        _ => severity::of_word(json::text(raw).as_bytes()),
    }
}

/// Past ANSI colour sequences (ECMA-48, CSI … m).
fn past_colour(line: &[u8], mut at: usize) -> usize {
    while line[at..].starts_with(b"\x1b[") {
        let end = span_of(line, at + 2, |byte| byte.is_ascii_digit() || byte == b';');
        if line.get(end) != Some(&b'm') {
            break;
        }
        at = end + 1;
    }
    at
}

impl Formats {
    pub fn new(programs: Vec<Program>) -> Self {
        let by_first = (0..=255u8).map(|byte| in_order(&programs, byte)).collect();
        Formats { programs, by_first }
    }

    /// The header of a line (without its line end): that of the first program that fits.
    pub fn header(&self, line: &[u8], received_ns: i64, attempt: &mut Attempt) -> Option<Header> {
        let at = past_colour(line, 0);
        let candidates = &self.by_first[*line.get(at)? as usize];
        attempt.begin(at);
        let fits = |(i, shared): &&(usize, usize)| attempt.fits(&self.programs[*i].ops, *shared, line, received_ns);
        let (i, _) = candidates.iter().find(fits)?;
        attempt.header(&self.programs[*i], line, received_ns)
    }
}

fn in_order(programs: &[Program], byte: u8) -> Vec<(usize, usize)> {
    let may = |program: &Program| program.ops.first().is_some_and(|op| may_begin(op, byte));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (i, program) in programs.iter().enumerate().filter(|(_, program)| may(program)) {
        let before = found.last().map_or(&[][..], |(j, _)| &programs[*j].ops[..]);
        let shared = before.iter().zip(&program.ops).take_while(|(a, b)| a == b).count();
        found.push((i, shared));
    }
    found
}

/// Whether a line without a header goes on with the entry before it: indented, or a line that traces are made of.
pub fn is_continuation(line: &[u8]) -> bool {
    const TRACE: [&[u8]; 8] = [
        b"Caused by:",
        b"Suppressed:",
        b"Traceback (most recent call last)",
        b"During handling of the above exception",
        b"The above exception was the direct cause",
        b"... ",
        b"goroutine ",
        b"--- End of ",
    ];
    match line.first() {
        None | Some(b' ' | b'\t') => true,
        Some(b'}' | b')' | b']') => line.len() <= 2,
        Some(_) => TRACE.iter().any(|prefix| line.starts_with(prefix)) || is_exception(line),
    }
}

/// `dotted.NameError: …`, `java.lang.IllegalStateException`: what a trace ends or begins with.
fn is_exception(line: &[u8]) -> bool {
    let end = span_of(line, 0, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$'));
    let name = &line[..end];
    let ends = [b"Error".as_slice(), b"Exception", b"Exit", b"Interrupt", b"Warning", b"Throwable"];
    name.len() > 5
        && !name[0].is_ascii_digit()
        && ends.iter().any(|tail| name.ends_with(tail) && name.len() > tail.len())
        && matches!(line.get(end), None | Some(b':'))
}
