//! Which lines belong together where the lines of several containers, of both streams of one, or of several units that
//! a daemon writes to one file are interleaved.

use std::collections::HashMap;

use crate::fields::Span;
use crate::fold::Looks;
use crate::header::Body;
use crate::join::Open;
use crate::parse::{body, split, Settings, MAX_ENTRY, MAX_LINES};
use crate::reader::{Piece, Reader};
use crate::repeat;

/// Between two lines of an entry stand fewer lines than this.
pub const REACH: usize = 128;

/// So many lines mostly tell where the last entries begin.
pub const TAIL: usize = 4 * REACH;

/// Past this a stream is cut, even where some entry goes on behind the cut.
const MAX_KEPT: usize = 16 << 20;

/// Format and name of a container's stream or of a unit; None for other lines, which no entry reaches over.
type Key = Option<(u8, Vec<u8>)>;

/// The entry that is open in one of the streams.
struct Strand {
    entry: Open,
    /// A container wrote it.
    wrapped: bool,
    /// Its first line may go on with an entry whose beginning is not among the records.
    unsure: bool,
    last: usize,
    lines: usize,
    size: usize,
    /// The parts of a line that is not whole.
    parts: Vec<u8>,
}

/// What entry each record is of: the number of its first record.
#[derive(Default)]
pub struct Woven {
    pub first: Vec<usize>,
    /// Behind the last record that goes on with something, of which the beginning is not among the records.
    known: usize,
    /// The first records of the entries that may go on behind the records.
    open: Vec<usize>,
}

pub fn read(bytes: &[u8], offset: &[usize], settings: &Settings) -> Woven {
    let mut reader = Reader::new(bytes, settings);
    let mut strands: HashMap<Key, Strand> = HashMap::new();
    let mut woven = Woven::default();
    let mut latest = Key::None;
    for (record, pair) in offset.windows(2).enumerate() {
        let mut piece = reader.read((pair[0], body(bytes, pair[0], pair[1])));
        let own = key(&reader, &piece, pair[0]);
        let size = pair[1] - pair[0];
        let wrapped = piece.is_wrapped();
        let before = if wrapped && own.is_some() { None } else { Some(latest.clone()) };
        let unit = own.clone().filter(|_| before.as_ref() != Some(&own)).map(Some);
        let joined = before.into_iter().chain(unit).find(|key| {
            let Some(strand) = strands.get(key) else { return false };
            let fits = strand.size + size <= MAX_ENTRY && strand.lines < MAX_LINES && record - strand.last <= REACH;
            let reached = wrapped || *key == latest || reader.spans_others(&strand.entry);
            fits && reached && reader.joins(&strand.entry, &mut piece, pair[0])
        });
        if let Some(strand) = joined.as_ref().and_then(|key| strands.get_mut(key)) {
            woven.first.push(strand.entry.record);
            strand.last = record;
            strand.size += size;
            strand.lines += 1;
            reader.follow(strand, &piece);
        } else {
            let may_be_of_block = own.is_none() && piece.looks.is_some() && settings.formats.blocks.any();
            let near = |strand: &Strand| record - strand.last <= REACH;
            let open = |key: &Key| strands.get(key).is_some_and(|strand| strand.unsure && near(strand));
            let unseen = record <= REACH && !strands.contains_key(&own);
            let goes_on = match own {
                Some(_) if !wrapped => {
                    (open(&latest) || open(&own) || unseen)
                        && (reader.may_repeat(&piece, pair[0]) || is_indented(&reader, &piece))
                }
                _ => {
                    may_be_of_block
                        || !matches!(piece.looks, None | Some(Looks::Head))
                        || reader.may_repeat(&piece, pair[0])
                }
            };
            if goes_on {
                woven.known = record + 1;
            }
            // Containers and units do not reach over each other.
            if own.is_none() || strands.values().next().is_some_and(|strand| strand.wrapped != wrapped) {
                strands.clear();
            }
            latest = own;
            let parts = reader.text(piece.message).to_vec();
            let entry = reader.open(record, pair[0], piece);
            woven.first.push(record);
            strands.insert(
                latest.clone(),
                Strand { entry, wrapped, unsure: unseen || goes_on, last: record, lines: 1, size, parts },
            );
            continue;
        }
        latest = joined.flatten();
    }
    let may_go_on = |key: &Key, strand: &Strand| {
        let reached = strand.wrapped || *key == latest || reader.spans_others(&strand.entry);
        strand.last + REACH >= woven.first.len() && reached
    };
    let open = strands.iter().filter(|(key, strand)| may_go_on(key, strand));
    woven.open = open.map(|(_, strand)| strand.entry.record).collect();
    woven
}

