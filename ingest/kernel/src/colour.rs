//! Terminal control sequences (ECMA-48, section 5.4), which colour a line and are no part of its text.

const ESCAPE: u8 = 0x1b;

/// Whether there may be a sequence in some bytes.
pub fn any(bytes: &[u8]) -> bool {
    memchr::memchr(ESCAPE, bytes).is_some()
}

/// A line without its control sequences.
pub fn stripped(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut from = 0;
    for at in memchr::memchr_iter(ESCAPE, line) {
        if let (true, Some(end)) = (at >= from, sequence_end(line, at)) {
            out.extend_from_slice(&line[from..at]);
            from = end;
        }
    }
    out.extend_from_slice(&line[from..]);
    out
}

/// The end of `ESC [ parameters intermediates final`.
fn sequence_end(line: &[u8], at: usize) -> Option<usize> {
    if line.get(at + 1) != Some(&b'[') {
        return None;
    }
    let run = |from: usize, low: u8, high: u8| from + line[from..].iter().take_while(|b| (low..=high).contains(b)).count();
    let end = run(run(at + 2, 0x30, 0x3f), 0x20, 0x2f);
    line.get(end).is_some_and(|last| (0x40..=0x7e).contains(last)).then_some(end + 1)
}
