//! Which tokens of a message are values; `tests/naive.py` says the same slowly.

pub const SEPARATOR: u8 = 1;
pub const DIGIT: u8 = 2;
pub const NOT_HEX: u8 = 4;
pub const EDGE: u8 = 8;
pub const DOT: u8 = 16;
pub const LINK: u8 = 32;
pub const QUERY: u8 = 64;

pub const CLASS: [u8; 256] = classes();

#[rustfmt::skip]
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
            b'?' => NOT_HEX | EDGE | QUERY,
            b'-' | b'!' | b'*' | b'&' | b'#' | b'~' | b'^' => NOT_HEX | EDGE,
            b'/' | b'@' => NOT_HEX | LINK,
            _ => NOT_HEX,
        };
        i += 1;
    }
    table
}

pub fn is_blank(byte: u8) -> bool {
    matches!(byte, 9..=13 | b' ')
}

fn is_white(gap: &[u8]) -> bool {
    !gap.is_empty() && gap.iter().all(|byte| is_blank(*byte))
}

fn is_hex(byte: u8) -> bool {
    CLASS[byte as usize] & (SEPARATOR | NOT_HEX) == 0
}

#[rustfmt::skip]
fn is_calendar(word: &[u8]) -> bool {
    matches!(
        word,
        b"Jan" | b"Feb" | b"Mar" | b"Apr" | b"May" | b"Jun" | b"Jul" | b"Aug" | b"Sep" | b"Oct" | b"Nov" | b"Dec"
            | b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun"
    )
}

/// Units of size and time, zones and halves of the day: part of the value that they follow.
#[rustfmt::skip]
fn is_unit(word: &[u8]) -> bool {
    matches!(
        word,
        b"KB" | b"MB" | b"GB" | b"TB" | b"kB" | b"B" | b"K" | b"M" | b"G" | b"ms" | b"s" | b"sec" | b"secs" | b"us"
            | b"ns" | b"KiB" | b"MiB" | b"GiB" | b"AM" | b"PM" | b"am" | b"pm" | b"UTC" | b"GMT" | b"EST" | b"EDT"
            | b"CST" | b"CDT" | b"MST" | b"MDT" | b"PST" | b"PDT" | b"CET" | b"CEST" | b"BST" | b"IST" | b"JST"
    )
}

fn is_literal(word: &[u8]) -> bool {
    matches!(
        word,
        b"true" | b"false" | b"True" | b"False" | b"TRUE" | b"FALSE" | b"null" | b"Null" | b"NULL" | b"nil" | b"None"
    )
}

fn is_top_level_domain(word: &[u8]) -> bool {
    matches!(
        word,
        b"com"
            | b"org"
            | b"net"
            | b"edu"
            | b"gov"
            | b"io"
            | b"cn"
            | b"de"
            | b"uk"
            | b"hk"
            | b"jp"
            | b"fr"
            | b"ru"
            | b"info"
            | b"biz"
            | b"co"
            | b"local"
            | b"localdomain"
            | b"internal"
            | b"lan"
    )
}

/// Two hexadecimal digits of a hardware address: another such pair and a colon follow, or stand before.
fn is_pair(text: &[u8], (start, end): (usize, usize)) -> bool {
    let pair = |at: usize| text.get(at..at + 2).is_some_and(|two| two.iter().all(|byte| is_hex(*byte)));
    let colon = |at: usize| text.get(at) == Some(&b':');
    let before = start > 2 && colon(start - 1) && pair(start - 3);
    let behind = colon(end) && pair(end + 1);
    pair(start) && ((behind && (before || colon(end + 3))) || (before && start > 3 && colon(start - 4)))
}

/// Names joined by `@`, or by `/` where a second one or a dot says that it is a path.
fn is_linked(word: &[u8]) -> bool {
    let slashes = word.iter().filter(|byte| **byte == b'/').count();
    let path = slashes > 0 && (slashes > 1 || word[0] == b'~' || memchr::memchr(b'.', word).is_some());
    path || memchr::memchr(b'@', &word[1..]).is_some_and(|at| at + 2 < word.len())
}

/// Strip edge punctuation; a minus sign before a digit stays, and so do the dots and tilde that begin a path.
#[inline(always)]
pub fn trim(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && CLASS[text[start] as usize] & EDGE != 0 {
        let kept = match &text[start..end] {
            [b'-', next, ..] => next.is_ascii_digit(),
            [b'.' | b'~', b'/', ..] | [b'.', b'.', b'/', ..] => true,
            _ => false,
        };
        if kept {
            break;
        }
        start += 1;
    }
    while end > start && CLASS[text[end - 1] as usize] & EDGE != 0 {
        end -= 1;
    }
    (start, end)
}

/// Finds the ends of quoted values, in linear time: what is not closed once is not looked for again.
#[derive(Default)]
pub struct Quotes {
    closed: usize,
    spent: [bool; 2],
}

impl Quotes {
    /// Where the quoted value ends that begins at `start`, right behind `="`; what closes one does not open another.
    #[inline(always)]
    pub fn end(&mut self, text: &[u8], first: usize, start: usize, end: usize) -> Option<usize> {
        let opened = start >= first + 2 && matches!(text[start - 1], b'"' | b'\'') && text[start - 2] == b'=';
        if opened {
            self.closing(text, start, end)
        } else {
            None
        }
    }

