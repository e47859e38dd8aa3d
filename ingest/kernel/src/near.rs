//! The next of some bytes: most stand within a few, where one look at 16 costs less than to begin a search.

use wide::u8x16;

const REACH: usize = 16;

/// Where the first of one to three bytes stands from `at` on.
#[inline(always)]
pub fn next<const N: usize>(wanted: [u8; N], line: &[u8], at: usize) -> Option<usize> {
    let Some(bytes) = line.get(at..).and_then(|rest| rest.first_chunk::<REACH>()) else { return far(wanted, line, at) };
    let lanes = u8x16::new(*bytes);
    let found = wanted.iter().fold(u8x16::ZERO, |found, byte| found | lanes.cmp_eq(u8x16::splat(*byte))).move_mask();
    if found != 0 {
        Some(at + found.trailing_zeros() as usize)
    } else {
        far(wanted, line, at + REACH)
    }
}

#[inline(never)]
fn far<const N: usize>(wanted: [u8; N], line: &[u8], at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    let found = match wanted[..] {
        [one] => memchr::memchr(one, rest),
        [one, two] => memchr::memchr2(one, two, rest),
        _ => rest.iter().position(|byte| wanted.contains(byte)),
    };
    found.map(|length| at + length)
}
