//! The operations that header programs are made of: what each reads at a place of a line, and where it ends.

use wide::u8x16;

use crate::fields::Span;
use crate::header::{Body, BODIES};
use crate::{near, severity, time};

pub const LITERAL: u8 = 0;
pub const BLANKS: u8 = 1;
pub const TIME: u8 = 2;
pub const LEVEL: u8 = 3;
pub const NUMBER: u8 = 4;
pub const WORD: u8 = 5;
pub const TEXT: u8 = 6;
pub const MESSAGE: u8 = 7;
pub const PRIORITY: u8 = 8;
pub const FIELDS: u8 = 9;
pub const DATA: u8 = 10;
pub const EXPRESSION: u8 = 11;

pub const SERVICE: u8 = 1;
pub const STREAM: u8 = 2;
pub const HOST: u8 = 3;

// Kinds of LEVEL.
const WORD_LEVEL: u8 = 0;
const COLUMN_LEVEL: u8 = 1;
const LETTER_LEVEL: u8 = 2;

// Kinds of NUMBER.
const INTEGER: u8 = 0;
const DECIMAL: u8 = 1;

// Kinds of WORD.
const ANY: u8 = 0;
pub const SOURCE: u8 = 2;
const REPLICA: u8 = 3;
const POD: u8 = 4;

const SOURCE_ENDINGS: [&[u8]; 18] = [
    b".c", b".cc", b".cpp", b".cs", b".ex", b".go", b".h", b".java", b".js", b".kt", b".lua", b".php", b".py", b".rb",
    b".rs", b".scala", b".swift", b".ts",
];

// Kinds of MESSAGE that begin with a request and its answer; those below are the kinds of bodies.
pub const REQUEST: u8 = 8;
const STORED: u8 = 9;
const PROXIED: u8 = 10;

// Kinds of FIELDS.
pub const JSON: u8 = 0;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How long a UUID is (RFC 9562, section 4).
const UUID: usize = 36;

/// A field of text ends within this many bytes, so that a line costs linear time.
const MAX_FIELD: usize = 512;

#[derive(Clone, PartialEq)]
pub struct Op {
    pub code: u8,
    pub field: u8,
    pub kind: u8,
    pub literal: Vec<u8>,
}

pub fn may_begin(op: &Op, byte: u8) -> bool {
    match op.code {
        LITERAL => op.literal.first() == Some(&byte),
        BLANKS => matches!(byte, b' ' | b'\t'),
        TIME => match op.kind {
            time::SYSLOG | time::JUL => b"JFMASOND".contains(&byte.to_ascii_uppercase()),
            time::CTIME => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_digit(),
        },
        LEVEL if op.kind > LETTER_LEVEL => severity::of_sign(byte) > 0,
        LEVEL if op.kind == LETTER_LEVEL => severity::of_letter(byte) > 0,
        LEVEL => severity::may_begin_word(byte),
        NUMBER if op.kind == INTEGER => byte.is_ascii_digit() || byte == b'-',
        NUMBER => byte.is_ascii_digit() || (byte == b' ' && op.kind == DECIMAL),
        PRIORITY => byte == b'<',
        MESSAGE if op.kind == REQUEST => byte == b'"',
        MESSAGE | TEXT => true,
        FIELDS if op.kind == JSON => byte == b'{',
        DATA => matches!(byte, b'-' | b'['),
        _ => !matches!(byte, b' ' | b'\t'),
    }
}

/// A line that begins with more digits is no different from one with so many.
pub const MANY_DIGITS: usize = 20;

pub fn leading_digits(line: &[u8]) -> usize {
    line.iter().take(MANY_DIGITS).take_while(|byte| byte.is_ascii_digit()).count()
}

/// Whether an operation that may begin with a digit may begin with so many, and this byte behind them.
pub fn may_begin_with_digits(op: &Op, digits: usize, behind: u8) -> bool {
    op.code != TIME || time::leads(op.kind, digits, behind)
}