    #[inline(never)]
    fn closing(&mut self, text: &[u8], start: usize, end: usize) -> Option<usize> {
        let spent = &mut self.spent[usize::from(text[start - 1] == b'"')];
        if *spent || start <= self.closed {
            return None;
        }
        let found = memchr::memchr(text[start - 1], &text[start..end]);
        *spent = found.is_none();
        self.closed = found.map_or(self.closed, |length| start + length + 1);
        found.map(|length| start + length)
    }
}

/// Where the query of a path or address ends whose path ends at `start`: it may hold separators, but not end in one.
pub fn query_end(text: &[u8], start: usize, end: usize) -> usize {
    let stops = |byte: &u8| is_blank(*byte) || b"\"'<>()[]{}|".contains(byte);
    let ends = |byte: &u8| b",;:=".contains(byte) || CLASS[*byte as usize] & EDGE != 0;
    let reach = text[start..end].iter().position(stops).unwrap_or(end - start);
    let rest = text[start..start + reach].iter().rev().take_while(|byte| ends(byte)).count();
    start + reach - rest
}

/// How long the words are of the calendar, of units and of literals.
const LONGEST_NAMED: usize = 5;

/// Whether one of them may begin with a byte.
fn begins_name(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a' | b'f' | b'k' | b'm' | b'n' | b'p' | b's' | b't' | b'u')
}

/// A run of bytes that are no separators, in the message `first..end`.
pub struct Run {
    pub first: usize,
    pub start: usize,
    pub end: usize,
    pub flags: u8,
}

impl Run {
    /// Whether its trimmed part `span` is a value: what is called, `init2()`, is none, whatever digits are in it.
    /// `after`: end of the value right before it, if that was one.
    #[inline(always)]
    pub fn is_variable(&self, text: &[u8], span: (usize, usize), end: usize, after: Option<usize>) -> bool {
        if self.start > self.first && text[self.start - 1] == b'=' {
            return true;
        }
        let behind = if self.end < end { text[self.end] } else { b' ' };
        if self.flags & DIGIT != 0 {
            return behind != b'(' || !self.is_called(text, span, end);
        }
        let plain = self.flags & (NOT_HEX | EDGE | LINK) == NOT_HEX && behind != b':';
        let first = text[self.start];
        let unnamed = self.end - self.start > LONGEST_NAMED || !begins_name(first);
        // Most words are told by that.
        !(plain && unnamed && first != b'\\') && self.is_odd(text, span, end, after)
    }

    /// The same of a word without digits that may be a value for all that.
    #[inline(never)]
    fn is_odd(&self, text: &[u8], span: (usize, usize), end: usize, after: Option<usize>) -> bool {
        let word = &text[span.0..span.1];
        let message = &text[self.first..end];
        let by_length = match word.len() {
            1..=LONGEST_NAMED => {
                is_calendar(word)
                    || is_literal(word)
                    || (is_unit(word) && after.is_some_and(|e| is_white(&text[e..span.0])))
                    || (word.len() == 2 && is_pair(message, (span.0 - self.first, span.1 - self.first)))
            }
            _ => {
                (self.flags & NOT_HEX == 0 || self.end - self.start != word.len())
                    && word.iter().all(|byte| CLASS[*byte as usize] & (NOT_HEX | DIGIT) == 0)
            }
        };
        by_length
            || (word.len() > 1 && matches!(word[0], b'/' | b'\\'))
            || (self.flags & LINK != 0 && is_linked(word))
            || (self.flags & DOT != 0 && self.is_host(text, word, end))
            || (self.end < end && text[self.end] == b':' && is_scheme(word, &text[self.end + 1..end]))
    }

    #[cold]
    fn is_called(&self, text: &[u8], span: (usize, usize), end: usize) -> bool {
        text[self.end..end].starts_with(b"()") && text[span.0].is_ascii_alphabetic()
    }

    /// A dot, and a port behind or a known top-level domain at the end.
    fn is_host(&self, text: &[u8], word: &[u8], end: usize) -> bool {
        let Some(dot) = memchr::memrchr(b'.', word) else { return false };
        let port = self.end + 1 < end && text[self.end] == b':' && text[self.end + 1].is_ascii_digit();
        port || (dot > 0 && is_top_level_domain(&word[dot + 1..]))
    }

    /// Whether its value may have a query: a slash, and a question mark inside.
    pub fn has_query(&self, text: &[u8], span: (usize, usize)) -> bool {
        self.flags & (LINK | QUERY) == LINK | QUERY
            && memchr::memchr(b'?', &text[span.0..span.1]).is_some()
            && memchr::memchr(b'/', &text[span.0..span.1]).is_some()
    }
}

/// What stands before `://`, or the letter of a drive.
fn is_scheme(word: &[u8], behind: &[u8]) -> bool {
    behind.starts_with(b"//") || (word.len() == 1 && matches!(behind.first(), Some(b'/' | b'\\')))
}

/// Whether two values with this between them are one slot: a list, or the colons of a clock or an address.
pub fn joins(gap: &[u8]) -> bool {
    gap == b":" || gap == b"::" || gap.iter().all(|byte| is_blank(*byte) || *byte == b',')
}
