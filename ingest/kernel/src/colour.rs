//! Terminal control sequences (ECMA-48, sections 5.4 and 8.3.89), which colour a line or make it a link, and are no part of its
//! text.

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

/// The end of `ESC [ parameters intermediates final`, `ESC ] command` up to a bell or `ESC \\`, `ESC intermediates final`.
fn sequence_end(line: &[u8], at: usize) -> Option<usize> {
    let run =
        |from: usize, low: u8, high: u8| from + line[from..].iter().take_while(|b| (low..=high).contains(b)).count();
    let (end, least) = match line.get(at + 1)? {
        b'[' => (run(run(at + 2, 0x30, 0x3f), 0x20, 0x2f), 0x40),
        b']' => return command_end(line, at + 2),
        0x20..=0x2f => (run(at + 2, 0x20, 0x2f), 0x30),
        _ => return None,
    };
    line.get(end).is_some_and(|last| (least..=0x7e).contains(last)).then_some(end + 1)
}

/// The end of an operating system command: a link, a window's title.
fn command_end(line: &[u8], at: usize) -> Option<usize> {
    let end = at + memchr::memchr2(0x07, ESCAPE, &line[at..])?;
    match line[end..] {
        [0x07, ..] => Some(end + 1),
        [_, b'\\', ..] => Some(end + 2),
        _ => None,
    }
}
