//! The header of a line: which of the formats' programs fits it, and what that says.
//!
//! `ingest/format.py` compiles and documents the programs. Those that begin alike share what they read: they stand in a tree
//! of operations, of which each is tried once a line.

use crate::fields::{Fields, Span};
use crate::step::{self, Op};
use crate::{json, logfmt, time};

/// A program has at most this many operations.
pub const MAX_OPS: usize = 31;

pub struct Program {
    pub format: u8,
    pub ops: Vec<Op>,
}

/// What the message of a header is; the first four are the kinds of MESSAGE.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Body {
    /// Text that may go on in continuation lines.
    #[default]
    Text,
    /// A line that a container wrote: it may have a header of its own, or go on with the line before it.
    Line,
    /// The beginning of such a line; the rest comes in the next records of its stream.
    Part,
    /// Text whose next line belongs to it, whatever that is.
    More,
    /// One of the values of an object; nothing follows it.
    Value,
}

pub const BODIES: [Body; 4] = [Body::Text, Body::Line, Body::Part, Body::More];

/// What a header says, and where in the line the message stands (a string of an object with its quotes).
#[derive(Clone, Copy, Default)]
pub struct Header {
    pub format: u8,
    pub time: Option<i64>,
    pub severity: u8,
    pub service: Span,
    pub stream: Span,
    pub message: Span,
    pub body: Body,
    pub quoted: bool,
}

struct Node {
    op: Op,
    /// The bytes that the operation may begin with, as bits.
    begins: [u64; 4],
    /// The smallest number of a program here or below: the first that fits in their order is wanted.
    least: usize,
    /// The program that ends here.
    program: Option<usize>,
    children: Vec<usize>,
}

impl Node {
    fn new(op: &Op, least: usize) -> Self {
        let mut begins = [0u64; 4];
        for byte in (0..=255u8).filter(|byte| step::may_begin(op, *byte)) {
            begins[(byte >> 6) as usize] |= 1 << (byte & 63);
        }
        Node { op: op.clone(), begins, least, program: None, children: Vec::new() }
    }

    #[inline]
    fn may_begin(&self, line: &[u8], at: usize) -> bool {
        match line.get(at) {
            Some(byte) => self.begins[(byte >> 6) as usize] >> (byte & 63) & 1 == 1,
            None => matches!(self.op.code, step::BLANKS | step::MESSAGE),
        }
    }
}

pub struct Formats {
    /// The format of each program.
    format: Vec<u8>,
    nodes: Vec<Node>,
    /// For each first byte the roots that may begin with it.
    roots: Vec<Vec<usize>>,
}

impl Formats {
    pub fn new(programs: Vec<Program>) -> Self {
        let mut formats = Formats { format: programs.iter().map(|p| p.format).collect(), nodes: Vec::new(), roots: Vec::new() };
        let mut roots = Vec::new();
        for (number, program) in programs.iter().enumerate() {
            formats.plant(&mut roots, &program.ops, number);
        }
        let of_byte = |byte: u8| roots.iter().copied().filter(|root| formats.nodes[*root].may_begin(&[byte], 0)).collect();
        formats.roots = (0..=255u8).map(of_byte).collect();
        formats
    }

    /// Put a program into the tree. Nodes stand in the order of their least programs, since programs come in order.
    fn plant(&mut self, roots: &mut Vec<usize>, ops: &[Op], number: usize) {
        let mut parent: Option<usize> = None;
        for op in ops {
            let siblings = parent.map_or(&*roots, |parent| &self.nodes[parent].children);
            let known = siblings.iter().copied().find(|node| self.nodes[*node].op == *op);
            let node = known.unwrap_or(self.nodes.len());
            if known.is_none() {
                self.nodes.push(Node::new(op, number));
                parent.map_or(&mut *roots, |parent| &mut self.nodes[parent].children).push(node);
            }
            parent = Some(node);
        }
        if let Some(last) = parent {
            self.nodes[last].program.get_or_insert(number);
        }
    }

    /// The header of a line (without its line end and colours): that of the first program that fits.
    pub fn header(&self, line: &[u8], received_ns: i64, attempt: &mut Attempt) -> Option<Header> {
        let roots = &self.roots[*line.first()? as usize];
        attempt.tried = 0;
        attempt.best = usize::MAX;
        let mut search = Search { formats: self, line, received_ns, attempt };
        search.descend(roots, 0, 0);
        (attempt.best < usize::MAX).then_some(attempt.found)
    }
}

/// What is kept while programs are tried at a line: places only; what they say is read once a program fits.
pub struct Attempt {
    /// The nodes on the way, where each operation begins, and for a time stamp or level what it said.
    path: [usize; MAX_OPS],
    at: [usize; MAX_OPS + 1],
    value: [i64; MAX_OPS],
    /// What reading a time stamp of each kind gave, where it was tried last.
    times: [(usize, Option<(i64, usize)>); time::KINDS],
    tried: u32,
    fields: Fields,
    best: usize,
    found: Header,
}

