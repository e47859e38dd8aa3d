//! Words and slots of a message, and the signature over them; `tests/naive.py` says the same slowly.

use crate::mask::{is_blank, joins, query_end, trim, Quotes, Run, CLASS, DOT, EDGE, SEPARATOR};
use crate::masks::Masks;
use crate::trace;

pub const WORD: u8 = 0;
pub const SLOT: u8 = 1;

const MASK_VERSION: u64 = 1;
const K1: u64 = 0x9E37_79B9_7F4A_7C15;
const K2: u64 = 0xC2B2_AE3D_27D4_EB4F;
const K3: u64 = 0x1656_67B1_9E37_79F9;
const M: u64 = 0xD6E8_FEB8_6659_FD93;
const SLOT_HASH: u64 = 0x51ED_270B_5F3C_1A77;

/// What the walk over a message reports, in order.
pub trait Sink {
    /// A word or slot begins; `gap` is what stands before it.
    fn token(&mut self, text: &[u8], kind: u8, gap: (usize, usize), span: (usize, usize));
    /// The last slot goes on to `end`.
    fn extend(&mut self, end: usize);
    /// What stands behind the last token.
    fn finish(&mut self, text: &[u8], gap: (usize, usize));
}

#[inline]
fn is_ellipsis(text: &[u8], at: usize, end: usize) -> bool {
    at + 2 < end && text[at + 1] == b'.' && text[at + 2] == b'.'
}

/// A run at `at`: where it ends, and its flags. Three dots end it: they fill up or break off, they do not join.
#[inline(always)]
fn scan(text: &[u8], start: usize, end: usize) -> (usize, u8) {
    let mut flags = 0;
    let mut at = start;
    for byte in &text[start..end] {
        let class = CLASS[*byte as usize];
        if class & (SEPARATOR | DOT) != 0 && (class & SEPARATOR != 0 || is_ellipsis(text, at, end)) {
            break;
        }
        flags |= class;
        at += 1;
    }
    (at, flags)
}

/// Walk over the message `text[first..end]` and report its words and slots.
pub fn walk<S: Sink>(text: &[u8], first: usize, end: usize, sink: &mut S) {
    let text = &text[..text.len()];
    let mut before: Option<(bool, usize)> = None;
    let mut quotes = Quotes::default();
    let mut at = first;
    while at < end {
        if CLASS[text[at] as usize] & SEPARATOR != 0 {
            at += 1;
            continue;
        }
        let start = at;
        let flags;
        (at, flags) = scan(text, start, end);
        if at == start {
            at += text[at..end].iter().take_while(|byte| **byte == b'.').count();
            continue;
        }
        let run = Run { first, start, end: at, flags };
        let mut span = if flags & EDGE != 0 { trim(text, start, at) } else { (start, at) };
        let after = before.filter(|b| b.0).map(|b| b.1);
        let variable = if let Some(close) = quotes.end(text, first, start, end) {
            (span, at) = ((start, close), close);
            true
        } else if span.0 == span.1 {
            continue;
        } else {
            run.is_variable(text, span, end, after)
        };
        if variable && run.end == at && run.has_query(text, span) {
            span.1 = query_end(text, span.1, end);
            at = at.max(span.1);
        }
        let gap = (before.map_or(first, |b| b.1), span.0);
        if variable && after.is_some() && joins(&text[gap.0..gap.1]) {
            sink.extend(span.1);
        } else {
            sink.token(text, if variable { SLOT } else { WORD }, gap, span);
        }
        before = Some((variable, span.1));
    }
    sink.finish(text, (before.map_or(first, |b| b.1), end));
}

#[inline]
fn mix(mut x: u64) -> u64 {
    x ^= x >> 32;
    x = x.wrapping_mul(M);
    x ^= x >> 32;
    x = x.wrapping_mul(M);
    x ^ (x >> 32)
}

/// The 8 bytes at `at`, those from `end` on as NUL.
#[inline]
fn load(text: &[u8], at: usize, end: usize) -> u64 {
    let length = end - at;
    if let Some(bytes) = text.get(at..at + 8) {
        let value = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
        return if length >= 8 { value } else { value & ((1u64 << (8 * length)) - 1) };
    }
    let mut padded = [0u8; 8];
    padded[..length].copy_from_slice(&text[at..end]);
    u64::from_le_bytes(padded)
}

