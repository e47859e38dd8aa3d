//! The heart of a message that holds a stack trace: exceptions, their messages, and the first frame that is one's own.
//!
//! All else in the trace (other frames, lines of source) is of no account for what the message is: it is one slot between
//! what is kept. So neither line numbers nor addresses nor the depth of the runtime's frames make another message of it.

use crate::fields::Span;
use crate::frame::{self, Pattern};
use crate::mask::is_blank;
use crate::masks::Masks;
use crate::owned;
use crate::token::{self, Sink, SLOT, WORD};

const ANNOUNCED: [&[u8]; 5] = [b"Caused by: ", b"Suppressed: ", b"Wrapped by: ", INNER, b"Next "];

/// Announces the cause of the exception told on the line before (.NET).
const INNER: &[u8] = b"---> ";

/// `app.Shop$OutOfStock: none left` at the start of a line, or what is called an exception anywhere in it.
static DOTTED: Pattern =
    Pattern::new(r"^((?:[A-Za-z_][0-9A-Za-z_]*(?:[.$\\]|::))+[A-Za-z_][0-9A-Za-z_]*)(?:: | \(|:?$)");
static CALLED: Pattern = Pattern::new(concat!(
    r#"(?:^|[ \t("'\[])((?:[A-Za-z_][0-9A-Za-z_]*(?:[.$\\]|::))*(?:[A-Z][0-9A-Za-z_]*)?"#,
    r"(?:Error|Exception|Exit|Interrupt|Warning|Throwable))(?::|\)| \(|$)",
));
static PANIC: Pattern = Pattern::new(r"(?:^|[ \t])(panic|fatal error)(?:: ?| serving [^ ]+: |ked at )");

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Words and slots, as anywhere.
    Plain,
    Word,
    Slot,
}

pub type Part = (Kind, Span);

/// What an exception says of itself, each where it is known.
#[derive(Default)]
pub struct Exception {
    pub kind: Option<Span>,
    pub message: Option<Span>,
    pub frame: Option<Span>,
}

/// A line without what stands around it, and how much stood before it.
#[derive(Clone, Copy)]
pub struct Line {
    pub start: usize,
    pub end: usize,
    indent: usize,
}

fn trimmed(text: &[u8], first: usize, end: usize) -> Span {
    let behind = text[first..end].iter().rev().take_while(|byte| is_blank(**byte)).count();
    let before = text[first..end - behind].iter().take_while(|byte| is_blank(**byte)).count();
    (first + before, end - behind)
}

pub fn line_of(text: &[u8], start: usize, end: usize) -> Line {
    let body = &text[start..end];
    let indent = body.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'|' | b'+')).count();
    let behind = body[indent..].iter().rev().take_while(|byte| is_blank(**byte)).count();
    Line { start: start + indent, end: end - behind, indent }
}

#[derive(Default)]
struct Reading {
    /// Where the first line begins that is a frame, and where the kept names and lines are.
    begin: usize,
    names: [Option<Span>; 2],
    frame: Option<Span>,
    told: Option<Span>,
    headers: Vec<Span>,
    own: bool,
    python: bool,
    jvm: bool,
    /// The indent of the last of Python's frames, below which the exception comes.
    indent: Option<usize>,
}

impl Reading {
    /// What the lines of a message say, None if none is a frame.
    #[cold]
    fn of(text: &[u8], first: usize, end: usize) -> Option<Box<Reading>> {
        let (first, end) = trimmed(text, first, end);
        memchr::memchr(b'\n', &text[first..end])?;
        let mut reading = Reading::default();
        let end_of_line = |start: usize| memchr::memchr(b'\n', &text[start..end]).map_or(end, |at| start + at);
        let (mut start, mut stop) = (first, end_of_line(first));
        let mut line = line_of(text, start, stop);
        loop {
            let after = (stop + 1).min(end);
            let after_stop = end_of_line(after);
            let next = line_of(text, after, after_stop);
            reading.add(text, line, next, start);
            if stop >= end {
                let owned = if reading.jvm && reading.own { owned::frame(text, reading.begin, end) } else { None };
                if let Some((name, line)) = owned {
                    (reading.names, reading.frame, reading.told) = ([Some(name), None], Some(line), None);
                    // Behind a frame of Python's, any line may look like the exception.
                    reading.headers.retain(|header| *header != line);
                }
                return reading.frame.is_some().then(|| Box::new(reading));
            }
            (start, stop, line) = (after, after_stop, next);
        }
    }

    fn add(&mut self, text: &[u8], line: Line, next: Line, start: usize) {
        let found = if self.own && !self.python {
            None
        } else {
            frame::read(&text[line.start..line.end], &text[next.start..next.end])
        };
        if let Some(found) = found {
            self.frame(&found, line, start);
        } else if self.frame.is_some() && self.is_header(&text[line.start..line.end], line.indent) {
            self.headers.push((line.start, line.end));
            self.indent = None;
        }
    }

    fn frame(&mut self, found: &frame::Frame, line: Line, start: usize) {
        if self.frame.is_none() {
            self.begin = start;
            self.python = found.python;
            self.jvm = found.jvm;
        }
        if found.python {
            self.indent = Some(line.indent);
        }
        // Python tells the frame last in which the exception was raised.
        let better = if self.python { found.python && found.own >= self.own } else { found.own && !self.own };
        if self.frame.is_none() || better {
            self.names = found.names.map(|name| name.map(|(a, b)| (line.start + a, line.start + b)));
            self.frame = Some((line.start, line.end));
            self.told = found.told.map(|at| (line.start + at, line.end));
            self.own = found.own;
        }
    }

