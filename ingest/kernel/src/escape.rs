//! The escapes of JSON's strings. What is none, half a surrogate pair included, stays as it stands.

/// The text of what stands between quotes.
pub fn decoded(inside: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = decode(&rest[at..], &mut out);
    }
    out.extend_from_slice(rest);
    out
}

/// Write what the escape at the start of `rest` stands for; give what comes behind it.
fn decode<'a>(rest: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let byte = match rest.get(1) {
        Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        _ => {
            let (letter, length) = character(rest).unwrap_or(('\\', 1));
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            return &rest[length..];
        }
    };
    out.push(byte);
    &rest[2..]
}

/// The character of a `\u` escape, or of a pair of them, and its length.
fn character(rest: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0u32, |n, digit| Some(n * 16 + char::from(*digit).to_digit(16)?))
    };
    let first = unit(0)?;
    if let Some(letter) = char::from_u32(first) {
        return Some((letter, 6));
    }
    let mut pair = char::decode_utf16([first as u16, unit(6)? as u16]);
    pair.next()?.ok().map(|letter| (letter, 12))
}