/// Whether an operation is a run of digits and nothing else, where it begins with one.
pub fn is_digits(op: &Op) -> bool {
    op.code == NUMBER && op.kind == INTEGER
}

/// Whether an operation says anything about its line, but for the host.
pub fn tells(op: &Op) -> bool {
    let names = matches!(op.field, SERVICE | STREAM);
    matches!(op.code, TIME | LEVEL | PRIORITY | FIELDS) || names || (op.code == MESSAGE && op.kind > 0)
}

fn span_of(line: &[u8], at: usize, accept: impl Fn(u8) -> bool) -> usize {
    line[at..].iter().position(|byte| !accept(*byte)).map_or(line.len(), |n| at + n)
}

/// Whether `stop` stands at `at`; a blank at its end also stands for a tab or the end of the line.
fn stops(line: &[u8], at: usize, stop: &[u8]) -> bool {
    match stop.split_last() {
        Some((b' ', literal)) => {
            let end = at + literal.len();
            line[at..].starts_with(literal) && matches!(line.get(end), None | Some(b' ' | b'\t'))
        }
        _ => line[at..].starts_with(stop),
    }
}

/// A field that begins at `at`, and the byte behind it if it is as long as may be.
fn field(line: &[u8], at: usize) -> &[u8] {
    &line[at..line.len().min(at + MAX_FIELD + 1)]
}

/// The end of a word of at most 15 bytes that a blank ends.
#[inline(always)]
fn short_end(line: &[u8], at: usize) -> Option<usize> {
    let bytes = u8x16::new(line.get(at..at + 16)?.try_into().ok()?);
    let blanks = bytes.cmp_eq(u8x16::splat(b' ')) | bytes.cmp_eq(u8x16::splat(b'\t'));
    let mask = blanks.move_mask();
    (mask & 1 == 0 && mask != 0).then(|| at + mask.trailing_zeros() as usize)
}

fn long_end(line: &[u8], at: usize) -> Option<usize> {
    let field = field(line, at);
    let length = memchr::memchr2(b' ', b'\t', field).unwrap_or(field.len());
    (1..=MAX_FIELD).contains(&length).then_some(at + length)
}

/// The end of a word that begins at `at` and goes up to `stop`, or to a blank or the end where that is empty.
#[inline(always)]
fn word_end(line: &[u8], at: usize, stop: &[u8]) -> Option<usize> {
    let Some(first) = stop.first() else { return short_end(line, at).or_else(|| long_end(line, at)) };
    let field = field(line, at);
    let mut length = near::next([*first, b' ', b'\t'], field, 0)?;
    while field[length] == *first {
        if stops(line, at + length, stop) {
            return (length > 0).then_some(at + length);
        }
        length = near::next([*first, b' ', b'\t'], field, length + 1)?;
    }
    None
}

/// The same for text, which may have blanks inside.
fn text_end(line: &[u8], at: usize, stop: &[u8]) -> Option<usize> {
    let Some(first) = stop.first() else { return word_end(line, at, stop) };
    let field = field(line, at);
    let ends = memchr::memchr_iter(*first, field).find(|i| stops(line, at + i, stop))?;
    (ends > 0).then_some(at + ends)
}

pub fn priority(line: &[u8], at: usize) -> Option<(i64, usize)> {
    let end = span_of(line, at + 1, |byte| byte.is_ascii_digit());
    let digits = line.get(at + 1..end).filter(|d| line.get(at) == Some(&b'<') && (1..=3).contains(&d.len()))?;
    let value = digits.iter().fold(0u64, |n, digit| n * 10 + u64::from(digit - b'0'));
    (line.get(end) == Some(&b'>') && value <= 191).then_some((i64::from(severity::of_priority(value)), end + 1))
}

/// Structured data of RFC 5424: `-`, or `[id key="value"]…`, in which `\\` escapes `"`, `\\` and `]`.
fn data_end(line: &[u8], at: usize) -> Option<usize> {
    if line.get(at) == Some(&b'-') {
        return Some(at + 1);
    }
    let (mut end, mut inside, mut quoted) = (at, false, false);
    while let Some(byte) = line.get(end) {
        match byte {
            b'\\' if quoted => end += 1,
            b'"' if inside => quoted = !quoted,
            b'[' if !inside => inside = true,
            b']' if inside && !quoted => inside = false,
            _ if !inside => break,
            _ => {}
        }
        end += 1;
    }
    (end > at && end <= line.len() && !inside).then_some(end)
}

