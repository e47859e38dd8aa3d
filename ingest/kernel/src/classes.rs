//! The bytes of a message by class, as bits: a run of bytes is found, and told, by a few operations on words of 64.
//!
//! `mask::CLASS` says the same byte by byte. Sixteen bytes are looked up at once, their halves in two tables of sixteen
//! (Langdale and Lemire, "Parsing gigabytes of JSON per second", VLDB Journal 28, 2019, section 3.1.2).

use wide::{u16x8, u8x16};

use crate::mask::{DIGIT, DOT, EDGE, LINK, NOT_HEX};

const BLOCK: usize = 64;

/// The kinds that a byte may be of by its lower half, and by its upper half: it is of those that both may be. Five kinds
/// separate, three may stand at a word's edge.
const LOW: [u8; 16] = [2, 32, 2, 32, 0, 0, 32, 2, 2, 3, 37, 29, 23, 61, 100, 128];
const HIGH: [u8; 16] = [1, 0, 34, 132, 0, 72, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0];
const SEPARATES: u8 = 0b0001_1111;

/// The classes of 64 bytes, the first byte lowest.
#[derive(Clone, Copy, Default)]
struct Block {
    /// What no separator is.
    inside: u64,
    digit: u64,
    hex: u64,
    edge: u64,
    dot: u64,
    link: u64,
}

/// The lanes of bytes among the `count` that begin with `first`.
#[inline(always)]
fn among(bytes: u8x16, first: u8, count: u8) -> u8x16 {
    let above = bytes - u8x16::splat(first);
    above.min(u8x16::splat(count - 1)).cmp_eq(above)
}

impl Block {
    #[inline(always)]
    fn of(bytes: &[u8; BLOCK]) -> Self {
        let mut block = Block::default();
        for (i, lanes) in bytes.chunks_exact(16).enumerate() {
            block.add(u8x16::new(lanes.try_into().unwrap_or_default()), 16 * i);
        }
        block.edge = !block.edge;
        block
    }

    #[inline(always)]
    fn add(&mut self, bytes: u8x16, shift: usize) {
        let bits = |lanes: u8x16| u64::from(lanes.move_mask() as u16) << shift;
        let upper: u8x16 = bytemuck::cast(bytemuck::cast::<u8x16, u16x8>(bytes) >> 4);
        let half = u8x16::splat(15);
        let kinds = u8x16::new(LOW).swizzle_relaxed(bytes & half) & u8x16::new(HIGH).swizzle_relaxed(upper & half);
        let separates = kinds & u8x16::splat(SEPARATES);
        let none = u8x16::splat(0);
        self.inside |= bits(separates.cmp_eq(none));
        self.edge |= bits(kinds.cmp_eq(separates));
        self.digit |= bits(among(bytes, b'0', 10));
        self.hex |= bits(among(bytes | u8x16::splat(0x20), b'a', 6));
        self.dot |= bits(bytes.cmp_eq(u8x16::splat(b'.')));
        self.link |= bits(bytes.cmp_eq(u8x16::splat(b'/')) | bytes.cmp_eq(u8x16::splat(b'@')));
    }
}

/// A message by class. A place is counted from its beginning.
#[derive(Default)]
pub struct Classes {
    blocks: Vec<Block>,
}

impl Classes {
    /// Take the place of what was read before.
    pub fn read(&mut self, message: &[u8]) {
        self.blocks.clear();
        let (whole, rest) = message.as_chunks::<BLOCK>();
        self.blocks.extend(whole.iter().map(Block::of));
        let mut last = [b' '; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        self.blocks.push(Block::of(&last));
    }

    /// Where the next run of bytes that do not separate begins, at `at` or behind.
    #[inline(always)]
    pub fn next_run(&self, at: usize) -> Option<usize> {
        let mut number = at / BLOCK;
        let mut inside = self.blocks.get(number)?.inside >> (at % BLOCK) << (at % BLOCK);
        while inside == 0 {
            number += 1;
            inside = self.blocks.get(number)?.inside;
        }
        Some(number * BLOCK + inside.trailing_zeros() as usize)
    }

    /// The length of the run that begins at `at`, and the classes of its bytes; None if it goes on in the next block, or has
    /// three dots, which would end it.
    #[inline(always)]
    pub fn run(&self, at: usize) -> Option<(usize, u8)> {
        let (block, shift) = (self.blocks.get(at / BLOCK)?, at % BLOCK);
        let length = (!block.inside >> shift).trailing_zeros();
        if length >= 64 {
            return None;
        }
        let run = (1u64 << length) - 1;
        let dots = block.dot >> shift & run;
        if dots & (dots >> 1) & (dots >> 2) != 0 {
            return None;
        }
        let class = |bits: u64, class: u8| if bits >> shift & run == 0 { 0 } else { class };
        let flags = class(block.digit, DIGIT)
            | class(!(block.digit | block.hex), NOT_HEX)
            | class(block.edge, EDGE)
            | class(block.link, LINK)
            | if dots == 0 { 0 } else { DOT };
        Some((length as usize, flags))
    }
}
