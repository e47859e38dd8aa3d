//! Where whole lines may be cut: never between a line and those that go on with it.

use std::borrow::Cow;

use crate::fields::unescaped;
use crate::fold::{looks, wants_next, Looks};
use crate::header::{Attempt, Body, Header};
use crate::parse::{body, Settings};
use crate::{overwrite, plain, repeat, weave};

/// Where the last entry begins among whole lines that begin with an entry: what stands before it is complete.
///
/// Lines that begin an entry whatever stands before them are looked for from the end. Where there is none but the first,
/// the entries' bound decides, and all is read.
pub fn last_entry(bytes: &[u8], settings: &Settings) -> usize {
    let mut attempt = Attempt::new();
    let blocks = &settings.formats.blocks;
    let mut end = bytes.len();
    let mut woven = false;
    let mut first_block = None;
    while end > 0 {
        let start = memchr::memrchr(b'\n', &bytes[..end - 1]).map_or(0, |at| at + 1);
        let line = &bytes[start..body(bytes, start, end)];
        woven |= may_be_woven(line, settings, &mut attempt);
        let mut in_block = || {
            seen(line, settings, &mut Attempt::new()).0.is_none() && {
                let first = *first_block.get_or_insert_with(|| blocks.first(bytes, settings, &mut Attempt::new()));
                first.is_some_and(|first| first < start)
            }
        };
        if start > 0 && begins(bytes, start, end, settings, &mut attempt) && !in_block() {
            return if woven { weave::last_entry(bytes, settings, weave::TAIL) } else { start };
        }
        end = start;
    }
    if bytes.is_empty() {
        0
    } else {
        weave::last_entry(bytes, settings, bytes.len())
    }
}

/// Whether an entry of a line may go on behind lines of others: a container or a unit wrote it. A unit is named where the
/// line is its text.
fn may_be_woven(line: &[u8], settings: &Settings, attempt: &mut Attempt) -> bool {
    let text = plain::text(line);
    let (line, header) = headed(&text, settings, attempt);
    let named = |header: &Header| matches!(text, Cow::Borrowed(_)) && repeat::unit(line, 0, header).is_some();
    header.is_some_and(|header| matches!(header.body, Body::Line | Body::Part) || named(&header))
}

/// Whether the line `start..end` begins an entry, whatever the entry before it is.
fn begins(bytes: &[u8], start: usize, end: usize, settings: &Settings, attempt: &mut Attempt) -> bool {
    let line = &bytes[start..body(bytes, start, end)];
    let (header, looks, _) = seen(line, settings, attempt);
    let alone = match header {
        None => looks == Looks::Head,
        Some(body) => body != Body::Part && looks == Looks::Head,
    };
    if !alone {
        return false;
    }
    let before = memchr::memrchr(b'\n', &bytes[..start - 1]).map_or(0, |at| at + 1);
    let before = &bytes[before..body(bytes, before, start)];
    let (body_before, _, wants) = seen(before, settings, attempt);
    let mut repeats = || {
        header == Some(Body::Text)
            && repeat::may_go_on(behind(before, settings, attempt), behind(line, settings, attempt))
    };
    !wants && body_before != Some(Body::Part) && !repeats()
}

/// A line behind its header, with the blanks that stand there.
fn behind<'a>(line: &'a [u8], settings: &Settings, attempt: &mut Attempt) -> &'a [u8] {
    let header = settings.formats.header(line, settings.received_ns, attempt);
    header.map_or(line, |header| &line[repeat::length(&line[..header.message.0])..])
}

/// A line's kind of message if it has a header, what it looks like if it has none, and whether it wants the next line.
/// Of a line that a container wrote it is the line inside that looks and wants.
fn seen(line: &[u8], settings: &Settings, attempt: &mut Attempt) -> (Option<Body>, Looks, bool) {
    let line = plain::text(line);
    let (line, header) = headed(&line, settings, attempt);
    let Some(header) = header else {
        return (None, looks(line), wants_next(line));
    };
    let message = message_of(line, &header);
    if header.body != Body::Line {
        return (Some(header.body), Looks::Head, header.body == Body::More || wants_next(&message));
    }
    let inner = plain::text(&message[..body(&message, 0, message.len())]);
    let (inner, inside) = headed(&inner, settings, attempt);
    match inside.filter(|header| !matches!(header.body, Body::Line | Body::Part)) {
        Some(header) => {
            let wants = header.body == Body::More || wants_next(&message_of(inner, &header));
            (Some(Body::Line), Looks::Head, wants)
        }
        None => (Some(Body::Line), looks(inner), wants_next(inner)),
    }
}

/// A line and its header; where it has none, what a terminal shows last of it, and the header of that.
pub fn headed<'a>(line: &'a [u8], settings: &Settings, attempt: &mut Attempt) -> (&'a [u8], Option<Header>) {
    let shown = &line[overwrite::last(line)..];
    match settings.formats.header(line, settings.received_ns, attempt) {
        None if shown.len() < line.len() => (shown, settings.formats.header(shown, settings.received_ns, attempt)),
        header => (line, header),
    }
}

fn message_of<'a>(line: &'a [u8], header: &Header) -> Cow<'a, [u8]> {
    let raw = &line[header.message.0..header.message.1];
    match header.body {
        _ if header.quoted => unescaped(raw),
        Body::Line | Body::Part => Cow::Borrowed(raw),
        _ => Cow::Borrowed(&raw[overwrite::last(raw)..]),
    }
}
