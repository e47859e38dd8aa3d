//! The lines of a private key that was logged over several lines, whatever header each line may bear.

use crate::redact::{Lines, Span};
use memchr::memmem;

/// A key whose end does not come is forgotten after so many lines: one of 16,384 bits has 200.
const MOST_LINES: i64 = 256;
/// Shorter text is taken for key material only where it stands in the column of the line before.
const BODY: usize = 16;
/// How far before `PRIVATE KEY` stands whether it begins or ends.
const HEAD: usize = 40;

/// What is known of a key that goes on: how many more lines it may have, and where in a line its text begins (or -1).
pub type Open = (i64, i64);

pub struct Keys<'a> {
    pub lines: &'a Lines<'a>,
    pub rule: u16,
    pub out: &'a mut Vec<Span>,
}

impl Keys<'_> {
    /// Cover the lines of keys, given where `PRIVATE KEY` stands; return what is open at the end.
    pub fn cover(&mut self, markers: &[usize], open: Open) -> Open {
        let (mut left, mut column) = open;
        let (mut from, mut line) = (0, (0, 0));
        for marker in markers {
            let same = *marker < line.1;
            line = if same { line } else { self.lines.around(*marker) };
            (left, column) = self.go_on(from, line.0, (left, column));
            let head = &self.lines.text[line.0.max(marker.saturating_sub(HEAD))..*marker];
            let (begin, end) = (last(head, b"BEGIN "), last(head, b"END "));
            if end > begin {
                self.finish(line, *marker - head.len() + end - 1, (left, column), !same);
                (left, column) = (0, -1);
            } else if begin > 0 {
                (left, column) = (MOST_LINES, -1);
            }
            from = line.1 + 1;
        }
        self.go_on(from, self.lines.text.len(), (left, column))
    }

    fn go_on(&mut self, from: usize, to: usize, (mut left, mut column): Open) -> Open {
        let mut at = from;
        while left > 0 && at < to {
            let line = self.lines.around(at);
            if let Some(body) = self.body(line, column) {
                column = self.take(line.0, body, column < 0);
            }
            (left, at) = (left - 1, line.1 + 1);
        }
        (left, if left > 0 { column } else { -1 })
    }

    /// The line that says END at `end`; where nothing said BEGIN, the lines before it are the key's as well.
    fn finish(&mut self, line: (usize, usize), end: usize, open: Open, first: bool) {
        let dashes = self.lines.text[line.0..end].iter().rposition(|byte| !matches!(byte, b'-' | b' '));
        if let Some(body) = dashes.and_then(|at| self.body((line.0, line.0 + at + 1), open.1)) {
            self.take(line.0, body, open.0 > 0 && open.1 < 0);
        }
        if open.0 == 0 && first {
            self.out.extend(self.headless(line.0));
        }
    }

    /// The lines of a key right above a line; the lowest may be short if it stands in the column of the one above it.
    fn headless(&self, below: usize) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let mut columns = Vec::new();
        let mut first = below;
        while first > 0 && found.len() < MOST_LINES as usize {
            let line = self.lines.around(first - 1);
            let marked = memmem::find(&self.lines.text[line.0..line.1], b"PRIVATE KEY").is_some();
            let Some((start, end)) = base64(self.lines.text, line.0, line.1).filter(|_| !marked) else { break };
            if end - start < BODY && !found.is_empty() {
                break;
            }
            found.push(Span { start, end, rule: self.rule, counted: false });
            columns.push(start - line.0);
            first = line.0;
        }
        if found.first().is_some_and(|lowest| lowest.end - lowest.start < BODY) && columns.get(1) != columns.first() {
            found.clear();
        }
        if let Some(span) = found.first_mut() {
            span.counted = true;
        }
        found
    }

    /// Cover a body, counted if it is the first of its key; return its column in the line that begins at `first`.
    fn take(&mut self, first: usize, (start, end): (usize, usize), counted: bool) -> i64 {
        self.out.push(Span { start, end, rule: self.rule, counted });
        (start - first) as i64
    }

    fn body(&self, line: (usize, usize), column: i64) -> Option<(usize, usize)> {
        let (start, end) = base64(self.lines.text, line.0, line.1)?;
        (end - start >= BODY || (start - line.0) as i64 == column).then_some((start, end))
    }
}

/// Where a word stands last in some bytes, counted from 1; 0 if nowhere.
fn last(text: &[u8], word: &[u8]) -> usize {
    memmem::rfind(text, word).map_or(0, |at| at + 1)
}

/// The base64 text that ends a line, quotes, commas and written line ends behind it left out.
fn base64(text: &[u8], first: usize, last: usize) -> Option<(usize, usize)> {
    let mut end = last;
    while end > first {
        end -= match &text[first..end] {
            [.., b'\\', b'n' | b'r'] => 2,
            [.., b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b',' | b';' | b'\\'] => 1,
            _ => break,
        };
    }
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let start = text[first..end].iter().rposition(|byte| !inside(byte)).map_or(first, |at| first + at + 1);
    (start < end).then_some((start, end))
}
