//! The header of a line: which of the formats' programs fits it, and what that says.
//!
//! `ingest/format.py` compiles and documents the programs. Those that begin alike share what they read: they stand in a tree
//! of operations, of which each is tried once a line.

use crate::block::Blocks;
use crate::calendar::finer;
use crate::expression::Expression;
use crate::fields::{Fields, Span};
use crate::step::{self, Op};
use crate::tree::{Node, Tree, NONE};
use crate::{json, logfmt, time};

/// A program has fewer operations than there are places.
const PLACES: usize = 32;
pub const MAX_OPS: usize = PLACES - 1;

pub struct Program {
    pub format: u8,
    pub ops: Vec<Op>,
}

/// What the message of a header is; the first five are the kinds of MESSAGE.
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
    /// Text to which all lines belong up to one that has a header.
    Block,
    /// One of the values of an object; nothing follows it.
    Value,
}

pub const BODIES: [Body; 5] = [Body::Text, Body::Line, Body::Part, Body::More, Body::Block];

/// What a header says, and where in the line the message stands (a string of an object with its quotes).
#[derive(Clone, Copy, Default)]
pub struct Header {
    pub format: u8,
    pub time: Option<i64>,
    /// What the time stamp tells of itself, 0 where there is none.
    pub told: u8,
    pub severity: u8,
    pub service: Span,
    /// The name of the service has escapes.
    pub escaped: bool,
    /// Where the host's name stands, and its length: no header reads one of 64 KiB, and headers are copied for every line.
    pub host: usize,
    pub host_length: u16,
    pub stream: Span,
    pub message: Span,
    pub body: Body,
    pub quoted: bool,
}

impl Header {
    pub fn host(&self) -> Span {
        (self.host, self.host + usize::from(self.host_length))
    }

    #[inline(always)]
    pub fn name_host(&mut self, (start, end): Span) {
        (self.host, self.host_length) = (start, u16::try_from(end - start).unwrap_or(0));
    }
}

/// An operation of a program that says something, and which of its operations that is.
struct Told {
    depth: usize,
    code: u8,
    field: u8,
    kind: u8,
}

impl Told {
    fn of(program: &Program) -> Vec<Told> {
        let told = |(depth, op): (usize, &Op)| Told { depth, code: op.code, field: op.field, kind: op.kind };
        program.ops.iter().enumerate().filter(|(_, op)| step::tells(op)).map(told).collect()
    }
}

/// The format of a line without a header, where nobody asks for its number: that of none.
pub const NO_FORMAT: u8 = u8::MAX;

pub struct Formats {
    /// The format of each program, what its operations say, and which says the host: most say none, and are not asked.
    programs: Vec<(u8, Vec<Told>, Option<usize>)>,
    tree: Tree,
    /// For each first byte the roots that may begin with it.
    roots: Vec<Vec<usize>>,
    /// For each number of digits that a line may begin with, and each byte behind them, the roots that may begin so.
    numbers: Vec<[Vec<usize>; 256]>,
    /// Programs that are a regular expression, with their numbers.
    expressions: Vec<(usize, Expression)>,
    pub blocks: Blocks,
}

impl Formats {
    pub fn new(programs: Vec<Program>) -> Result<Self, String> {
        let mut expressions = Vec::new();
        for (number, program) in programs.iter().enumerate() {
            if let [op] = &program.ops[..] {
                if op.code == step::EXPRESSION {
                    expressions.push((number, Expression::new(program.format, op.kind, &op.literal)?));
                }
            }
        }
        let tree = Tree::of(&programs);
        let all: Vec<usize> = (0..tree.nodes.len()).filter(|number| tree.nodes[*number].depth == 0).collect();
        let with = |byte| all.iter().copied().filter(|root| tree.may_begin(&tree.nodes[*root], &[byte], 0)).collect();
        let roots = (0..=255u8).map(with).collect();
        let numbered: Vec<usize> = with(b'0');
        let begin =
            |digits, behind| numbered.iter().copied().filter(|root| begins(&tree, *root, digits, behind)).collect();
        let behind = |digits| std::array::from_fn(|byte| begin(digits, byte as u8));
        let numbers = (0..=step::MANY_DIGITS).map(behind).collect();
        let blocks = Blocks::of(&programs);
        let host = |program: &Program| program.ops.iter().rposition(|op| op.field == step::HOST);
        let programs = programs.iter().map(|program| (program.format, Told::of(program), host(program))).collect();
        Ok(Formats { programs, tree, roots, numbers, expressions, blocks })
    }

