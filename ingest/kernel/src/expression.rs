//! What a user wrote as regular expressions: headers of a format of his own, and what is a value in messages.
//!
//! `ingest/expressions/expression.py` says what they may hold, and writes them as they come here. They are matched in linear time.

use crate::fields::Span;
use crate::header::Header;
use crate::time::Stamp;
use crate::{severity, time};
use regex_automata::meta::Regex;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, PatternID};

/// Of a longer line the head alone is looked at.
const MAX_LINE: usize = 1 << 13;

/// What most expressions end with: the message, to the end of the line.
const REST: &str = r"(?P<message>(?:[\x00-\x09\x0b-\xff]){0,})";

/// A kind of time stamp, or whichever reads all of it.
const ANY_TIME: u8 = u8::MAX;

pub fn compiled(text: &str) -> Result<Regex, String> {
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let config = Regex::config().utf8_empty(false);
    Regex::builder().configure(config).syntax(syntax).build(text).map_err(|error| format!("{text}: {error}"))
}

/// A header: the whole line matches, and the groups `time`, `level`, `service`, `host` and `message` tell what it says.
pub struct Expression {
    format: u8,
    time_kind: u8,
    regex: Regex,
    /// What stands before the rest of the line, in a line that is one: most of the line is then left to no engine.
    head: Option<Regex>,
    /// The groups' numbers.
    time: Option<usize>,
    level: Option<usize>,
    service: Option<usize>,
    host: Option<usize>,
    message: Option<usize>,
}

impl Expression {
    pub fn new(format: u8, time_kind: u8, text: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
        let regex = compiled(&format!("(?:{text})\\z"))?;
        let head = text.strip_suffix(REST).map(compiled).transpose()?;
        let names: Vec<_> = regex.group_info().pattern_names(PatternID::ZERO).collect();
        let group = |name: &str| names.iter().position(|known| *known == Some(name));
        let (time, level, message) = (group("time"), group("level"), group("message"));
        let (service, host) = (group("service"), group("host"));
        Ok(Expression { format, time_kind, regex, head, time, level, service, host, message })
    }

    pub fn header(&self, line: &[u8], received_ns: i64) -> Option<Header> {
        let head = &line[..line.len().min(MAX_LINE)];
        let mut slots: [Option<NonMaxUsize>; 12] = [None; 12];
        let before = self.head.as_ref().filter(|_| memchr::memchr(b'\n', head).is_none());
        before.unwrap_or(&self.regex).search_slots(&Input::new(head).anchored(Anchored::Yes), &mut slots)?;
        let span = |group: Option<usize>| group.and_then(|i| Some((slots[2 * i]?.get(), slots[2 * i + 1]?.get())));
        let stamp = match span(self.time) {
            Some(span) => Some(self.stamp_in(head, span, received_ns)?),
            None => None,
        };
        let (time, told) = stamp.map_or((None, 0), |stamp| (Some(stamp.time), stamp.told));
        let rest = before.and(slots[1]).map(|end| (end.get(), head.len()));
        let mut message = rest.or_else(|| span(self.message)).unwrap_or((head.len(), head.len()));
        if head.len() < line.len() {
            // The message goes on behind the head, or the line is not known to fit.
            message = (message.0, if message.1 == head.len() { line.len() } else { return None });
        }
        let severity = span(self.level).map_or(0, |(start, end)| severity::of_text(&head[start..end]));
        let named = |group| span(group).map_or((0, 0), |(start, end)| crate::step::named(head, start, end));
        let (service, host) = (named(self.service), named(self.host));
        let mut header = Header { format: self.format, time, told, severity, service, message, ..Header::default() };
        header.name_host(host);
        Some(header)
    }

    fn stamp_in(&self, line: &[u8], (start, end): Span, received_ns: i64) -> Option<Stamp> {
        let kinds = if self.time_kind == ANY_TIME { 0..time::KINDS as u8 } else { self.time_kind..self.time_kind + 1 };
        let read = |kind| time::read(kind, &line[..end], start, received_ns).filter(|stamp| stamp.end == end);
        kinds.into_iter().find_map(read)
    }
}
