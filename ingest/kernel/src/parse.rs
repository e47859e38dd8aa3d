//! Records → entries: header, folding, message, signature.

use std::borrow::Cow;

use crate::fields::{unescaped, Span};
use crate::fold::{looks, wants_next, Fold, Looks};
use crate::header::{Attempt, Body, Formats, Header};
use crate::intern::Table;
use crate::mask::is_blank;
use crate::masks::Masks;
use crate::token::{hash_bytes, Signature};
use crate::{overwrite, plain, severity, weave};

/// An entry takes no more lines past this size.
pub const MAX_ENTRY: usize = 1 << 20;

/// Nor more lines than this.
pub const MAX_LINES: usize = 10_000;

/// Nor lines that a container wrote so much earlier or later than its first one.
const MAX_ENTRY_NS: u64 = 5_000_000_000;

/// A message tells its severity within this many bytes.
const LEVEL_WITHIN: usize = 256;

pub struct Settings<'a> {
    pub formats: &'a Formats,
    pub fallback: u8,
    pub fold: bool,
    /// Which records begin an entry, where that is known.
    pub begins: Option<&'a [bool]>,
    pub received_ns: i64,
    pub masks: Option<&'a Masks>,
}

#[derive(Default)]
pub struct Columns {
    pub record: Vec<i64>,
    pub time_ns: Vec<i64>,
    pub told: Vec<u8>,
    pub severity: Vec<u8>,
    pub service: Vec<i32>,
    pub services: Vec<Vec<u8>>,
    pub format: Vec<u8>,
    pub extra: Vec<u8>,
    pub message: Vec<i64>,
    pub signature: Vec<u64>,
    /// A line may go on with one that does not stand right before it.
    pub woven: bool,
}

pub fn split(bytes: &[u8]) -> Vec<i64> {
    let mut offset = vec![0i64];
    offset.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at as i64 + 1));
    if offset.last() != Some(&(bytes.len() as i64)) {
        offset.push(bytes.len() as i64);
    }
    offset
}

/// Where a record ends without its line end (`\n`, `\r\n`).
pub fn body(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut end = end;
    if end > start && bytes[end - 1] == b'\n' {
        end -= 1;
    }
    while end > start && bytes[end - 1] == b'\r' {
        end -= 1;
    }
    end
}

/// A line as it came in: its header if it has one, what it looks like without that, and its text.
pub struct Piece {
    /// What the header says; of a line that a container wrote also what the header inside says.
    pub header: Option<Header>,
    /// The kind of message that the outer header has.
    pub outer: Body,
    /// How the line looks, a container's line inside; None if that has a header.
    pub looks: Option<Looks>,
    pub message: Span,
}

impl Piece {
    /// Whether a container wrote the line.
    pub fn is_wrapped(&self) -> bool {
        matches!(self.outer, Body::Line | Body::Part)
    }
}

/// The entry being read.
pub struct Open {
    pub header: Header,
    pub message: Span,
    start: usize,
    pub record: usize,
    fold: Fold,
    /// A container's line whose rest is still to come: how it goes on is known when it is whole.
    pub part: bool,
}

/// Places of text: below `bytes.len()` in the buffer, from there on in `out.extra`.
pub struct Reader<'a> {
    bytes: &'a [u8],
    settings: &'a Settings<'a>,
    /// Whether there may be lines that are not plain text, or are drawn over.
    unlike: bool,
    overwritten: bool,
    attempt: Attempt,
    out: Columns,
    service_codes: Table,
    last_time: i64,
    signature: Signature,
}

pub fn parse(bytes: &[u8], offset: &[usize], settings: &Settings) -> Columns {
    let mut reader = Reader::new(bytes, settings);
    reader.reserve(offset.len());
    let mut open: Option<Open> = None;
    for (record, pair) in offset.windows(2).enumerate() {
        let mark = reader.out.extra.len();
        let piece = reader.read((pair[0], body(bytes, pair[0], pair[1])));
        if let Some(entry) = open.as_mut().filter(|_| settings.fold) {
            let goes_on = match settings.begins {
                None => {
                    let fits = pair[1] - entry.start <= MAX_ENTRY && record - entry.record < MAX_LINES;
                    fits && reader.joins(entry, &piece)
                }
                Some(begins) => !begins[record],
            };
            if goes_on {
                reader.join(entry, piece, mark);
                continue;
            }
            reader.out.woven |= piece.is_wrapped() && reader.is_apart(entry, &piece);
        }
        if let Some(entry) = open.take() {
            reader.close(entry);
        }
        open = Some(reader.open(record, pair[0], piece));
    }
    if let Some(entry) = open {
        reader.close(entry);
    }
    reader.out.record.push(offset.len() as i64 - 1);
    reader.out
}