    /// The header of a line (without its line end and colours): that of the first program that fits.
    pub fn header(&self, line: &[u8], received_ns: i64, attempt: &mut Attempt) -> Option<Header> {
        let roots = match *line.first()? {
            b'0'..=b'9' => {
                let digits = step::leading_digits(line);
                &self.numbers[digits][usize::from(line.get(digits).copied().unwrap_or_default())]
            }
            byte => &self.roots[usize::from(byte)],
        };
        attempt.tried = 0;
        attempt.best = NONE;
        let mut search = Search { formats: self, line, received_ns, attempt };
        for root in roots {
            if self.tree.nodes[*root].least >= search.attempt.best {
                break;
            }
            search.descend(*root);
        }
        if !self.expressions.is_empty() {
            self.expressed(line, received_ns, attempt);
        }
        (attempt.best < NONE).then_some(attempt.found)
    }

    /// Try the expressions before the first program that fits.
    #[cold]
    fn expressed(&self, line: &[u8], received_ns: i64, attempt: &mut Attempt) {
        let mut tried = self.expressions.iter().take_while(|(number, _)| (*number as u32) < attempt.best);
        let found = tried.find_map(|(number, expression)| Some((*number, expression.header(line, received_ns)?)));
        if let Some((number, header)) = found {
            (attempt.best, attempt.found) = (number as u32, header);
        }
    }
}

/// Whether a root may begin with so many digits, and this byte behind them; NUL is the line's end, too.
fn begins(tree: &Tree, root: usize, digits: usize, behind: u8) -> bool {
    let node = &tree.nodes[root];
    let below = &tree.nodes[root + 1..node.behind as usize];
    let goes_on = |child: &Node| tree.may_begin(child, &[behind], 0) || (behind == 0 && tree.may_begin(child, b"", 0));
    let goes_on = || match node.blanks {
        true => matches!(behind, 0 | b' ' | b'\t'),
        false => below.iter().any(|child| child.depth == node.depth + 1 && goes_on(child)),
    };
    let whole = step::is_digits(&node.op) && digits < step::MANY_DIGITS && node.program == NONE;
    step::may_begin_with_digits(&node.op, digits, behind) && (!whole || goes_on())
}

/// What is kept while programs are tried at a line: places only; what they say is read once a program fits.
pub struct Attempt {
    /// Where each operation on the way begins, and for a time stamp or level what it said.
    at: [usize; PLACES],
    value: [i64; PLACES],
    /// What a time stamp told of itself.
    stamp: [u8; PLACES],
    /// What reading a time stamp of each kind gave, where it was tried last.
    times: [(usize, Option<time::Stamp>); time::KINDS],
    tried: u32,
    fields: Fields,
    best: u32,
    found: Header,
}