    /// What the message is made of; between these are gaps.
    fn parts(&self, text: &[u8], first: usize, end: usize) -> Vec<Part> {
        let mut kept: Vec<Part> = self.headers.iter().chain(&self.told).map(|span| (Kind::Plain, *span)).collect();
        kept.extend(self.names.iter().flatten().map(|span| (Kind::Word, *span)));
        kept.sort_by_key(|part| part.1);
        let mut found = vec![(Kind::Plain, (first, self.begin))];
        let mut at = self.begin;
        for part in kept {
            found.extend(slot(text, at, part.1 .0));
            at = part.1 .1;
            found.push(part);
        }
        found.extend(slot(text, at, end));
        found
    }

    fn is_header(&self, line: &[u8], indent: usize) -> bool {
        let ends_python = !line.is_empty() && self.indent.is_some_and(|frames| indent < frames);
        ends_python || ANNOUNCED.iter().any(|word| line.starts_with(word))
    }
}

/// Walk over the message `text[first..end]` and report its words and slots; of a trace, those of its heart.
#[inline(always)]
pub fn walk<S: Sink>(text: &[u8], first: usize, end: usize, masks: Option<&Masks>, sink: &mut S) {
    match masks {
        None if memchr::memchr(b'\n', &text[first..end]).is_none() => token::walk(text, first, end, sink),
        _ => walk_parts(text, (first, end), masks, sink),
    }
}

#[inline(never)]
fn walk_parts<S: Sink>(text: &[u8], (first, end): Span, masks: Option<&Masks>, sink: &mut S) {
    let reading = Reading::of(text, first, end);
    let parts = reading.map_or_else(|| vec![(Kind::Plain, (first, end))], |reading| reading.parts(text, first, end));
    let mut inner = Inside { sink, end: first };
    for (kind, span) in parts {
        match (kind, masks) {
            (Kind::Plain, None) => token::walk(text, span.0, span.1, &mut inner),
            (Kind::Plain, Some(masks)) => masks.walk(text, span.0, span.1, &mut inner),
            (Kind::Word, _) => inner.token(text, WORD, span, span),
            (Kind::Slot, _) => inner.token(text, SLOT, span, span),
        }
    }
    let behind = inner.end;
    sink.finish(text, (behind, end));
}

/// A sink that is told of parts of a message one after the other: the gap before a token begins behind the last one.
struct Inside<'a, S> {
    sink: &'a mut S,
    end: usize,
}

impl<S: Sink> Sink for Inside<'_, S> {
    fn token(&mut self, text: &[u8], kind: u8, _gap: Span, span: Span) {
        self.sink.token(text, kind, (self.end, span.0), span);
        self.end = span.1;
    }

    fn extend(&mut self, end: usize) {
        self.sink.extend(end);
        self.end = end;
    }

    fn finish(&mut self, _text: &[u8], _gap: Span) {}
}

/// What stands between two things that are kept, without the punctuation that joins them.
fn slot(text: &[u8], start: usize, end: usize) -> Option<Part> {
    let opens = |byte: &&u8| is_blank(**byte) || b"\"'(),:;`".contains(*byte);
    let closes = |byte: &&u8| is_blank(**byte) || b"\"'(/\\:`".contains(*byte);
    let start = start + text[start..end].iter().take_while(opens).count();
    let end = end - text[start..end].iter().rev().take_while(closes).count();
    (start < end).then_some((Kind::Slot, (start, end)))
}

/// The exception whose trace a message holds.
pub fn exception(text: &[u8], first: usize, end: usize) -> Option<Exception> {
    let reading = Reading::of(text, first, end)?;
    let frame = reading.frame;
    if let Some(header) = reading.headers.last().filter(|_| reading.python) {
        let line = &text[header.0..header.1];
        let colon = memchr::memmem::find(line, b": ").map_or(header.1, |at| header.0 + at);
        return Some(Exception { kind: Some((header.0, colon)), message: behind(text, colon, header.1), frame });
    }
    let mut end = reading.told.map_or(reading.begin, |told| told.1);
    while end > first {
        let start = memchr::memrchr(b'\n', &text[first..end]).map_or(first, |at| first + at + 1);
        let line = line_of(text, start, end);
        if let Some((kind, message)) = told(text, line) {
            return Some(Exception { kind: Some(kind), message, frame });
        }
        end = start.saturating_sub(1).max(first);
    }
    Some(Exception { frame, ..Exception::default() })
}

/// The exception's type and message that a line tells.
fn told(text: &[u8], line: Line) -> Option<(Span, Option<Span>)> {
    let body = &text[line.start..line.end];
    if body.len() > frame::MAX_FRAME || body.starts_with(INNER) {
        return None;
    }
    let found = [&DOTTED, &CALLED, &PANIC].iter().find_map(|pattern| pattern.find(body))?;
    let [whole, kind] = [found[0]?, found[1]?].map(|span| (line.start + span.0, line.start + span.1));
    if text[..line.end].get(kind.1) != Some(&b')') {
        return Some((kind, behind(text, whole.1, line.end)));
    }
    // Ruby tells the type in brackets behind the message.
    let before = &text[line.start..kind.0];
    let start = memchr::memmem::rfind(before, b"': ").map_or(line.start, |at| line.start + at + 3);
    let end = kind.0.saturating_sub(2);
    Some((kind, (start < end).then_some((start, end))))
}

/// What follows a type, behind a colon or in brackets.
fn behind(text: &[u8], start: usize, end: usize) -> Option<Span> {
    let start = start + text[start..end].iter().take_while(|byte| b": \t(".contains(byte)).count();
    (start < end).then_some((start, end))
}
