//! Records → columns: the entries that they make, with what these say, their messages and signatures.

use wide::u8x16;

use crate::fields::Span;
use crate::header::{Formats, Header};
use crate::join::Open;
use crate::mask::is_blank;
use crate::masks::Masks;
use crate::order::CHUNK;
use crate::reader::{shifted, text_at, Reader};
use crate::{block, escape, severity};

/// An entry takes no more lines past this size.
pub const MAX_ENTRY: usize = 1 << 20;

/// Nor more lines than this.
pub const MAX_LINES: usize = 10_000;

/// A message tells its severity within this many bytes.
const LEVEL_WITHIN: usize = 256;

pub struct Settings<'a> {
    pub formats: &'a Formats,
    pub fallback: u8,
    pub fold: bool,
    /// Which records begin an entry, where that is known.
    pub begins: Option<&'a [bool]>,
    /// The other records go on with it as they are: no header is looked for in them.
    pub whole: bool,
    pub received_ns: i64,
    pub masks: Option<&'a Masks>,
    /// Whether services and hosts are wanted.
    pub named: bool,
}

#[derive(Default)]
pub struct Columns {
    pub record: Vec<i64>,
    pub time_ns: Vec<i64>,
    pub told: Vec<u8>,
    pub severity: Vec<u8>,
    pub service: Vec<i32>,
    pub services: Vec<Vec<u8>>,
    pub host: Vec<i32>,
    pub hosts: Vec<Vec<u8>>,
    pub format: Vec<u8>,
    pub extra: Vec<u8>,
    pub message: Vec<i64>,
    pub signature: Vec<u64>,
    /// A line may go on with one that does not stand right before it.
    pub woven: bool,
    /// How many entries would have gone on, had they not been so large.
    pub cut: usize,
}

pub fn split(bytes: &[u8]) -> Vec<i64> {
    let mut offset = vec![0i64];
    let (whole, rest) = bytes.as_chunks::<64>();
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    for (nth, block) in whole.iter().chain([&last]).enumerate() {
        let mut ends = line_feeds(block);
        while ends != 0 {
            offset.push((64 * nth) as i64 + i64::from(ends.trailing_zeros()) + 1);
            ends &= ends - 1;
        }
    }
    if offset.last() != Some(&(bytes.len() as i64)) {
        offset.push(bytes.len() as i64);
    }
    offset
}

/// A bit for each byte, the first lowest: a search from one line feed to the next costs more, as lines are short.
fn line_feeds(block: &[u8; 64]) -> u64 {
    let (lanes, _) = block.as_chunks::<16>();
    let bits = |lanes: &[u8; 16]| u64::from(u8x16::new(*lanes).cmp_eq(u8x16::splat(b'\n')).move_mask() as u16);
    (0..).zip(lanes).map(|(nth, lanes)| bits(lanes) << (16 * nth)).sum()
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

pub fn parse(bytes: &[u8], offset: &[usize], settings: &Settings) -> Columns {
    let mut reader = Reader::new(bytes, settings);
    reader.reserve(offset.len());
    let mut open: Option<Open> = None;
    for (record, pair) in offset.windows(2).enumerate() {
        if record % CHUNK == 0 {
            reader.look_ahead(record, offset);
        }
        let mark = reader.out.extra.len();
        let line = (pair[0], body(bytes, pair[0], pair[1]));
        let more = reader.goes_on_whole(record);
        let mut piece = if more { reader.more(line) } else { reader.read_record(line, record) };
        if let Some(entry) = open.as_mut().filter(|_| settings.fold) {
            let fits = pair[1] - entry.start <= MAX_ENTRY && record - entry.record < MAX_LINES;
            let goes_on = match settings.begins {
                None => fits && reader.joins(entry, &mut piece, pair[0]),
                Some(begins) => {
                    !begins[record] && {
                        reader.joins_after_all(entry, &mut piece, pair[0]);
                        true
                    }
                }
            };
            if goes_on {
                reader.join(entry, piece, mark);
                continue;
            }
            reader.out.cut +=
                usize::from(!fits && !settings.whole && reader.joins_after_all(entry, &mut piece.clone(), pair[0]));
            reader.out.woven |= !settings.whole && piece.is_wrapped() && reader.is_apart(entry, &piece);
        }
        if let Some(entry) = open.take() {
            reader.close(entry);
        }
        open = Some(reader.open(record, pair[0], piece));
    }
    if let Some(entry) = open {
        reader.close(entry);
    }
    reader.sign();
    reader.out.record.push(offset.len() as i64 - 1);
    reader.out.host.resize(reader.out.signature.len(), -1);
    reader.out
}

impl Reader<'_> {
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

    fn close(&mut self, mut entry: Open) {
        if entry.part {
            self.whole(&mut entry);
        }
        let (start, end) = self.trimmed(entry.message);
        if entry.is_block() && entry.header.time.is_none() {
            self.date_block(&mut entry);
        }
        let mut level = entry.header.severity;
        if level == 0 {
            level = severity::of_message(self.text((start, end.min(start + LEVEL_WITHIN))));
        }
        self.last_time = entry.header.time.unwrap_or(self.last_time);
        let service = if self.settings.named { self.service(&entry.header) } else { -1 };
        if self.settings.named && entry.header.host_length > 0 {
            self.note_host(entry.header.host());
        }
        self.out.record.push(entry.record as i64);
        self.out.time_ns.push(self.last_time);
        self.out.told.push(entry.header.told);
        self.out.severity.push(level);
        self.out.service.push(service);
        self.out.format.push(entry.header.format);
        self.out.message.extend([start as i64, end as i64]);
    }

    /// Take note of the host of the entry that is being closed; for one that tells none nothing is to be done.
    #[cold]
    #[inline(never)]
    fn note_host(&mut self, span: Span) {
        let name = text_at(self.bytes, &self.out.extra, span);
        let code = self.host_codes.name(name, &mut self.out.hosts);
        self.out.host.resize(self.out.record.len(), -1);
        self.out.host.push(code);
    }

    /// Give a block the time that stands in it.
    #[cold]
    fn date_block(&self, entry: &mut Open) {
        if let Some(stamp) = block::time_in(self.text(entry.message)) {
            (entry.header.time, entry.header.told) = (Some(stamp.time), stamp.told);
        }
    }

    pub fn signature_of(&mut self, (start, end): Span) -> u64 {
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

    fn service(&mut self, header: &Header) -> i32 {
        let (start, end) = header.service;
        if start >= end {
            return -1;
        }
        let name = text_at(self.bytes, &self.out.extra, header.service);
        if header.escaped {
            return self.service_codes.name(&escape::decoded(name), &mut self.out.services);
        }
        self.service_codes.name(name, &mut self.out.services)
    }
}
