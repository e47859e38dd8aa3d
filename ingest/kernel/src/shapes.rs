//! Where a card number, an account number or a key with a known beginning may start, by bit maps of 64 bytes each.
//!
//! What is found is a superset: the patterns decide. The maps cost 0.15 ns a byte whatever the text holds; a table of
//! bytes would cost 1 ns, as would bit maps without SSE2's movemask, which portable Rust has not.

use wide::u8x16;

const BLOCK: usize = 64;

#[derive(Clone, Copy, PartialEq)]
pub enum Shape {
    Card,
    Account,
    Run,
}

impl Shape {
    pub fn named(name: &str) -> Option<Shape> {
        Some(match name {
            "card" => Shape::Card,
            "account" => Shape::Account,
            "run" => Shape::Run,
            _ => return None,
        })
    }
}

/// One bit a byte: digits, and what words are made of (letters, digits, - and _).
#[derive(Clone, Copy, Default)]
struct Maps {
    digit: u64,
    word: u64,
}

impl Maps {
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Maps {
        let mut maps = Maps::default();
        for (i, chunk) in block.chunks_exact(16).enumerate() {
            let bytes = u8x16::new(chunk.try_into().unwrap_or_default());
            let above = bytes - u8x16::splat(b'0');
            let digit = above.min(u8x16::splat(9)).cmp_eq(above);
            let above = (bytes | u8x16::splat(0x20)) - u8x16::splat(b'a');
            let letter = above.min(u8x16::splat(25)).cmp_eq(above);
            let joint = bytes.cmp_eq(u8x16::splat(b'-')) | bytes.cmp_eq(u8x16::splat(b'_'));
            maps.digit |= (digit.move_mask() as u64) << (16 * i);
            maps.word |= ((digit | letter | joint).move_mask() as u64) << (16 * i);
        }
        maps
    }
}

/// Goes through a text part by part; all parts but the last are whole blocks.
#[derive(Default)]
pub struct Scanner {
    before: Maps,
    runs: [u64; 5],
}

impl Scanner {
    /// Report each place where a shape may start, none that a word byte stands before; `first`: where the part begins.
    pub fn scan<F: FnMut(Shape, usize)>(&mut self, part: &[u8], first: usize, mut report: F) {
        let mut padded = [0u8; BLOCK];
        for (i, chunk) in part.chunks(BLOCK).enumerate() {
            let maps = match chunk.try_into() {
                Ok(block) => Maps::of(block),
                Err(_) => {
                    padded[..chunk.len()].copy_from_slice(chunk);
                    Maps::of(&padded)
                }
            };
            let (base, before) = (first + i * BLOCK, &self.before);
            let pair = maps.digit & earlier(maps.digit, before.digit, 1);
            each(accounts(&maps, before, pair), |bit| report(Shape::Account, base + bit - 3));
            each(cards(&maps, before, pair), |bit| report(Shape::Card, base + bit - 13));
            each(sixteenths(maps.word, &mut self.runs), |bit| report(Shape::Run, base + bit - 15));
            self.before = maps;
        }
    }
}

/// The bits `by` bytes earlier, those of the block before at the low end.
#[inline]
fn earlier(now: u64, before: u64, by: u32) -> u64 {
    now << by | before >> (64 - by)
}

/// Where the 4th byte of an account number may be: a word begins with two bytes that are no digits, two digits follow.
#[inline]
fn accounts(maps: &Maps, before: &Maps, pair: u64) -> u64 {
    let (letter, letter_before) = (maps.word & !maps.digit, before.word & !before.digit);
    let two = earlier(letter, letter_before, 2) & earlier(letter, letter_before, 3);
    pair & two & !earlier(maps.word, before.word, 4)
}

/// Where the 14th byte of a card number may be: digits in the places where all ways to write one have digits.
#[inline]
fn cards(maps: &Maps, before: &Maps, pair: u64) -> u64 {
    let pair_before = before.digit & before.digit << 1;
    let four = pair & earlier(pair, pair_before, 2);
    let four_before = pair_before & pair_before << 2;
    let eight = pair & earlier(four, four_before, 5) & earlier(four, four_before, 10);
    if eight == 0 {
        return 0;
    }
    eight & earlier(maps.digit, before.digit, 3) & !earlier(maps.word, before.word, 14)
}

/// The 16th bit of each run of set bits; `before`: what this came to for the block before, by length of run.
#[inline]
fn sixteenths(bits: u64, before: &mut [u64; 5]) -> u64 {
    let mut runs = [bits; 5];
    for (i, by) in [1, 2, 4, 8].into_iter().enumerate() {
        runs[i + 1] = runs[i] & earlier(runs[i], before[i], by);
    }
    let first = runs[4] & !earlier(runs[4], before[4], 1);
    *before = runs;
    first
}

#[inline]
fn each(mut bits: u64, mut found: impl FnMut(usize)) {
    while bits != 0 {
        found(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}
