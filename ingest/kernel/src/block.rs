//! Blocks: entries that go on, whatever their lines look like, up to the next line that has a header.

use memchr::memmem;

use crate::header::{Attempt, Body, Program};
use crate::parse::{body, Settings};
use crate::step::{self, LITERAL, MESSAGE};
use crate::{cut, plain, time};

/// What a block may tell its time by, where its header does not: MySQL's slow query log does it at a change of second alone.
const SET_TIME: &[u8] = b"SET timestamp=";

/// A block tells its time within this many bytes.
const TIME_WITHIN: usize = 4096;

/// The longest literals in the headers that begin blocks: where none of them stands, no block begins.
#[derive(Default)]
pub struct Blocks(Vec<Vec<u8>>);

impl Blocks {
    pub fn of(programs: &[Program]) -> Blocks {
        let begins = |program: &&Program| {
            program.ops.last().is_some_and(|op| op.code == MESSAGE && step::body(op.kind) == Body::Block)
        };
        let literal = |program: &Program| {
            let literals = program.ops.iter().filter(|op| op.code == LITERAL).map(|op| &op.literal);
            literals.max_by_key(|literal| literal.len()).cloned().unwrap_or_default()
        };
        let mut found: Vec<Vec<u8>> = programs.iter().filter(begins).map(literal).collect();
        found.sort();
        found.dedup();
        Blocks(found)
    }

    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Where the first line stands that begins a block.
    pub fn first(&self, bytes: &[u8], settings: &Settings, attempt: &mut Attempt) -> Option<usize> {
        let first = |literal: &Vec<u8>| {
            let mut behind = 0;
            loop {
                let at = behind + memmem::find(bytes.get(behind..)?, literal)?;
                let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |before| before + 1);
                let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length + 1);
                let line = plain::text(&bytes[start..body(bytes, start, end)]);
                let (_, header) = cut::headed(&line, settings, attempt);
                if header.is_some_and(|header| header.body == Body::Block) {
                    return Some(start);
                }
                behind = end.max(at + 1);
            }
        };
        self.0.iter().filter_map(first).min()
    }
}

/// What a block tells of its time in a line of its own.
pub fn time_in(block: &[u8]) -> Option<time::Stamp> {
    let head = &block[..block.len().min(TIME_WITHIN)];
    let mut found = memmem::find_iter(head, SET_TIME).filter(|at| *at == 0 || head[at - 1] == b'\n');
    let stamp = time::read(time::EPOCH, head, found.next()? + SET_TIME.len(), 0)?;
    (head.get(stamp.end) == Some(&b';')).then_some(stamp)
}
