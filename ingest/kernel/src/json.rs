//! JSON lines: where the values of one object stand.
//!
//! A scan, not a parse: a line costs one look at each of its bytes (one or two more inside the few objects whose keys
//! count), however deep it is nested. What programs write although JSON forbids it is let through: bytes that are no UTF-8,
//! control characters, `NaN`, a comma too many, escapes such as `\x41`.

use crate::fields::{is_nested, unescaped, Fields, Span, MAX_KEY};
use crate::near;

/// A key in lower case behind the one it is nested in.
struct Key {
    bytes: [u8; MAX_KEY],
    length: usize,
}

impl Key {
    /// None if it is too long to matter.
    fn new(outer: &[u8], name: &[u8]) -> Option<Key> {
        let from = if outer.is_empty() { 0 } else { outer.len() + 1 };
        let mut key = Key { bytes: [b'.'; MAX_KEY], length: from + name.len() };
        if name.is_empty() || key.length > MAX_KEY {
            return None;
        }
        key.bytes[..outer.len()].copy_from_slice(outer);
        for (to, byte) in key.bytes[from..].iter_mut().zip(name) {
            *to = byte.to_ascii_lowercase();
        }
        Some(key)
    }
}

/// The fields of a line that is one JSON object and nothing else.
pub fn fields(line: &[u8]) -> Option<Fields> {
    let mut fields = Fields::default();
    let end = members(line, 0, b"", &mut fields)?;
    (past_blanks(line, end) == line.len()).then_some(fields)
}

/// Keep what the members of the object at `at` say, each under its key behind `outer`; give the place behind the object.
fn members(line: &[u8], at: usize, outer: &[u8], fields: &mut Fields) -> Option<usize> {
    let mut at = behind(line, past_blanks(line, at), b'{')?;
    while line.get(at)? != &b'}' {
        let key_end = string_end(line, at)?;
        let start = behind(line, past_blanks(line, key_end), b':')?;
        let end = value_end(line, start)?;
        let name = &line[at + 1..key_end - 1];
        if outer.is_empty() && name.iter().all(|byte| !byte.is_ascii_uppercase() && *byte != b'\\') {
            keep(line, name, (start, end), fields);
        } else if let Some(key) = Key::new(outer, &unescaped(&line[at..key_end])) {
            keep(line, &key.bytes[..key.length], (start, end), fields);
        }
        at = past_blanks(line, end);
        match line.get(at)? {
            b',' => at = past_blanks(line, at + 1),
            b'}' => break,
            _ => return None,
        }
    }
    Some(at + 1)
}

/// Keep a string or number, or what an object inside says as far as it is one.
fn keep(line: &[u8], key: &[u8], value: Span, fields: &mut Fields) {
    match line[value.0] {
        b'"' | b'-' | b'0'..=b'9' => fields.keep(key, value, &line[value.0..value.1]),
        b'{' if is_nested(key) => {
            members(&line[..value.1], value.0, key, fields);
        }
        _ => {}
    }
}

/// The place behind a byte and the blanks that follow it.
fn behind(line: &[u8], at: usize, byte: u8) -> Option<usize> {
    (line.get(at) == Some(&byte)).then(|| past_blanks(line, at + 1))
}

fn past_blanks(line: &[u8], at: usize) -> usize {
    line[at..].iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).map_or(line.len(), |n| at + n)
}

#[inline]
fn string_end(line: &[u8], at: usize) -> Option<usize> {
    if line.get(at) != Some(&b'"') {
        return None;
    }
    let mut at = at + 1;
    loop {
        at = near::next([b'"', b'\\'], line, at)?;
        if line[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[inline]
fn value_end(line: &[u8], at: usize) -> Option<usize> {
    match line.get(at)? {
        b'"' => string_end(line, at),
        b'{' | b'[' => nested_end(line, at),
        _ => {
            let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
            let length = line[at..].iter().take_while(|byte| inside(byte)).count();
            (length > 0).then_some(at + length)
        }
    }
}

/// The place where as many brackets are closed as were opened.
fn nested_end(line: &[u8], at: usize) -> Option<usize> {
    let (mut at, mut depth) = (at, 0usize);
    loop {
        match line.get(at)? {
            b'"' => at = string_end(line, at)? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}