impl Attempt {
    pub fn new() -> Self {
        Attempt {
            at: [0; PLACES],
            value: [0; PLACES],
            stamp: [0; PLACES],
            times: [(0, None); time::KINDS],
            tried: 0,
            fields: Fields::default(),
            best: NONE,
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
    /// Try a node at the beginning of the line, and below those that fit their children.
    fn descend(&mut self, root: usize) {
        let nodes = &self.formats.tree.nodes[..self.formats.tree.nodes[root].behind as usize];
        let mut number = root;
        while let Some(node) = nodes.get(number) {
            number = if node.least >= self.attempt.best {
                node.behind_parent as usize
            } else if self.fits(node) {
                self.note(node);
                number + 1
            } else {
                node.behind as usize
            };
        }
    }

    /// Whether a node's operation fits, and the blanks behind it; where they end is noted.
    #[inline(always)]
    fn fits(&mut self, node: &Node) -> bool {
        let depth = usize::from(node.depth) % PLACES;
        let Some(end) = self.end(node, depth, self.attempt.at[depth]) else { return false };
        self.attempt.at[(depth + 1) % PLACES] = end;
        if node.blanks {
            let behind = step::blanks_end(self.line, end);
            self.attempt.at[(depth + 2) % PLACES] = behind;
            return behind > end || end == self.line.len();
        }
        true
    }

    /// Where a node's operation ends, if it fits.
    #[inline(always)]
    fn end(&mut self, node: &Node, depth: usize, at: usize) -> Option<usize> {
        let (op, line) = (&node.op, self.line);
        if !self.formats.tree.may_begin(node, line, at) {
            return None;
        }
        let (value, end) = match op.code {
            step::TIME => {
                let stamp = self.time(op.kind, at)?;
                self.attempt.stamp[depth] = stamp.told;
                (stamp.time, stamp.end)
            }
            step::LEVEL => step::level(line, at, op.kind)?,
            step::PRIORITY => step::priority(line, at)?,
            step::MESSAGE if op.kind >= step::REQUEST => step::request(line, at, op.kind)?,
            step::FIELDS => return self.fields(op.kind, at),
            _ => return step::end(op, line, at),
        };
        self.attempt.value[depth] = value;
        Some(end)
    }

    /// Take note of the program that ends at a node that fits.
    #[inline(always)]
    fn note(&mut self, node: &Node) {
        if node.program < self.attempt.best {
            self.attempt.best = node.program;
            self.attempt.found = self.header(node.program as usize, usize::from(node.depth) + 1);
        }
    }

    #[inline(never)]
    fn fields(&mut self, kind: u8, at: usize) -> Option<usize> {
        let rest = &self.line[at..];
        self.attempt.fields = if kind == step::JSON { json::fields(rest) } else { logfmt::fields(rest) }?;
        Some(at)
    }

    #[inline]
    fn time(&mut self, kind: u8, at: usize) -> Option<time::Stamp> {
        let bit = 1 << kind;
        let slot = self.attempt.times.get_mut(kind as usize)?;
        if self.attempt.tried & bit == 0 || slot.0 != at {
            self.attempt.tried |= bit;
            *slot = (at, time::read(kind, self.line, at, self.received_ns));
        }
        slot.1
    }

    /// What the operations on the way to a program's end say.
    #[inline(never)]
    fn header(&self, program: usize, length: usize) -> Header {
        let Attempt { at, value, stamp, .. } = &*self.attempt;
        let (format, told, host) = &self.formats.programs[program];
        let mut header = Header { format: *format, message: (at[length], self.line.len()), ..Header::default() };
        if let Some(depth) = host {
            header.name_host(step::named(self.line, at[*depth], at[depth + 1]));
        }
        for Told { depth, code, field, kind } in told {
            match *code {
                step::TIME if header.time.is_none() => {
                    (header.time, header.told) = (Some(value[*depth]), stamp[*depth])
                }
                step::TIME => header.time = header.time.map(|first| finer(first, value[*depth])),
                step::LEVEL | step::PRIORITY => header.severity = value[*depth] as u8,
                step::MESSAGE if *kind >= step::REQUEST => header.severity = value[*depth] as u8,
                step::MESSAGE => header.body = step::body(*kind),
                step::FIELDS => self.object(&mut header, at[*depth]),
                _ => {}
            }
            match *field {
                step::SERVICE => header.service = step::named(self.line, at[*depth], at[depth + 1]),
                step::STREAM => header.stream = (at[*depth], at[depth + 1]),
                _ => {}
            }
        }
        header
    }

    fn object(&self, header: &mut Header, at: usize) {
        let (object, fields) = (&self.line[at..], &self.attempt.fields);
        if let Some(stamp) = fields.time(object, self.received_ns) {
            (header.time, header.told) = (Some(stamp.time), stamp.told);
        }
        let (severity, service, host) = (fields.severity(object), fields.service(object), fields.host(object));
        if severity > 0 {
            header.severity = severity;
        }
        if service.0 < service.1 {
            header.service = (at + service.0, at + service.1);
            header.escaped = fields.escapes_service(object);
        }
        if host.0 < host.1 {
            header.name_host((at + host.0, at + host.1));
        }
        header.body = match fields.wraps() {
            true if fields.is_part(object) => Body::Part,
            true => Body::Line,
            false => Body::Value,
        };
        if fields.wraps() {
            let stream = fields.stream(object);
            header.stream = (at + stream.0, at + stream.1);
        }
        if let Some((start, end)) = fields.message() {
            header.message = (at + start, at + end);
            header.quoted = true;
        }
    }
}
