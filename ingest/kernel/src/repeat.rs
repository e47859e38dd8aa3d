//! Lines that each repeat the header of an entry: which of them go on with it, as a trace that was logged line by line.
//!
//! A line with a header may stand alone, so its indent says nothing. Behind the same header, a moment later, an entry takes
//! only what nothing but a trace has: a frame, the source behind one of Python's, and what follows frames. A message and
//! the traceback behind it were logged as one where a clock that tells more than seconds has the same time for both.

use crate::fields::Span;
use crate::fold::{self, is_caret, Looks};
use crate::frame;
use crate::header::{Body, Header};
use crate::join::Open;
use crate::reader::{Piece, Reader};

/// The lines of a trace are logged within so long of the first; clocks that tell seconds tick in between.
const MAX_LATER_NS: i64 = SECOND_NS;

const SECOND_NS: i64 = 1_000_000_000;

/// What a tab is to daemons that escape control characters.
const TAB: &[u8] = b"#011";

/// Lines of a trace that have no indent, but for those behind `#`.
const BEGINS: [&[u8]; 4] = [b"at ", b"gor", b"Cau", b"Tra"];

/// Indented lines of a trace that are no frames.
const WITHIN: [&[u8]; 6] = [b"at ", b"---> ", b"[Previous line repeated ", b"| ", b"+ ", b"+-"];

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// How long a header is without the blanks behind it.
pub fn length(header: &[u8]) -> usize {
    header.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1)
}

/// A text without its indent.
pub fn inner(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [byte, rest @ ..] if is_blank(*byte) => rest,
            _ if text.starts_with(TAB) => &text[TAB.len()..],
            _ => return text,
        };
    }
}

/// Whether two headers are the same, but for digits of their times if these differ; the first may say more at its end:
/// oslo.log tells the request before the message alone.
fn is_same(first: &[u8], other: &[u8], at_once: bool) -> bool {
    let first = if first.get(other.len()).is_some_and(|byte| is_blank(*byte)) { &first[..other.len()] } else { first };
    if first == other || first.is_empty() || first.len() != other.len() || at_once {
        return first == other && !first.is_empty();
    }
    let differs = |(one, two): (&u8, &u8)| one != two;
    let start = first.iter().zip(other).position(differs).unwrap_or(first.len());
    let end = first.iter().zip(other).rposition(differs).map_or(start, |last| last + 1);
    let is_time = |byte: &u8| byte.is_ascii_digit() || b".,:".contains(byte);
    first[start..end].iter().chain(&other[start..end]).all(is_time)
}

/// Where the name and the process of a unit stand at the end of a header: `app[1234]:`.
pub fn unit(bytes: &[u8], start: usize, header: &Header) -> Option<Span> {
    let at = header.message.0;
    if header.body != Body::Text || at > bytes.len() || at < start {
        return None;
    }
    let text = &bytes[start..start + length(&bytes[start..at])];
    let text = text.strip_suffix(b":").unwrap_or(text).strip_suffix(b"]")?;
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let named = text[..text.len() - digits].strip_suffix(b"[").filter(|_| digits > 0)?;
    let name = named.iter().rev().take_while(|byte| !is_blank(**byte) && !matches!(byte, b'[' | b']')).count();
    (name > 0).then_some((start + named.len() - name, start + text.len()))
}

fn first_line(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())]
}

/// What a text looks like behind a header; an indent does not make a continuation of it.
pub fn looks(text: &[u8]) -> Looks {
    let inner = inner(text);
    let looks = fold::looks(inner);
    match looks {
        Looks::Body | Looks::Frame => looks,
        _ if frame::read(inner, b"").is_some() => Looks::Frame,
        _ if inner.len() == text.len() => looks,
        _ if is_caret(inner) || frame::is_place(inner) || WITHIN.iter().any(|begin| inner.starts_with(begin)) => {
            Looks::Body
        }
        _ => Looks::Head,
    }
}

/// Whether a text, of which it is not known where its indent begins, may be taken by an entry; `before` is the text before.
pub fn may_go_on(before: &[u8], text: &[u8]) -> bool {
    let inside = inner(text);
    match fold::looks(inside) {
        Looks::Exception | Looks::Name => {
            inner(before).len() + text.len() < before.len() + inside.len() || looks(before) != Looks::Head
        }
        Looks::Head | Looks::Opening => looks(text) != Looks::Head || fold::shows_source(before),
        _ => true,
    }
}

