//! Secrets and personal data → keyed pseudonyms: anchors and shapes say where to look, rules and checks what it is.

use crate::anchors::{Anchor, Anchors};
use crate::checks::PREFIX;
use crate::private_key::{Keys, Open};
use crate::rule::Rule;
use crate::shapes::{Scanner, Shape};
use std::cmp::Reverse;
use std::collections::HashSet;

/// What is searched at a time by all searchers in turn: it stays in the core's cache meanwhile.
const PART: usize = 1 << 15;
/// How far before a value is looked for what says that it is none, and for the quoted name that makes a number JSON's.
const NEAR: usize = 64;

#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub rule: u16,
    pub counted: bool,
}

/// The lines of some records: a record border is a line end, whether or not it has one.
pub struct Lines<'a> {
    pub text: &'a [u8],
    borders: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a [u8], offset: &[usize]) -> Self {
        let inner = offset.iter().filter(|at| **at > 0 && **at < text.len() && text[**at - 1] != b'\n');
        Lines { text, borders: inner.copied().collect() }
    }

    /// The line that holds a byte, without its `\n`.
    pub fn around(&self, at: usize) -> (usize, usize) {
        let start = memchr::memrchr(b'\n', &self.text[..at]).map_or(0, |i| i + 1);
        let end = memchr::memchr(b'\n', &self.text[at..]).map_or(self.text.len(), |i| at + i);
        let next = self.borders.partition_point(|border| *border <= at);
        let above = if next > 0 { self.borders[next - 1] } else { 0 };
        (start.max(above), end.min(self.borders.get(next).copied().unwrap_or(usize::MAX)))
    }
}

pub struct Engine {
    rules: Vec<Rule>,
    placeholders: HashSet<Vec<u8>>,
    key: Vec<u8>,
    anchors: Anchors,
    cards: Vec<u16>,
    accounts: Vec<u16>,
    /// What keys begin with, by its first byte.
    issued: Vec<Vec<Anchor>>,
}

pub struct Redacted {
    /// None where nothing was found.
    pub text: Option<(Vec<u8>, Vec<i64>)>,
    /// By rule.
    pub counts: Vec<i64>,
    pub open: Open,
}

impl Engine {
    pub fn new(rules: Vec<Rule>, anchors: Vec<Anchor>, placeholders: HashSet<Vec<u8>>, key: Vec<u8>) -> Engine {
        let shape = |rule: &u16| rules[usize::from(*rule)].shape;
        let of = |wanted: Shape| (0..rules.len() as u16).filter(|rule| shape(rule) == Some(wanted)).collect();
        let (cards, accounts) = (of(Shape::Card), of(Shape::Account));
        let (runs, anchors): (Vec<_>, Vec<_>) =
            anchors.into_iter().partition(|(_, rule)| shape(rule) == Some(Shape::Run));
        let mut issued = vec![Vec::new(); 256];
        for (text, rule) in runs {
            issued[usize::from(text[0])].push((text, rule));
        }
        Engine { anchors: Anchors::new(&anchors), rules, placeholders, key, cards, accounts, issued }
    }

    /// Replace what is found; `open`: the private key that the records before these have not ended.
    pub fn redact(&self, text: &[u8], offset: &[usize], open: Open) -> Redacted {
        let lines = Lines::new(text, offset);
        let mut spans = Vec::new();
        let open = self.find(&lines, open, &mut spans);
        let mut counts = vec![0; self.rules.len()];
        let merged = merge(spans);
        for span in merged.iter().filter(|span| span.counted) {
            counts[usize::from(span.rule)] += 1;
        }
        let text = (!merged.is_empty()).then(|| self.replace(text, offset, &merged));
        Redacted { text, counts, open }
    }

    fn find(&self, lines: &Lines, open: Open, out: &mut Vec<Span>) -> Open {
        let mut taken = vec![0; self.rules.len()];
        let mut line = (0, 0);
        let mut markers = Vec::new();
        for (at, number) in self.hits(lines) {
            let rule = &self.rules[usize::from(number)];
            if rule.lines {
                markers.push(at);
            }
            if at >= taken[usize::from(number)] {
                line = if at < line.1 { line } else { lines.around(at) };
                let sought = Sought { rule, number, text: lines.text, line };
                taken[usize::from(number)] = sought.find(at, &self.placeholders, out);
            }
        }
        match self.rules.iter().position(|rule| rule.lines) {
            Some(rule) if open.0 > 0 || !markers.is_empty() => {
                Keys { lines, rule: rule as u16, out }.cover(&markers, open)
            }
            _ => open,
        }
    }

    /// (position, rule) of every place where a rule may find something, in order.
    fn hits(&self, lines: &Lines) -> Vec<(usize, u16)> {
        let (text, mut hits, mut scanner) = (lines.text, Vec::new(), Scanner::default());
        for start in (0..text.len()).step_by(PART) {
            let part = start..text.len().min(start + PART);
            self.anchors.hits(text, part.clone(), &mut hits);
            scanner.scan(&text[part], start, |shape, at| self.shaped(text, shape, at, &mut hits));
        }
        for border in &lines.borders {
            for shape in [Shape::Card, Shape::Account, Shape::Run] {
                self.shaped(text, shape, *border, &mut hits);
            }
        }
        hits.sort_unstable();
        hits
    }