/// Where the container's name is in that of a stream which begins at `start`: `pod/container`, `container-1`.
pub fn container(stream: &[u8], start: usize) -> Span {
    if let Some(slash) = memchr::memrchr(b'/', stream) {
        return (start + slash + 1, start + stream.len());
    }
    let digits = stream.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    match stream.len().checked_sub(digits + 1) {
        Some(end) if digits > 0 && matches!(stream[end], b'-' | b'_') => (start, start + end),
        _ => (start, start),
    }
}

/// Whether more than a blank stands before the text behind a header.
fn is_indented(reader: &Reader, piece: &Piece) -> bool {
    let at = piece.header.filter(|_| !piece.is_wrapped()).map_or(0, |header| header.message.0);
    at <= reader.bytes.len()
        && (reader.bytes[..at].ends_with(b"\t")
            || reader.bytes[..at].ends_with(b"  ")
            || reader.bytes[..at].ends_with(b"\t "))
}

fn key(reader: &Reader, piece: &Piece, start: usize) -> Key {
    let header = piece.header?;
    if !piece.is_wrapped() {
        return repeat::unit(reader.bytes, start, &header)
            .map(|unit| (header.format, reader.bytes[unit.0..unit.1].to_vec()));
    }
    (header.stream.0 < header.stream.1).then(|| (header.format, reader.text(header.stream).to_vec()))
}

impl Reader<'_> {
    /// Take note of a line that goes on with an entry.
    fn follow(&mut self, strand: &mut Strand, piece: &Piece) {
        if !strand.entry.part {
            let line = self.text(piece.message).to_vec();
            strand.entry.go_on(&line, piece);
            return;
        }
        let line = piece.header.map_or(piece.message, |header| self.message(&header));
        strand.parts.extend_from_slice(self.text(line));
        if piece.outer == Body::Line {
            strand.entry.message = self.appended(&strand.parts);
            self.whole(&mut strand.entry);
        }
    }
}

impl Woven {
    /// The records in an order in which those of an entry stand together, and which of them begin one.
    pub fn unwoven(&self) -> (Vec<i64>, Vec<bool>) {
        let mut order: Vec<i64> = (0..self.first.len() as i64).collect();
        order.sort_by_key(|record| self.first[*record as usize]);
        let begins = order.iter().map(|record| self.first[*record as usize] == *record as usize).collect();
        (order, begins)
    }

    /// The last record before which all entries are complete, whatever comes behind the records.
    fn cut(&self) -> usize {
        let n = self.first.len();
        let mut last = vec![0; n];
        for (record, first) in self.first.iter().enumerate() {
            last[*first] = record;
        }
        let open = self.open.iter().min().map_or(n, |first| *first);
        (0..open)
            .rev()
            .fold(open, |cut, record| if self.first[record] == record && last[record] >= cut { record } else { cut })
    }
}

/// Where the last entry begins, as `cut::last_entry`; the last `lines` are read, and more if they do not tell.
pub fn last_entry(bytes: &[u8], settings: &Settings, mut lines: usize) -> usize {
    loop {
        let newlines = memchr::memrchr_iter(b'\n', &bytes[..bytes.len() - 1]);
        let start = newlines.into_iter().nth(lines).map_or(0, |at| at + 1);
        let offset: Vec<usize> = split(&bytes[start..]).into_iter().map(|at| at as usize).collect();
        let woven = read(&bytes[start..], &offset, settings);
        let cut = woven.cut();
        if start == 0 && cut == 0 && bytes.len() > MAX_KEPT {
            return woven.first.iter().max().map_or(0, |last| offset[*last]);
        }
        if start == 0 || cut >= woven.known.max(REACH + 1) {
            return start + offset[cut];
        }
        lines = lines.saturating_mul(4);
    }
}
