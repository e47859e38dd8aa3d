//! Lines that a terminal draws over themselves, as those of progress bars: what it shows last is what they say.

use crate::mask::is_blank;

/// Whether some lines hold a carriage return that does not end one.
pub fn any(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1).is_some_and(|next| !matches!(next, b'\r' | b'\n')))
}

/// Where the text begins that stands behind the last carriage return; 0 where there is none, or more than one line.
pub fn last(text: &[u8]) -> usize {
    let end = text.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
    match memchr::memrchr(b'\r', &text[..end]) {
        Some(at) if memchr::memchr(b'\n', &text[..end]).is_none() => at + 1,
        _ => 0,
    }
}
