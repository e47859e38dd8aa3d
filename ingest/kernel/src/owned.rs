//! Whose frame a trace of the JVM's should be told by, where its calls tell.
//!
//! Libraries do not know the names of what they are used by, so a framework calls one's own code by reflection; and the
//! runtime calls `main`. The last such call in a trace is the one that all others come from: what is in its package (the
//! first two components) is one's own, and nothing else. So no list of frameworks is needed.

use memchr::memmem;

use crate::fields::Span;
use crate::frame;
use crate::trace::line_of;

/// What stands in the lines of such calls: by reflection, and of the program's first method.
const MARKS: [&[u8]; 3] = [REFLECT, MAIN[0], MAIN[1]];
const REFLECT: &[u8] = b".reflect.";
const MAIN: [&[u8]; 2] = [b".main(", b".Main("];

/// The name in the first frame of one's own in a trace from `begin` on, and its line; None if no call tells.
pub fn frame(text: &[u8], begin: usize, end: usize) -> Option<(Span, Span)> {
    if !MARKS.iter().any(|mark| memmem::find(&text[begin..end], mark).is_some()) {
        return None;
    }
    let before = |word: &[u8]| memmem::find(&text[begin..end], word).map_or(end, |at| begin + at);
    // Behind a cause the last calls are left out, since they were told before.
    let section = before(b"Caused by: ").min(before(b"Suppressed: "));
    let told = |stop| reflected(text, begin, stop).or_else(|| started(text, begin, stop));
    let owner = told(section).or_else(|| told(end))?;
    let mut at = begin;
    while let Some(found) = memmem::find(&text[at..end], owner) {
        let (start, stop) = line_around(text, begin, end, at + found);
        if let Some(name) = called(text, start, stop).filter(|name| owner_of(text, *name) == Some(owner)) {
            let line = line_of(text, start, stop);
            return Some((name, (line.start, line.end)));
        }
        at = stop;
    }
    None
}

/// Where the line with a byte begins and ends.
fn line_around(text: &[u8], begin: usize, end: usize, at: usize) -> Span {
    let start = memchr::memrchr(b'\n', &text[begin..at]).map_or(begin, |before| begin + before + 1);
    (start, memchr::memchr(b'\n', &text[at..end]).map_or(end, |behind| at + behind))
}

/// The name in a frame of one's own, as far as that is told by the name.
fn called(text: &[u8], start: usize, stop: usize) -> Option<Span> {
    let line = line_of(text, start, stop);
    let frame = frame::read(&text[line.start..line.end], b"").filter(|frame| frame.jvm && frame.own)?;
    frame.names[0].map(|(start, end)| (line.start + start, line.start + end))
}

fn owner_of(text: &[u8], name: Span) -> Option<&[u8]> {
    frame::owner(&text[name.0..name.1])
}

/// Whose method is called by reflection, the last of them.
fn reflected(text: &[u8], begin: usize, stop: usize) -> Option<&[u8]> {
    let mut end = stop;
    while let Some(at) = memmem::rfind(&text[begin..end], REFLECT) {
        let (start, behind) = line_around(text, begin, stop, begin + at);
        end = start;
        let mut line = line_of(text, start, behind);
        while frame::is_reflection(&text[line.start..line.end]) && end > begin {
            let (start, behind) = line_around(text, begin, stop, end - 1);
            let owner = called(text, start, behind).and_then(|name| owner_of(text, name));
            if owner.is_some() {
                return owner;
            }
            end = start;
            line = line_of(text, start, behind);
        }
    }
    None
}

/// Whose method is the program's first, the last of them.
fn started(text: &[u8], begin: usize, stop: usize) -> Option<&[u8]> {
    MAIN.into_iter().find_map(|mark| {
        let mut end = stop;
        while let Some(at) = memmem::rfind(&text[begin..end], mark) {
            let (start, behind) = line_around(text, begin, stop, begin + at);
            let name = called(text, start, behind).filter(|name| text[..name.1].ends_with(&mark[..5]));
            let owner = name.and_then(|name| owner_of(text, name));
            if owner.is_some() {
                return owner;
            }
            end = start;
        }
        None
    })
}