/// Hash 8 bytes at a time; the length tells `c` from `c\0`.
#[inline]
pub fn hash_bytes(text: &[u8], start: usize, end: usize) -> u64 {
    let mut total = ((end - start) as u64).wrapping_mul(K3);
    let mut salt = K2;
    let mut at = start;
    while at < end {
        total = total.wrapping_add(mix(load(text, at, end.min(at + 8)).wrapping_add(salt)));
        salt = salt.wrapping_add(K2);
        at += 8;
    }
    total
}

/// Whether white space in a gap is nothing but single blanks.
#[inline(always)]
fn is_squeezed(gap: &[u8]) -> bool {
    gap.iter().all(|byte| *byte == b' ' || !is_blank(*byte)) && !gap.windows(2).any(|two| two == b"  ")
}

/// The signature of a message, built token by token: two sums over (piece, place).
pub struct Signature {
    first: u64,
    second: u64,
    tokens: u64,
    squeezed: Vec<u8>,
}

impl Signature {
    pub fn new() -> Self {
        Signature { first: 0, second: 0, tokens: 0, squeezed: Vec::new() }
    }

    pub fn of(&mut self, text: &[u8], start: usize, end: usize, masks: Option<&Masks>) -> u64 {
        (self.first, self.second, self.tokens) = (MASK_VERSION.wrapping_mul(K1), 0, 0);
        trace::walk(text, start, end, masks, self);
        mix(self.first ^ mix(self.second))
    }

    #[inline]
    fn add(&mut self, value: u64, place: u64) {
        let x = mix(value ^ place.wrapping_mul(K1));
        self.first = self.first.wrapping_add(x);
        self.second = self.second.wrapping_add(x.rotate_left(23).wrapping_mul(K2));
    }

    /// Add a gap: white space of any kind and length as one blank, which alone adds nothing.
    fn gap(&mut self, text: &[u8], gap: (usize, usize), last: bool) {
        let mut squeezed = std::mem::take(&mut self.squeezed);
        squeezed.clear();
        for byte in &text[gap.0..gap.1] {
            let blank = is_blank(*byte);
            let skip = squeezed.last() == Some(&b' ') || (squeezed.is_empty() && self.tokens == 0);
            if !(blank && skip) {
                squeezed.push(if blank { b' ' } else { *byte });
            }
        }
        if last && squeezed.last() == Some(&b' ') {
            squeezed.pop();
        }
        if !squeezed.is_empty() && squeezed != b" " {
            self.add(hash_bytes(&squeezed, 0, squeezed.len()), 2 * self.tokens);
        }
        self.squeezed = squeezed;
    }
}

impl Sink for Signature {
    #[inline(always)]
    fn token(&mut self, text: &[u8], kind: u8, gap: (usize, usize), span: (usize, usize)) {
        match text[gap.0..gap.1] {
            [b' '] | [] => {}
            ref bytes if self.tokens > 0 && is_squeezed(bytes) => {
                self.add(hash_bytes(text, gap.0, gap.1), 2 * self.tokens);
            }
            _ => self.gap(text, gap, false),
        }
        let value = if kind == WORD { hash_bytes(text, span.0, span.1) } else { SLOT_HASH };
        self.add(value, 2 * self.tokens + 1);
        self.tokens += 1;
    }

    fn extend(&mut self, _end: usize) {}

    fn finish(&mut self, text: &[u8], gap: (usize, usize)) {
        if gap.0 < gap.1 {
            self.gap(text, gap, true);
        }
    }
}

/// The tokens themselves, as columns; of each message the first `most`.
pub struct Tokens {
    most: usize,
    of_message: usize,
    pub kind: Vec<u8>,
    pub start: Vec<i64>,
    pub end: Vec<i64>,
}

impl Tokens {
    pub fn at_most(most: usize) -> Self {
        Tokens { most, of_message: 0, kind: Vec::new(), start: Vec::new(), end: Vec::new() }
    }
}

impl Sink for Tokens {
    fn token(&mut self, _text: &[u8], kind: u8, _gap: (usize, usize), span: (usize, usize)) {
        self.of_message += 1;
        if self.of_message > self.most {
            return;
        }
        self.kind.push(kind);
        self.start.push(span.0 as i64);
        self.end.push(span.1 as i64);
    }

    fn extend(&mut self, end: usize) {
        if let Some(last) = self.end.last_mut().filter(|_| self.of_message <= self.most) {
            *last = end as i64;
        }
    }

    fn finish(&mut self, _text: &[u8], _gap: (usize, usize)) {
        self.of_message = 0;
    }
}