pub fn level(line: &[u8], at: usize, kind: u8) -> Option<(i64, usize)> {
    if kind > COLUMN_LEVEL {
        let byte = *line.get(at)?;
        let level = if kind == LETTER_LEVEL { severity::of_letter(byte) } else { severity::of_sign(byte) };
        return (level > 0).then_some((i64::from(level), at + 1));
    }
    let end = span_of(line, at, |byte| byte.is_ascii_alphanumeric());
    let word = &line[at..end];
    let level = severity::of_word(word);
    let column =
        || !word.iter().any(u8::is_ascii_lowercase) || line[end..].starts_with(b"  ") || line[end..].starts_with(b"\t");
    (level > 0 && (kind == WORD_LEVEL || column())).then_some((i64::from(level), end))
}

fn number_end(line: &[u8], at: usize, kind: u8) -> Option<usize> {
    let digits = |from: usize| Some(span_of(line, from, |byte| byte.is_ascii_digit())).filter(|end| *end > from);
    match kind {
        INTEGER => digits(at + usize::from(line.get(at) == Some(&b'-'))),
        DECIMAL => {
            let dot = digits(span_of(line, at, |byte| byte == b' '))?;
            (line.get(dot) == Some(&b'.')).then(|| digits(dot + 1))?
        }
        _ => time::clock_end(line, at),
    }
}

/// The end of a source file, a colon and the number of a line, before `stop` (or a blank or the end where that is empty).
fn source_end(line: &[u8], at: usize, stop: &[u8]) -> Option<usize> {
    let field = field(line, at);
    let colon = memchr::memchr3(b':', b' ', b'\t', field).filter(|i| field[*i] == b':')?;
    let is_source = |ending: &&[u8]| colon > ending.len() && field[..colon].ends_with(ending);
    SOURCE_ENDINGS.iter().find(|ending| is_source(ending))?;
    let end = number_end(line, at + colon + 1, INTEGER)
        .filter(|end| line[at + colon + 1] != b'-' && end - at <= MAX_FIELD)?;
    let ends =
        if stop.is_empty() { matches!(line.get(end), None | Some(b' ' | b'\t')) } else { stops(line, end, stop) };
    ends.then_some(end)
}

/// Whether a word is a name, and if it must, ends as those of replicas (`web-1`) or of pods (`web-x2x7k`) do.
fn is_named(word: &[u8], kind: u8) -> bool {
    let end = word.iter().rposition(|byte| matches!(byte, b'-' | b'_')).map_or(word, |at| &word[at + 1..]);
    let ends = match kind {
        REPLICA => !end.is_empty() && end.iter().all(u8::is_ascii_digit),
        POD => end.len() == 5 && end.iter().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(byte)),
        _ => true,
    };
    ends && is_name(word)
}

fn is_name(word: &[u8]) -> bool {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'$' | b':');
    word[0].is_ascii_alphabetic() && word.iter().all(inside) && !begins_with_uuid(word)
}

/// Whether a word begins as `c0ffee00-1b2c-4d3e-8f90-0123456789ab` does, which names a request and no service.
fn begins_with_uuid(word: &[u8]) -> bool {
    let is_dash = |i: usize| matches!(i, 8 | 13 | 18 | 23);
    let fits = |(i, byte): (usize, &u8)| if is_dash(i) { *byte == b'-' } else { byte.is_ascii_hexdigit() };
    word.len() >= UUID && word[..UUID].iter().enumerate().all(fits)
}

/// What kind of message an operation MESSAGE of a kind reads.
pub fn body(kind: u8) -> Body {
    BODIES.get(usize::from(kind)).copied().unwrap_or_default()
}