impl Reader<'_> {
    /// Whether a line that begins at `start` goes on with an entry whose header it repeats; then the piece is its text
    /// behind that.
    #[inline(always)]
    pub fn repeats(&mut self, entry: &Open, piece: &mut Piece, header: &Header, start: usize) -> bool {
        let (at, end) = header.message;
        if at < start + 2 {
            return false;
        }
        let Some([before, last, text @ ..]) = self.bytes.get(at - 2..) else { return false };
        let indented = is_blank(*last) && (*last == b'\t' || is_blank(*before));
        let begins = at == end
            || match text.first() {
                Some(b'#') => true,
                Some(b'a' | b'g' | b'C' | b'T') => BEGINS.iter().any(|begin| text.starts_with(begin)),
                _ => false,
            };
        (indented || begins || entry.fold.is_trace()) && self.repeats_or_weaves(entry, piece, header, start)
    }

    /// Whether an entry may be gone on with where lines of others stand between.
    pub fn spans_others(&self, entry: &Open) -> bool {
        entry.fold.is_trace() || fold::looks(first_line(self.text(entry.message))) == Looks::Exception
    }

    /// Whether a line that does not go on with the entry before it may go on with one before that, or one behind it with
    /// this entry: a daemon's file holds the lines of many units.
    fn is_among_units(&self, entry: &Open, piece: &Piece, header: &Header, start: usize) -> bool {
        let (bytes, first) = (self.bytes, unit(self.bytes, entry.start, &entry.header));
        let (Some(first), Some(other)) = (first, unit(bytes, start, header)) else { return false };
        bytes[first.0..first.1] != bytes[other.0..other.1] && (entry.fold.is_trace() || self.may_repeat(piece, start))
    }

    /// Whether a line that begins at `start` may go on with an entry that is not known.
    pub fn may_repeat(&self, piece: &Piece, start: usize) -> bool {
        let header = piece.header.filter(|header| !piece.is_wrapped() && header.body == Body::Text);
        let message = header.map(|header| header.message).filter(|message| message.1 <= self.bytes.len());
        message.is_some_and(|(at, end)| may_go_on(b"", &self.bytes[start + length(&self.bytes[start..at])..end]))
    }

    #[inline(never)]
    fn repeats_or_weaves(&mut self, entry: &Open, piece: &mut Piece, header: &Header, start: usize) -> bool {
        let repeats = self.repeats_trace(entry, piece, header, start);
        self.out.woven |= !repeats && self.is_among_units(entry, piece, header, start);
        repeats
    }

    fn repeats_trace(&mut self, entry: &Open, piece: &mut Piece, header: &Header, start: usize) -> bool {
        let first = entry.header;
        let alike = header.body == Body::Text && first.body == Body::Text && header.format == first.format;
        let later = first.time.zip(header.time).and_then(|(first, time)| time.checked_sub(first));
        let near = later.is_some_and(|later| (0..=MAX_LATER_NS).contains(&later));
        let in_place = piece.message == header.message && header.message.1 <= self.bytes.len();
        let in_place = in_place && first.message.1 <= self.bytes.len() && entry.start <= first.message.0;
        if !alike || !near || !in_place {
            return false;
        }
        let (header_text, first_text) =
            (&self.bytes[start..header.message.0], &self.bytes[entry.start..first.message.0]);
        let (own, known) = (length(header_text), length(first_text));
        if !is_same(&first_text[..known], &header_text[..own], later == Some(0)) {
            return false;
        }
        let text = (header.message.0.min(start + own + first_text.len() - known), header.message.1);
        let looks = looks(&self.bytes[text.0..text.1]);
        let raised = || looks == Looks::Body && fold::looks(first_line(self.text(entry.message))) == Looks::Exception;
        let same_instant = later == Some(0) && header.time.is_some_and(|time| time % SECOND_NS != 0);
        if !entry.fold.takes_repeated(&self.bytes[text.0..text.1], looks, same_instant) && !raised() {
            return false;
        }
        piece.message = text;
        let tabs = self.bytes[text.0..text.1].chunks(TAB.len()).take_while(|chunk| *chunk == TAB).count();
        if tabs > 0 {
            let text = [&b"\t".repeat(tabs), &self.bytes[text.0 + tabs * TAB.len()..text.1]].concat();
            piece.message = self.appended(&text);
        }
        piece.looks = Some(fold::looks(self.text(piece.message)));
        true
    }
}
