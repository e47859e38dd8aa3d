//! Records → lines: each with its header, if it has one, and its text.

use std::borrow::Cow;

use crate::ahead::Ahead;
use crate::fields::{unescaped, Span};
use crate::fold::{looks, Looks};
use crate::header::{Attempt, Body, Header};
use crate::intern::Table;
use crate::parse::{body, Columns, Settings};
use crate::token::Signature;
use crate::{overwrite, plain, weave};

/// A line as it came in: its header if it has one, what it looks like without that, and its text.
#[derive(Clone)]
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

/// Places of text: below `bytes.len()` in the buffer, from there on in `out.extra`.
pub struct Reader<'a> {
    pub bytes: &'a [u8],
    pub settings: &'a Settings<'a>,
    /// Whether there may be lines that are not plain text, or are drawn over.
    pub unlike: bool,
    pub overwritten: bool,
    pub attempt: Attempt,
    pub out: Columns,
    pub service_codes: Table,
    pub host_codes: Table,
    pub last_time: i64,
    pub signature: Signature,
    pub ahead: Ahead,
}

/// Text in a buffer, or in what is appended behind it.
#[inline(always)]
pub fn text_at<'a>(bytes: &'a [u8], extra: &'a [u8], span: Span) -> &'a [u8] {
    let length = bytes.len();
    if span.1 <= length {
        &bytes[span.0..span.1]
    } else {
        &extra[span.0 - length..span.1 - length]
    }
}

pub fn shifted(span: Span, by: usize) -> Span {
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
            host_codes: Table::new(),
            last_time: settings.received_ns,
            signature: Signature::new(),
            ahead: Ahead::default(),
        }
    }

    #[inline]
    pub fn text(&self, span: Span) -> &[u8] {
        text_at(self.bytes, &self.out.extra, span)
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
        let header = self.header(line);
        self.read_headed(line, header)
    }

    #[inline(always)]
    pub fn read_headed(&mut self, line: Span, header: Option<Header>) -> Piece {
        match header {
            Some(header) => self.piece(header),
            None => self.read_shown(line),
        }
    }

    /// Read a line that goes on with an entry, whatever it is.
    pub fn more(&mut self, line: Span) -> Piece {
        let line = self.plain(line);
        Piece { header: None, outer: Body::Text, looks: Some(Looks::Head), message: self.shown(line) }
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
        Header { service: weave::container(self.text(header.stream), header.stream.0), escaped: false, ..header }
    }

    /// Read what a container wrote as a line of its own.
    pub fn read_inner(&mut self, outer: &Header, piece: &mut Piece) {
        let line = self.plain(self.without_line_end(piece.message));
        let (line, inner) = self.headed(line);
        let inner = inner.filter(|header| !matches!(header.body, Body::Line | Body::Part | Body::Block));
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
        if header.is_some() || shown == line {
            (line, header)
        } else {
            (shown, self.header(shown))
        }
    }

    /// The header of a line, with places of the whole text.
    #[inline]
    pub fn header(&mut self, line: Span) -> Option<Header> {
        // As `text_at`, a call of which makes reading 2 to 5 % slower here.
        let length = self.bytes.len();
        let bytes = if line.1 <= length {
            &self.bytes[line.0..line.1]
        } else {
            &self.out.extra[line.0 - length..line.1 - length]
        };
        let mut header = self.settings.formats.header(bytes, self.settings.received_ns, &mut self.attempt)?;
        header.service = shifted(header.service, line.0);
        header.host += line.0;
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

    pub fn in_place(&self, span: Span) -> bool {
        span.0 < self.bytes.len() && span.1 <= self.bytes.len()
    }
}

/// A container's header with what the line inside says: the container's clock, the program's level, name and host.
fn merged(outer: &Header, inner: &Header) -> Header {
    let named = if inner.service.0 < inner.service.1 { inner } else { outer };
    Header {
        time: outer.time.or(inner.time),
        told: if outer.time.is_some() { outer.told } else { inner.told },
        severity: if inner.severity > 0 { inner.severity } else { outer.severity },
        service: named.service,
        escaped: named.escaped,
        host: if inner.host_length > 0 { inner.host } else { outer.host },
        host_length: if inner.host_length > 0 { inner.host_length } else { outer.host_length },
        body: inner.body,
        ..*outer
    }
}