/// Where a message begins: behind a byte-order mark; a container's line keeps its indent, but for the blank before it. What
/// wants the next line ends its own.
fn message_start(line: &[u8], at: usize, kind: u8) -> Option<usize> {
    match body(kind) {
        Body::Line | Body::Part => match line.get(at) {
            None => Some(at),
            Some(b' ') => Some(at + 1),
            Some(_) => None,
        },
        Body::More => line[at..].iter().all(|byte| matches!(byte, b' ' | b'\t')).then_some(at),
        _ if line[at..].starts_with(BYTE_ORDER_MARK) => Some(at + BYTE_ORDER_MARK.len()),
        _ => Some(at),
    }
}

/// The name of a service or host without the blanks that pad it; `-` stands for none.
pub fn named(line: &[u8], mut start: usize, mut end: usize) -> Span {
    while start < end && matches!(line[start], b' ' | b'\t') {
        start += 1;
    }
    while end > start && matches!(line[end - 1], b' ' | b'\t') {
        end -= 1;
    }
    if &line[start..end] == b"-" {
        (start, start)
    } else {
        (start, end)
    }
}

/// The severity that the status of an answer tells, and where the message begins.
pub fn request(line: &[u8], at: usize, kind: u8) -> Option<(i64, usize)> {
    let place = match kind {
        REQUEST => quoted_end(line, at)?,
        STORED => quoted_end(line, at + memchr::memchr(b'"', line.get(at..)?)?)?,
        PROXIED => times_end(line, past_blanks(line, word(line, at)?)?)?,
        _ => (0..4).try_fold(word(line, at)?, |end, _| word(line, past_blanks(line, end)?))?,
    };
    let level = severity::of_status(&line[past_blanks(line, place)?..]);
    (level > 0).then_some((i64::from(level), at))
}

/// The end of a string in quotes that begins at `at`.
fn quoted_end(line: &[u8], at: usize) -> Option<usize> {
    let mut end = at + usize::from(line.get(at) == Some(&b'"'));
    if end == at {
        return None;
    }
    loop {
        end += memchr::memchr2(b'"', b'\\', line.get(end..)?)?;
        if line[end] == b'"' {
            return Some(end + 1);
        }
        end += 2;
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The end of the blanks at a place, if there are any.
#[inline(always)]
pub fn blanks_end(line: &[u8], at: usize) -> usize {
    span_of(line, at, is_blank)
}

/// The end of one or more blanks.
fn past_blanks(line: &[u8], at: usize) -> Option<usize> {
    Some(blanks_end(line, at)).filter(|end| *end > at)
}

/// The end of a word of any length.
fn word(line: &[u8], at: usize) -> Option<usize> {
    Some(span_of(line, at, |byte| !is_blank(byte))).filter(|end| *end > at)
}

/// The end of five numbers with slashes between them; of TCP connections there are three.
fn times_end(line: &[u8], at: usize) -> Option<usize> {
    let end = word(line, at)?;
    let is_number =
        |part: &[u8]| !part.is_empty() && part.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+'));
    let parts = line[at..end].split(|byte| *byte == b'/');
    (parts.clone().count() == 5 && parts.clone().all(is_number)).then_some(end)
}

/// Where an operation that says nothing itself ends; it may begin with the byte at `at`.
#[inline]
pub fn end(op: &Op, line: &[u8], at: usize) -> Option<usize> {
    match op.code {
        LITERAL => (op.literal.len() < 2 || line[at..].starts_with(&op.literal)).then_some(at + op.literal.len()),
        BLANKS => Some(blanks_end(line, at)),
        NUMBER => number_end(line, at, op.kind),
        WORD if op.kind == SOURCE => source_end(line, at, &op.literal),
        WORD if op.kind != ANY => word_end(line, at, &op.literal).filter(|end| is_named(&line[at..*end], op.kind)),
        WORD => word_end(line, at, &op.literal),
        TEXT => text_end(line, at, &op.literal),
        MESSAGE => message_start(line, at, op.kind),
        _ => data_end(line, at),
    }
}