fn shifted(span: Span, by: usize) -> Span {
    (span.0 + by, span.1 + by)
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], settings: &'a Settings<'a>) -> Self {
        Reader {
            bytes,
            settings,
            unlike: plain::unlike(bytes),
            overwritten: overwrite::any(bytes),
            attempt: Attempt::new(),
            out: Columns::default(),
            service_codes: Table::new(),
            last_time: settings.received_ns,
            signature: Signature::new(),
        }
    }

    fn reserve(&mut self, n: usize) {
        self.out.record.reserve(n);
        self.out.time_ns.reserve(n);
        self.out.told.reserve(n);
        self.out.severity.reserve(n);
        self.out.service.reserve(n);
        self.out.format.reserve(n);
        self.out.message.reserve(2 * n);
        self.out.signature.reserve(n);
    }

    #[inline]
    pub fn text(&self, span: Span) -> &[u8] {
        let length = self.bytes.len();
        if span.1 <= length { &self.bytes[span.0..span.1] } else { &self.out.extra[span.0 - length..span.1 - length] }
    }

    /// The place of text that is appended behind the buffer.
    pub fn appended(&mut self, text: &[u8]) -> Span {
        let start = self.bytes.len() + self.out.extra.len();
        self.out.extra.extend_from_slice(text);
        (start, start + text.len())
    }

    #[inline(always)]
    pub fn read(&mut self, line: Span) -> Piece {
        let line = self.plain(line);
        match self.header(line) {
            Some(header) => self.piece(header),
            None => self.read_shown(line),
        }
    }

    /// Read a line that has no header as a terminal shows it last.
    fn read_shown(&mut self, line: Span) -> Piece {
        let shown = self.shown(line);
        match if shown == line { None } else { self.header(shown) } {
            Some(header) => self.piece(header),
            None => Piece { header: None, outer: Body::Text, looks: Some(looks(self.text(shown))), message: shown },
        }
    }

    #[inline(always)]
    fn piece(&mut self, header: Header) -> Piece {
        let header = if matches!(header.body, Body::Line | Body::Part) { self.with_container(header) } else { header };
        let mut piece = Piece { header: Some(header), outer: header.body, looks: None, message: self.message(&header) };
        match header.body {
            Body::Line => self.read_inner(&header, &mut piece),
            Body::Part => piece.looks = Some(Looks::Head),
            _ => {}
        }
        piece
    }

    /// A container's header with the container for a service, where the stream is called after that.
    fn with_container(&self, header: Header) -> Header {
        if header.service.0 < header.service.1 {
            return header;
        }
        Header { service: weave::container(self.text(header.stream), header.stream.0), ..header }
    }

    /// Read what a container wrote as a line of its own.
    fn read_inner(&mut self, outer: &Header, piece: &mut Piece) {
        let line = self.plain(self.without_line_end(piece.message));
        let (line, inner) = self.headed(line);
        let inner = inner.filter(|header| !matches!(header.body, Body::Line | Body::Part));
        piece.looks = if inner.is_none() { Some(looks(self.text(line))) } else { None };
        piece.message = inner.map_or(line, |header| self.message(&header));
        piece.header = Some(inner.map_or(*outer, |inner| merged(outer, &inner)));
    }

    fn without_line_end(&self, span: Span) -> Span {
        (span.0, span.0 + body(self.text(span), 0, span.1 - span.0))
    }

    #[inline(always)]
    fn plain(&mut self, line: Span) -> Span {
        if line.1 <= self.bytes.len() && !self.unlike {
            return line;
        }
        match plain::text(self.text(line)) {
            Cow::Borrowed(_) => line,
            Cow::Owned(text) => self.appended(&text),
        }
    }

    /// What a terminal shows last of a text.
    #[inline(always)]
    fn shown(&self, text: Span) -> Span {
        if text.1 <= self.bytes.len() && !self.overwritten {
            return text;
        }
        (text.0 + overwrite::last(self.text(text)), text.1)
    }

    /// A line and its header; where it has none, what a terminal shows last of it, and the header of that.
    #[inline]
    fn headed(&mut self, line: Span) -> (Span, Option<Header>) {
        let header = self.header(line);
        let shown = self.shown(line);
        if header.is_some() || shown == line { (line, header) } else { (shown, self.header(shown)) }
    }

    /// The header of a line, with places of the whole text.
    #[inline]
    fn header(&mut self, line: Span) -> Option<Header> {
        let length = self.bytes.len();
        let bytes = if line.1 <= length { &self.bytes[line.0..line.1] } else { &self.out.extra[line.0 - length..line.1 - length] };
        let mut header = self.settings.formats.header(bytes, self.settings.received_ns, &mut self.attempt)?;
        header.service = shifted(header.service, line.0);
        header.stream = shifted(header.stream, line.0);
        header.message = shifted(header.message, line.0);
        Some(header)
    }

    /// The message of a header: in place, or behind the buffer where it has to be unescaped.
    pub fn message(&mut self, header: &Header) -> Span {
        match header.body {
            _ if header.quoted => self.unquoted(header.message),
            // A container's line is shown when it is read itself.
            Body::Line | Body::Part => header.message,
            _ => self.shown(header.message),
        }
    }

    fn unquoted(&mut self, message: Span) -> Span {
        let raw = self.text(message);
        match unescaped(raw) {
            Cow::Borrowed(inner) => {
                let start = message.0 + (inner.as_ptr() as usize - raw.as_ptr() as usize);
                (start, start + inner.len())
            }
            Cow::Owned(inner) => self.appended(&inner),
        }
    }

    fn in_place(&self, span: Span) -> bool {
        span.0 < self.bytes.len() && span.1 <= self.bytes.len()
    }

    #[inline(always)]
    pub fn joins(&self, entry: &Open, piece: &Piece) -> bool {
        let Some(header) = piece.header else { return !entry.part && piece.looks.is_some_and(|looks| entry.takes(looks)) };
        if !piece.is_wrapped() {
            return !entry.part && entry.fold.wants_next() && header.time.is_none();
        }
        let same = header.format == entry.header.format && self.text(header.stream) == self.text(entry.header.stream);
        let near = |time: i64| time.abs_diff(entry.header.time.unwrap_or(time)) <= MAX_ENTRY_NS;
        let same = same && header.time.is_none_or(near);
        let goes_on = || piece.outer == Body::Line && piece.looks.is_some_and(|looks| entry.takes(looks));
        same && (entry.part || goes_on())
    }

    /// Whether a container's line that does not go on with the entry may go on with one before that.
    fn is_apart(&self, entry: &Open, piece: &Piece) -> bool {
        let goes_on = entry.part || !matches!(piece.looks, None | Some(Looks::Head));
        let stream = piece.header.map_or((0, 0), |header| header.stream);
        let known = stream.0 < stream.1 && entry.header.stream.0 < entry.header.stream.1;
        goes_on && known && self.text(stream) != self.text(entry.header.stream)
    }

    /// Add a line to the entry; `mark` is where the text that reading it appended begins.
    fn join(&mut self, entry: &mut Open, piece: Piece, mark: usize) {
        if piece.header.is_none() && self.in_place(piece.message) && self.in_place(entry.message) {
            entry.fold.add(&self.bytes[piece.message.0..piece.message.1], piece.looks.unwrap_or(Looks::Head));
            entry.message.1 = piece.message.1;
            return;
        }
        // Of a container's line in parts nothing is read before it is whole.
        let unread = piece.header.filter(|_| entry.part);
        let line = unread.map_or(piece.message, |header| self.message(&header));
        let line = self.text(line).to_vec();
        self.out.extra.truncate(mark);
        self.make_last(entry);
        if !entry.part {
            self.out.extra.push(b'\n');
        }
        self.out.extra.extend_from_slice(&line);
        entry.message.1 = self.bytes.len() + self.out.extra.len();
        if !entry.part {
            entry.go_on(&line, &piece);
        } else if piece.outer == Body::Line {
            self.whole(entry);
        }
    }

    /// Have the entry's message stand at the end of what is appended, so that it can grow.
    fn make_last(&mut self, entry: &mut Open) {
        if self.in_place(entry.message) || entry.message.1 != self.bytes.len() + self.out.extra.len() {
            let message = self.text(entry.message).to_vec();
            entry.message = self.appended(&message);
        }
    }

    /// All parts of a container's line are there: read it.
    pub fn whole(&mut self, entry: &mut Open) {
        entry.part = false;
        let mut piece = Piece { header: None, outer: Body::Line, looks: None, message: entry.message };
        self.read_inner(&entry.header, &mut piece);
        entry.header = piece.header.unwrap_or(entry.header);
        entry.message = piece.message;
        entry.fold = Fold::new(self.text(entry.message), piece.looks).wanting(false);
    }

    #[inline(always)]
    pub fn open(&mut self, record: usize, start: usize, piece: Piece) -> Open {
        let fallback = || Header { format: self.settings.fallback, ..Header::default() };
        let header = piece.header.unwrap_or_else(fallback);
        let mut fold = Fold::new(self.text(piece.message), piece.looks);
        if header.body == Body::More {
            fold = fold.wanting(true);
        }
        Open { header, message: piece.message, start, record, fold, part: piece.outer == Body::Part }
    }

    fn close(&mut self, mut entry: Open) {
        if entry.part {
            self.whole(&mut entry);
        }
        let (start, end) = self.trimmed(entry.message);
        let signature = self.signature_of((start, end));
        let mut level = entry.header.severity;
        if level == 0 {
            level = severity::of_message(self.text((start, end.min(start + LEVEL_WITHIN))));
        }
        self.last_time = entry.header.time.unwrap_or(self.last_time);
        let service = self.service(entry.header.service);
        self.out.record.push(entry.record as i64);
        self.out.time_ns.push(self.last_time);
        self.out.told.push(entry.header.told);
        self.out.severity.push(level);
        self.out.service.push(service);
        self.out.format.push(entry.header.format);
        self.out.message.extend([start as i64, end as i64]);
        self.out.signature.push(signature);
    }

    fn signature_of(&mut self, (start, end): Span) -> u64 {
        let length = self.bytes.len();
        let (text, shift) = if end <= length { (self.bytes, 0) } else { (&self.out.extra[..], length) };
        let (start, end) = if start == end { (0, 0) } else { (start - shift, end - shift) };
        self.signature.of(text, start, end, self.settings.masks)
    }

    /// A message without blanks at its ends.
    fn trimmed(&self, message: Span) -> Span {
        let text = self.text(message);
        let first = text.iter().position(|byte| !is_blank(*byte)).unwrap_or(text.len());
        let end = text.iter().rposition(|byte| !is_blank(*byte)).map_or(first, |last| last + 1);
        shifted((first, end), message.0)
    }

    fn service(&mut self, span: Span) -> i32 {
        if span.0 >= span.1 {
            return -1;
        }
        let name = self.text(span);
        let hash = hash_bytes(name, 0, name.len());
        let code = self.service_codes.code(hash);
        if code as usize == self.out.services.len() {
            let name = self.text(span).to_vec();
            self.out.services.push(name);
        }
        code
    }
}

