//! Records → entries: header, folding, message, signature.

use crate::header::{is_continuation, Attempt, Formats, Header};
use crate::intern::Table;
use crate::token::{hash_bytes, is_blank, Signature};
use crate::{json, severity};

/// An entry takes no more continuation lines past this size.
pub const MAX_ENTRY: usize = 1 << 20;

pub struct Settings<'a> {
    pub formats: &'a Formats,
    pub fallback: u8,
    pub fold: bool,
    pub received_ns: i64,
}

#[derive(Default)]
pub struct Columns {
    pub record: Vec<i64>,
    pub time_ns: Vec<i64>,
    pub has_time: Vec<bool>,
    pub severity: Vec<u8>,
    pub service: Vec<i32>,
    pub services: Vec<Vec<u8>>,
    pub format: Vec<u8>,
    pub extra: Vec<u8>,
    pub message: Vec<i64>,
    pub signature: Vec<u64>,
}

pub fn split(bytes: &[u8]) -> Vec<i64> {
    let mut offset = vec![0i64];
    offset.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at as i64 + 1));
    if offset.last() != Some(&(bytes.len() as i64)) {
        offset.push(bytes.len() as i64);
    }
    offset
}

/// A record without its line end (`\n`, `\r\n`).
fn body(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut end = end;
    if end > start && bytes[end - 1] == b'\n' {
        end -= 1;
    }
    while end > start && bytes[end - 1] == b'\r' {
        end -= 1;
    }
    end
}

fn is_head(line: &[u8], formats: &Formats) -> bool {
    !is_continuation(line) || formats.header(line, 0, &mut Attempt::new()).is_some()
}

pub fn last_head(bytes: &[u8], formats: &Formats) -> Option<usize> {
    let mut end = bytes.len();
    while end > 0 {
        let start = memchr::memrchr(b'\n', &bytes[..end - 1]).map_or(0, |at| at + 1);
        if is_head(&bytes[start..body(bytes, start, end)], formats) {
            return Some(start);
        }
        end = start;
    }
    None
}

/// The entry being read.
struct Open {
    header: Header,
    /// Span of the message so far; in `extra` if `outside`.
    message: (usize, usize),
    outside: bool,
    start: usize,
    record: usize,
}

struct Reader<'a> {
    bytes: &'a [u8],
    settings: &'a Settings<'a>,
    out: Columns,
    service_codes: Table,
    last_time: i64,
    signature: Signature,
}

pub fn parse(bytes: &[u8], offset: &[usize], settings: &Settings) -> Columns {
    let mut reader = Reader {
        bytes,
        settings,
        out: Columns::default(),
        service_codes: Table::new(),
        last_time: settings.received_ns,
        signature: Signature::new(),
    };
    reader.reserve(offset.len());
    let mut open: Option<Open> = None;
    let mut attempt = Attempt::new();
    for (record, pair) in offset.windows(2).enumerate() {
        let end = body(bytes, pair[0], pair[1]);
        let line = &bytes[pair[0]..end];
        let header = settings.formats.header(line, settings.received_ns, &mut attempt);
        match &mut open {
            Some(entry) if header.is_none() && settings.fold && entry.takes(line, pair[1]) => entry.message.1 = end,
            _ => {
                if let Some(entry) = open.take() {
                    reader.close(entry);
                }
                open = Some(reader.open(record, pair[0], end, header));
            }
        }
    }
    if let Some(entry) = open {
        reader.close(entry);
    }
    reader.out.record.push(offset.len() as i64 - 1);
    reader.out
}

impl Open {
    fn takes(&self, line: &[u8], end: usize) -> bool {
        !self.outside && end - self.start <= MAX_ENTRY && is_continuation(line)
    }
}

impl Reader<'_> {
    fn reserve(&mut self, n: usize) {
        self.out.record.reserve(n);
        self.out.time_ns.reserve(n);
        self.out.has_time.reserve(n);
        self.out.severity.reserve(n);
        self.out.service.reserve(n);
        self.out.format.reserve(n);
        self.out.message.reserve(2 * n);
        self.out.signature.reserve(n);
    }

    fn open(&mut self, record: usize, start: usize, end: usize, header: Option<Header>) -> Open {
        let Some(mut header) = header else {
            let header = Header { format: self.settings.fallback, ..Header::default() };
            return Open { header, message: (start, end), outside: false, start, record };
        };
        header.service = (start + header.service.0, start + header.service.1);
        let message = (start + header.message, end);
        if !header.json {
            return Open { header, message, outside: false, start, record };
        }
        let (message, outside) = self.json_message(message.0, end);
        Open { header, message, outside, start, record }
    }

    /// The message of a JSON line: in place where it has no escapes, else unescaped behind the buffer.
    fn json_message(&mut self, start: usize, end: usize) -> ((usize, usize), bool) {
        let line = &self.bytes[start..end];
        let Some(raw) = json::fields(line).and_then(|fields| fields.message) else { return ((start, end), true) };
        match json::text(raw) {
            std::borrow::Cow::Borrowed(inner) => {
                let at = start + (inner.as_ptr() as usize - line.as_ptr() as usize);
                ((at, at + inner.len()), true)
            }
            std::borrow::Cow::Owned(text) => {
                let at = self.bytes.len() + self.out.extra.len();
                self.out.extra.extend_from_slice(text.as_bytes());
                ((at, at + text.len()), true)
            }
        }
    }

    fn close(&mut self, entry: Open) {
        let Open { header, message, record, .. } = entry;
        let shift = if message.0 >= self.bytes.len() && message.1 > message.0 { self.bytes.len() } else { 0 };
        let extra = std::mem::take(&mut self.out.extra);
        let text = if shift > 0 { &extra[..] } else { self.bytes };
        let (mut start, mut end) = (message.0 - shift, message.1 - shift);
        while start < end && is_blank(text[start]) {
            start += 1;
        }
        while end > start && is_blank(text[end - 1]) {
            end -= 1;
        }
        let signature = self.signature.of(text, start, end);
        let level = if header.severity > 0 { header.severity } else { severity::of_message(&text[start..end.min(start + 256)]) };
        self.out.extra = extra;
        self.last_time = header.time.unwrap_or(self.last_time);
        let service = self.service(header.service);
        self.out.record.push(record as i64);
        self.out.time_ns.push(self.last_time);
        self.out.has_time.push(header.time.is_some());
        self.out.severity.push(level);
        self.out.service.push(service);
        self.out.format.push(header.format);
        self.out.message.extend([(start + shift) as i64, (end + shift) as i64]);
        self.out.signature.push(signature);
    }

    fn service(&mut self, span: (usize, usize)) -> i32 {
        let name = &self.bytes[span.0..span.1];
        if name.is_empty() {
            return -1;
        }
        let code = self.service_codes.code(hash_bytes(name, 0, name.len()));
        if code as usize == self.out.services.len() {
            self.out.services.push(name.to_vec());
        }
        code
    }
}
