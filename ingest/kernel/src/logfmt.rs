//! logfmt: where the values of a line of `key=value` pairs stand.

use crate::fields::{Fields, MAX_KEY};
use crate::near;

/// The fields of a line that is at least two pairs and nothing else, a message or a level among them.
pub fn fields(line: &[u8]) -> Option<Fields> {
    near::next([b'=', b' '], line, 0).filter(|at| line[*at] == b'=')?;
    key_end(line, 0)?;
    let mut fields = Fields::default();
    let mut pairs = 0;
    let mut at = 0;
    loop {
        while matches!(line.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        if at == line.len() {
            break;
        }
        let equals = key_end(line, at)?;
        let end = value_end(line, equals + 1)?;
        let mut key = [0u8; MAX_KEY];
        if equals - at <= MAX_KEY {
            for (to, from) in key.iter_mut().zip(&line[at..equals]) {
                *to = from.to_ascii_lowercase();
            }
            fields.keep(&key[..equals - at], (equals + 1, end), &line[equals + 1..end]);
        }
        pairs += 1;
        at = end;
    }
    (pairs > 1 && fields.tells()).then_some(fields)
}

fn key_end(line: &[u8], at: usize) -> Option<usize> {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b'@');
    let end = at + line[at..].iter().take_while(|byte| name(byte)).count();
    (end > at && line.get(end) == Some(&b'=')).then_some(end)
}

/// The end of a value: behind the closing quote of a quoted one, else before the next blank.
fn value_end(line: &[u8], at: usize) -> Option<usize> {
    if line.get(at) != Some(&b'"') {
        let length = line[at..].iter().take_while(|byte| !matches!(byte, b' ' | b'\t' | b'"')).count();
        return (line.get(at + length) != Some(&b'"')).then_some(at + length);
    }
    let mut end = at + 1;
    while end < line.len() && line[end] != b'"' {
        end += if line[end] == b'\\' { 2 } else { 1 };
    }
    (end < line.len() && matches!(line.get(end + 1), None | Some(b' ' | b'\t'))).then_some(end + 1)
}