impl Open {
    fn takes(&self, looks: Looks) -> bool {
        self.header.body != Body::Value && self.fold.takes(looks)
    }

    /// Take a line in; one that a header announced may have the level.
    pub fn go_on(&mut self, line: &[u8], piece: &Piece) {
        self.fold.add(line, piece.looks.unwrap_or(Looks::Head));
        if let Some(header) = piece.header.filter(|_| self.header.severity == 0) {
            self.header.severity = header.severity;
        }
    }
}

/// A container's header with what the line inside says: the container's clock, the program's level and name.
fn merged(outer: &Header, inner: &Header) -> Header {
    Header {
        time: outer.time.or(inner.time),
        told: if outer.time.is_some() { outer.told } else { inner.told },
        severity: if inner.severity > 0 { inner.severity } else { outer.severity },
        service: if inner.service.0 < inner.service.1 { inner.service } else { outer.service },
        body: inner.body,
        ..*outer
    }
}

/// Where the last entry begins among whole lines that begin with an entry: what stands before it is complete.
///
/// Lines that begin an entry whatever stands before them are looked for from the end. Where there is none but the first,
/// the entries' bound decides, and all is read.
pub fn last_entry(bytes: &[u8], settings: &Settings) -> usize {
    let mut attempt = Attempt::new();
    let mut end = bytes.len();
    let mut wrapped = false;
    while end > 0 {
        let start = memchr::memrchr(b'\n', &bytes[..end - 1]).map_or(0, |at| at + 1);
        let (outer, ..) = seen(&bytes[start..body(bytes, start, end)], settings, &mut attempt);
        wrapped |= matches!(outer, Some(Body::Line | Body::Part));
        if start > 0 && begins(bytes, start, end, settings, &mut attempt) {
            return if wrapped { weave::last_entry(bytes, settings, weave::TAIL) } else { start };
        }
        end = start;
    }
    if bytes.is_empty() { 0 } else { weave::last_entry(bytes, settings, bytes.len()) }
}

/// Whether the line `start..end` begins an entry, whatever the entry before it is.
fn begins(bytes: &[u8], start: usize, end: usize, settings: &Settings, attempt: &mut Attempt) -> bool {
    let (header, looks, _) = seen(&bytes[start..body(bytes, start, end)], settings, attempt);
    let alone = match header {
        None => looks == Looks::Head,
        Some(body) => body != Body::Part && looks == Looks::Head,
    };
    if !alone {
        return false;
    }
    let before = memchr::memrchr(b'\n', &bytes[..start - 1]).map_or(0, |at| at + 1);
    let (body_before, _, wants) = seen(&bytes[before..body(bytes, before, start)], settings, attempt);
    !wants && body_before != Some(Body::Part)
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
fn headed<'a>(line: &'a [u8], settings: &Settings, attempt: &mut Attempt) -> (&'a [u8], Option<Header>) {
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
