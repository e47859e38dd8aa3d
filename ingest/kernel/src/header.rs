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
#[derive(Clone, Default)]
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
    /// For each first byte the programs that may begin with it, in order.
    by_first: Vec<Vec<usize>>,
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

/// The time stamp read last, so that programs that begin alike read it once.
#[derive(Default)]
struct Remembered(Option<(u8, usize, Option<(i64, usize)>)>);

impl Remembered {
    fn read(&mut self, kind: u8, line: &[u8], at: usize, received_ns: i64) -> Option<(i64, usize)> {
        match self.0 {
            Some((k, a, result)) if k == kind && a == at => result,
            _ => {
                let result = time::read(kind, line, at, received_ns);
                self.0 = Some((kind, at, result));
                result
            }
        }
    }
}

fn span_of(line: &[u8], at: usize, accept: impl Fn(u8) -> bool) -> usize {
    line[at..].iter().position(|byte| !accept(*byte)).map_or(line.len(), |n| at + n)
}

/// The end of a field that begins at `at` and goes up to `stop`; None if it would be empty or too long.
fn field_end(line: &[u8], at: usize, stop: &[u8], blanks: bool) -> Option<usize> {
    let limit = line.len().min(at + MAX_FIELD);
    for i in at..limit {
        let byte = line[i];
        let ends = if stop.is_empty() { matches!(byte, b' ' | b'\t') } else { line[i..].starts_with(stop) };
        if ends {
            return (i > at).then_some(i);
        }
        if !blanks && matches!(byte, b' ' | b'\t') {
            return None;
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

impl Program {
    fn run(&self, line: &[u8], start: usize, received_ns: i64, times: &mut Remembered) -> Option<Header> {
        let mut header = Header { format: self.format, ..Header::default() };
        let mut at = start;
        for op in &self.ops {
            let from = at;
            at = match op.code {
                LITERAL => line[at..].starts_with(&op.literal).then_some(at + op.literal.len())?,
                BLANKS => {
                    let end = span_of(line, at, |byte| matches!(byte, b' ' | b'\t'));
                    (end > at || at == line.len()).then_some(end)?
                }
                TIME => {
                    let (value, end) = times.read(op.kind, line, at, received_ns)?;
                    header.time = Some(value);
                    end
                }
                LEVEL => {
                    let end = span_of(line, at, |byte| byte.is_ascii_alphanumeric());
                    let level = severity::of_word(&line[at..end]);
                    header.severity = (level > 0).then_some(level)?;
                    end
                }
                NUMBER => {
                    let sign = usize::from(line.get(at) == Some(&b'-'));
                    let end = span_of(line, at + sign.min(line.len() - at), |byte| byte.is_ascii_digit());
                    (end > at + sign).then_some(end)?
                }
                WORD | TEXT => field_end(line, at, &op.literal, op.code == TEXT)?,
                PRIORITY => {
                    let (level, end) = priority(line, at)?;
                    header.severity = level;
                    end
                }
                MESSAGE => at,
                _ => return json_header(line, at, header, received_ns),
            };
            if op.field == SERVICE {
                header.service = (from, at);
            }
        }
        header.message = at;
        Some(header)
    }
}

fn json_header(line: &[u8], at: usize, mut header: Header, received_ns: i64) -> Option<Header> {
    let fields = json::fields(&line[at..])?;
    header.json = true;
    header.message = at;
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
        let by_first = (0..=255u8)
            .map(|byte| (0..programs.len()).filter(|i| programs[*i].ops.first().is_some_and(|op| may_begin(op, byte))).collect())
            .collect();
        Formats { programs, by_first }
    }

    /// The header of a line (without its line end): that of the first program that fits.
    pub fn header(&self, line: &[u8], received_ns: i64) -> Option<Header> {
        let at = past_colour(line, 0);
        let first = *line.get(at)?;
        let mut times = Remembered::default();
        self.by_first[first as usize].iter().find_map(|i| self.programs[*i].run(line, at, received_ns, &mut times))
    }
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