impl Attempt {
    pub fn new() -> Self {
        Attempt {
            path: [0; MAX_OPS],
            at: [0; MAX_OPS + 1],
            value: [0; MAX_OPS],
            times: [(0, None); time::KINDS],
            tried: 0,
            fields: Fields::default(),
            best: usize::MAX,
            found: Header::default(),
        }
    }
}

struct Search<'a> {
    formats: &'a Formats,
    line: &'a [u8],
    received_ns: i64,
    attempt: &'a mut Attempt,
}

impl<'a> Search<'a> {
    /// Try the nodes at a place, and below those that fit their children.
    fn descend(&mut self, mut nodes: &'a [usize], mut depth: usize, mut at: usize) {
        while let Some((last, others)) = nodes.split_last() {
            for number in others {
                if let Some(end) = self.enter(*number, depth, at) {
                    self.descend(&self.formats.nodes[*number].children, depth + 1, end);
                }
            }
            let Some(end) = self.enter(*last, depth, at) else { return };
            (nodes, depth, at) = (&self.formats.nodes[*last].children, depth + 1, end);
        }
    }

    /// Where a node's operation ends, if a program below may be the first that fits.
    #[inline(always)]
    fn enter(&mut self, number: usize, depth: usize, at: usize) -> Option<usize> {
        let node = &self.formats.nodes[number];
        if node.least >= self.attempt.best || !node.may_begin(self.line, at) {
            return None;
        }
        let end = self.step(&node.op, depth, at)?;
        self.attempt.path[depth] = number;
        self.attempt.at[depth] = at;
        self.attempt.at[depth + 1] = end;
        if let Some(program) = node.program.filter(|program| *program < self.attempt.best) {
            self.attempt.best = program;
            self.attempt.found = self.header(self.formats.format[program], depth + 1);
        }
        Some(end)
    }

    #[inline(never)]
    fn step(&mut self, op: &Op, depth: usize, at: usize) -> Option<usize> {
        let line = self.line;
        let (value, end) = match op.code {
            step::TIME => self.time(op.kind, at)?,
            step::LEVEL => step::level(line, at, op.kind)?,
            step::PRIORITY => step::priority(line, at)?,
            step::FIELDS => return self.fields(op.kind, at),
            _ => return step::end(op, line, at),
        };
        self.attempt.value[depth] = value;
        Some(end)
    }

    #[inline(never)]
    fn fields(&mut self, kind: u8, at: usize) -> Option<usize> {
        let rest = &self.line[at..];
        self.attempt.fields = if kind == step::JSON { json::fields(rest) } else { logfmt::fields(rest) }?;
        Some(at)
    }

    #[inline]
    fn time(&mut self, kind: u8, at: usize) -> Option<(i64, usize)> {
        let bit = 1 << kind;
        let slot = self.attempt.times.get_mut(kind as usize)?;
        if self.attempt.tried & bit == 0 || slot.0 != at {
            self.attempt.tried |= bit;
            *slot = (at, time::read(kind, self.line, at, self.received_ns));
        }
        slot.1
    }

    /// What the operations on the way say.
    #[inline(never)]
    fn header(&self, format: u8, length: usize) -> Header {
        let Attempt { path, at, value, .. } = &*self.attempt;
        let mut header = Header { format, message: (at[length], self.line.len()), ..Header::default() };
        for i in 0..length {
            let op = &self.formats.nodes[path[i]].op;
            match op.code {
                step::TIME => header.time = Some(value[i]),
                step::LEVEL | step::PRIORITY => header.severity = value[i] as u8,
                step::MESSAGE => header.body = BODIES[(op.kind & 3) as usize],
                step::FIELDS => self.object(&mut header, at[i]),
                _ => {}
            }
            match op.field {
                step::SERVICE => header.service = named(self.line, at[i], at[i + 1]),
                step::STREAM => header.stream = (at[i], at[i + 1]),
                _ => {}
            }
        }
        header
    }

    fn object(&self, header: &mut Header, at: usize) {
        let (object, fields) = (&self.line[at..], &self.attempt.fields);
        header.time = fields.time(object, self.received_ns).or(header.time);
        let (severity, service) = (fields.severity(object), fields.service(object));
        if severity > 0 {
            header.severity = severity;
        }
        if service.0 < service.1 {
            header.service = (at + service.0, at + service.1);
        }
        header.body = if fields.wraps { Body::Line } else { Body::Value };
        if let Some((start, end)) = fields.message() {
            header.message = (at + start, at + end);
            header.quoted = true;
        }
    }
}

/// A service's name without the blanks that pad it; `-` stands for none.
fn named(line: &[u8], mut start: usize, mut end: usize) -> Span {
    while start < end && matches!(line[start], b' ' | b'\t') {
        start += 1;
    }
    while end > start && matches!(line[end - 1], b' ' | b'\t') {
        end -= 1;
    }
    if &line[start..end] == b"-" { (start, start) } else { (start, end) }
}
