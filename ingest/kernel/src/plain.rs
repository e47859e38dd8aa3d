//! A line as text: in UTF-8, without colours.

use std::borrow::Cow;

use crate::{colour, western};

/// Whether there may be lines among some bytes that are not.
pub fn unlike(bytes: &[u8]) -> bool {
    western::any(bytes) || colour::any(bytes)
}

/// The text of a line: the same bytes where it is that already.
pub fn text(line: &[u8]) -> Cow<'_, [u8]> {
    let clean = uncoloured(line);
    match western::any(&clean).then(|| western::utf8(&clean)).flatten() {
        Some(text) => Cow::Owned(text),
        None => clean,
    }
}

fn uncoloured(line: &[u8]) -> Cow<'_, [u8]> {
    if !colour::any(line) {
        return Cow::Borrowed(line);
    }
    let clean = colour::stripped(line);
    if clean.len() == line.len() {
        Cow::Borrowed(line)
    } else {
        Cow::Owned(clean)
    }
}
