//! Words and slots of a message, and the signature over them; `tests/naive.py` says the same slowly.

pub const WORD: u8 = 0;
pub const SLOT: u8 = 1;

const SEPARATOR: u8 = 1;
const DIGIT: u8 = 2;
const NOT_HEX: u8 = 4;
const EDGE: u8 = 8;
const DOT: u8 = 16;

const MASK_VERSION: u64 = 1;
const K1: u64 = 0x9E37_79B9_7F4A_7C15;
const K2: u64 = 0xC2B2_AE3D_27D4_EB4F;
const K3: u64 = 0x1656_67B1_9E37_79F9;
const M: u64 = 0xD6E8_FEB8_6659_FD93;
const SLOT_HASH: u64 = 0x51ED_270B_5F3C_1A77;

const CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 256 {
        let byte = i as u8;
        table[i] = match byte {
            9..=13 | b' ' | b'"' | b'\'' | b'(' | b')' | b',' | b':' | b';' | b'<' | b'=' | b'>' | b'[' | b']'
            | b'{' | b'|' | b'}' => SEPARATOR,
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => 0,
            b'.' => NOT_HEX | EDGE | DOT,
            b'-' | b'!' | b'?' | b'*' | b'&' | b'#' | b'~' | b'^' => NOT_HEX | EDGE,
            _ => NOT_HEX,
        };
        i += 1;
    }
    table
}

/// What the walk over a message reports, in order.
pub trait Sink {
    /// A word or slot begins; `gap` is what stands before it.
    fn token(&mut self, text: &[u8], kind: u8, gap: (usize, usize), span: (usize, usize));
    /// The last slot goes on to `end`.
    fn extend(&mut self, end: usize);
    /// What stands behind the last token.
    fn finish(&mut self, text: &[u8], gap: (usize, usize));
}

pub fn is_blank(byte: u8) -> bool {
    matches!(byte, 9..=13 | b' ')
}

fn is_calendar(word: &[u8]) -> bool {
    matches!(
        word,
        b"Jan" | b"Feb" | b"Mar" | b"Apr" | b"May" | b"Jun" | b"Jul" | b"Aug" | b"Sep" | b"Oct" | b"Nov" | b"Dec"
            | b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun"
    )
}

fn is_unit(word: &[u8]) -> bool {
    matches!(
        word,
        b"KB" | b"MB" | b"GB" | b"TB" | b"kB" | b"B" | b"K" | b"M" | b"G" | b"ms" | b"s" | b"sec" | b"secs" | b"us"
            | b"ns" | b"KiB" | b"MiB" | b"GiB"
    )
}

fn is_top_level_domain(word: &[u8]) -> bool {
    matches!(
        word,
        b"com" | b"org" | b"net" | b"edu" | b"gov" | b"io" | b"cn" | b"de" | b"uk" | b"hk" | b"jp" | b"fr" | b"ru"
            | b"info" | b"biz" | b"co" | b"local" | b"localdomain" | b"internal" | b"lan"
    )
}

fn is_host(text: &[u8], word: &[u8], run_end: usize, end: usize) -> bool {
    let Some(dot) = memchr::memrchr(b'.', word) else { return false };
    let port = run_end + 1 < end && text[run_end] == b':' && text[run_end + 1].is_ascii_digit();
    port || (dot > 0 && is_top_level_domain(&word[dot + 1..]))
}

fn joins(gap: &[u8]) -> bool {
    gap == b":" || gap.iter().all(|byte| matches!(byte, b' ' | b'\t' | b','))
}

/// Strip edge punctuation; a minus sign before a digit stays.
fn trim(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && CLASS[text[start] as usize] & EDGE != 0 {
        if text[start] == b'-' && start + 1 < end && text[start + 1].is_ascii_digit() {
            break;
        }
        start += 1;
    }
    while end > start && CLASS[text[end - 1] as usize] & EDGE != 0 {
        end -= 1;
    }
    (start, end)
}

/// A run of bytes that are no separators inside the message `first..end`.
struct Run {
    first: usize,
    start: usize,
    end: usize,
    flags: u8,
}

impl Run {
    /// Whether its trimmed part `span` is a value; `after`: end of the value right before it, if that was one.
    fn is_variable(&self, text: &[u8], span: (usize, usize), end: usize, after: Option<usize>) -> bool {
        if self.flags & DIGIT != 0 {
            return true;
        }
        if self.start > self.first && text[self.start - 1] == b'=' {
            return true;
        }
        let word = &text[span.0..span.1];
        match word.len() {
            1..=4 => {
                if is_calendar(word) || (after.is_some_and(|e| e + 1 == span.0 && text[e] == b' ') && is_unit(word)) {
                    return true;
                }
            }
            8.. => {
                if (self.flags & NOT_HEX == 0 || self.end - self.start != word.len())
                    && word.iter().all(|byte| CLASS[*byte as usize] & (NOT_HEX | DIGIT) == 0)
                {
                    return true;
                }
            }
            _ => {}
        }
        (word.len() > 1 && matches!(word[0], b'/' | b'\\'))
            || (self.flags & DOT != 0 && is_host(text, word, self.end, end))
    }
}

/// Walk over the message `text[first..end]` and report its words and slots.
pub fn walk<S: Sink>(text: &[u8], first: usize, end: usize, sink: &mut S) {
    let text = &text[..text.len()];
    let mut before: Option<(bool, usize)> = None;
    let mut at = first;
    while at < end {
        if CLASS[text[at] as usize] & SEPARATOR != 0 {
            at += 1;
            continue;
        }
        let start = at;
        let mut flags = 0;
        for byte in &text[start..end] {
            let class = CLASS[*byte as usize];
            if class & SEPARATOR != 0 {
                break;
            }
            flags |= class;
            at += 1;
        }
        let run = Run { first, start, end: at, flags };
        let span = if flags & EDGE != 0 { trim(text, start, at) } else { (start, at) };
        if span.0 == span.1 {
            continue;
        }
        let after = before.filter(|b| b.0).map(|b| b.1);
        let variable = run.is_variable(text, span, end, after);
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

    pub fn of(&mut self, text: &[u8], start: usize, end: usize) -> u64 {
        (self.first, self.second, self.tokens) = (MASK_VERSION.wrapping_mul(K1), 0, 0);
        walk(text, start, end, self);
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
    #[inline]
    fn token(&mut self, text: &[u8], kind: u8, gap: (usize, usize), span: (usize, usize)) {
        match text[gap.0..gap.1] {
            [b' '] => {}
            [a] | [a, b' '] | [b' ', a] if !is_blank(a) && self.tokens > 0 => {
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
        self.gap(text, gap, true);
    }
}

/// The tokens themselves, as columns.
#[derive(Default)]
pub struct Tokens {
    pub kind: Vec<u8>,
    pub start: Vec<i64>,
    pub end: Vec<i64>,
}

impl Sink for Tokens {
    fn token(&mut self, _text: &[u8], kind: u8, _gap: (usize, usize), span: (usize, usize)) {
        self.kind.push(kind);
        self.start.push(span.0 as i64);
        self.end.push(span.1 as i64);
    }

    fn extend(&mut self, end: usize) {
        if let Some(last) = self.end.last_mut() {
            *last = end as i64;
        }
    }

    fn finish(&mut self, _text: &[u8], _gap: (usize, usize)) {}
}
