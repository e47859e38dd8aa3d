//! Lines → entries: which lines an entry takes.

use crate::fields::Span;
use crate::fold::{Fold, Looks};
use crate::header::{Body, Header};
use crate::reader::{Piece, Reader};

/// An entry takes no lines that a container wrote so much earlier or later than its first one.
const MAX_ENTRY_NS: u64 = 5_000_000_000;

/// The entry being read.
pub struct Open {
    pub header: Header,
    pub message: Span,
    pub start: usize,
    pub record: usize,
    pub fold: Fold,
    /// A container's line whose rest is still to come: how it goes on is known when it is whole.
    pub part: bool,
}

impl Reader<'_> {
    /// Whether an entry takes a line that begins at `start`; the piece becomes what of the line is added.
    #[inline(always)]
    pub fn joins(&mut self, entry: &Open, piece: &mut Piece, start: usize) -> bool {
        let Some(header) = piece.header else {
            return !entry.part && piece.looks.is_some_and(|looks| entry.takes(looks));
        };
        if !piece.is_wrapped() {
            let wanted = entry.fold.wants_next() && header.time.is_none();
            return !entry.part && (wanted || self.repeats(entry, piece, &header, start));
        }
        let same = header.format == entry.header.format && self.text(header.stream) == self.text(entry.header.stream);
        let near = |time: i64| time.abs_diff(entry.header.time.unwrap_or(time)) <= MAX_ENTRY_NS;
        let same = same && header.time.is_none_or(near);
        let goes_on = || piece.outer == Body::Line && piece.looks.is_some_and(|looks| entry.takes(looks));
        same && (entry.part || goes_on())
    }

    /// The same, kept out of the loop over lines.
    #[cold]
    pub fn joins_after_all(&mut self, entry: &Open, piece: &mut Piece, start: usize) -> bool {
        self.joins(entry, piece, start)
    }

    /// Whether a container's line that does not go on with the entry may go on with one before that.
    pub fn is_apart(&self, entry: &Open, piece: &Piece) -> bool {
        let goes_on = entry.part || !matches!(piece.looks, None | Some(Looks::Head));
        let stream = piece.header.map_or((0, 0), |header| header.stream);
        let known = stream.0 < stream.1 && entry.header.stream.0 < entry.header.stream.1;
        goes_on && known && self.text(stream) != self.text(entry.header.stream)
    }

    /// Add a line to the entry; `mark` is where the text that reading it appended begins.
    pub fn join(&mut self, entry: &mut Open, piece: Piece, mark: usize) {
        if piece.header.is_none() && self.in_place(piece.message) && self.reaches(entry.message, piece.message.0) {
            entry.fold.add(&self.bytes[piece.message.0..piece.message.1], piece.looks.unwrap_or(Looks::Head));
            entry.message.1 = piece.message.1;
            return;
        }
        if piece.outer == Body::Block {
            entry.becomes_block(&piece);
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

    /// Whether a message can go on in place at `next`: where a line follows whatever it is, something may stand between.
    fn reaches(&self, message: Span, next: usize) -> bool {
        let blank = || self.bytes[message.1..next].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        self.in_place(message) && (!self.settings.whole || (message.1 <= next && blank()))
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
        match header.body {
            Body::More => fold = fold.wanting(true),
            Body::Block => fold = fold.of_block(),
            _ => {}
        }
        Open { header, message: piece.message, start, record, fold, part: piece.outer == Body::Part }
    }
}

impl Open {
    fn takes(&self, looks: Looks) -> bool {
        self.header.body != Body::Value && self.fold.takes(looks)
    }

    /// The block begins whose time stood in the line before it.
    fn becomes_block(&mut self, piece: &Piece) {
        self.go_on(b"", piece);
        self.message = piece.message;
        if let Some(header) = piece.header {
            (self.header.service, self.header.escaped) = (header.service, header.escaped);
        }
    }

    pub fn is_block(&self) -> bool {
        self.fold.is_block()
    }

    /// Take a line in; one that a header announced may have the level.
    pub fn go_on(&mut self, line: &[u8], piece: &Piece) {
        if piece.outer == Body::Block {
            self.fold = Fold::new(b"", None).of_block();
            return;
        }
        let looks = piece.looks.unwrap_or(Looks::Head);
        if piece.header.is_some() && !piece.is_wrapped() {
            self.fold.add_repeated(line, looks);
        } else {
            self.fold.add(line, looks);
        }
        if let Some(header) = piece.header.filter(|_| self.header.severity == 0) {
            self.header.severity = header.severity;
        }
    }
}