    #[inline]
    fn shaped(&self, text: &[u8], shape: Shape, at: usize, hits: &mut Vec<(usize, u16)>) {
        match shape {
            Shape::Card if !matches!(text[at], b'2'..=b'6') => {}
            Shape::Card => hits.extend(self.cards.iter().map(|rule| (at, *rule))),
            Shape::Account => hits.extend(self.accounts.iter().map(|rule| (at, *rule))),
            Shape::Run => {
                let begun =
                    self.issued[usize::from(text[at])].iter().filter(|(start, _)| text[at..].starts_with(start));
                hits.extend(begun.map(|(_, rule)| (at, *rule)));
            }
        }
    }

    fn replace(&self, text: &[u8], offset: &[usize], spans: &[Span]) -> (Vec<u8>, Vec<i64>) {
        let mut out = Vec::with_capacity(text.len() + 32 * spans.len());
        let mut moved = Vec::with_capacity(offset.len() + 1);
        let mut spans = spans.iter().peekable();
        let mut copied = 0;
        for border in offset.iter().copied().chain([text.len()]) {
            while let Some(span) = spans.next_if(|span| span.end <= border) {
                out.extend_from_slice(&text[copied..span.start]);
                self.pseudonym(span, text, &mut out);
                copied = span.end;
            }
            out.extend_from_slice(&text[copied..border]);
            copied = border;
            moved.push(out.len() as i64);
        }
        moved.truncate(offset.len());
        (out, moved)
    }

    /// The same value has the same pseudonym, whatever kind it was taken for; it holds a digit, so masks see a value.
    fn pseudonym(&self, span: &Span, text: &[u8], out: &mut Vec<u8>) {
        let rule = &self.rules[usize::from(span.rule)];
        let value = &text[span.start..span.end];
        let hash = blake2b_simd::Params::new().hash_length(6).key(&self.key).hash(&rule.check.essence(value));
        let near = &text[span.start.saturating_sub(NEAR)..span.start];
        let quote = if value.iter().all(u8::is_ascii_digit) { missing_quote(near) } else { b"" };
        out.extend_from_slice(quote);
        out.extend_from_slice(PREFIX);
        out.extend_from_slice(&rule.kind);
        out.push(b'-');
        for (i, byte) in hash.as_bytes().iter().enumerate() {
            let high = if i == 0 { byte >> 4 & 7 } else { byte >> 4 };
            out.extend([high, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
        }
        out.extend_from_slice(quote);
    }
}

/// What must stand around text where JSON had a number: behind a quoted name and a colon.
fn missing_quote(head: &[u8]) -> &'static [u8] {
    let name = head.trim_ascii_end().strip_suffix(b":").map_or(&b""[..], <[u8]>::trim_ascii_end);
    match name {
        [.., b'\\', b'"'] => b"\\\"",
        [.., b'"'] => b"\"",
        _ => b"",
    }
}

/// Values that overlap become one, called after the first (the longest of those, then the rule of the highest rank).
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|span| (span.start, Reverse(span.end), span.rule));
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start < last.end => {
                last.end = last.end.max(span.end);
                last.counted |= span.counted;
            }
            _ => merged.push(span),
        }
    }
    merged
}

/// One rule at one line.
struct Sought<'a> {
    rule: &'a Rule,
    number: u16,
    text: &'a [u8],
    line: (usize, usize),
}

impl Sought<'_> {
    /// Add the values of the match around `at`; return up to where the rule need not look again.
    fn find(&self, at: usize, placeholders: &HashSet<Vec<u8>>, out: &mut Vec<Span>) -> usize {
        let lowest = self.line.0.max(at.saturating_sub(self.rule.reach));
        let run = self.text[lowest..at].iter().rposition(|byte| !self.rule.back[usize::from(*byte)]);
        let start = run.map_or(lowest, |i| lowest + i + 1);
        if start > self.line.0 && self.rule.before[usize::from(self.text[start - 1])] {
            return 0;
        }
        let mut seen = 0;
        let line = &self.text[..self.line.1];
        let mut next = self.rule.pattern.value_at(line, start);
        while let Some((value, after)) = next {
            let free = after == self.line.1 || !self.rule.after[usize::from(self.text[after])];
            if let Some((start, end)) = value {
                seen = end;
                if free && self.rule.check.passes(&self.text[start..end], placeholders) && !self.is_other(start) {
                    out.push(Span { start, end, rule: self.number, counted: true });
                }
            }
            next = self.rule.more.as_ref().and_then(|more| more.value_at(line, after));
        }
        seen
    }

    /// Whether what stands before a value says that it is none.
    fn is_other(&self, at: usize) -> bool {
        let head = &self.text[self.line.0.max(at.saturating_sub(NEAR))..at];
        self.rule.unless.as_ref().is_some_and(|unless| unless.is_in(head))
    }
}
