//! Where any of many short texts stand, searched for all at once.
//!
//! Teddy (packed search) takes 0.055 ns a byte for 20 texts of 3 bytes, 0.15 for 40 of 4, if what they begin with is
//! rare; mixing the lengths costs more than both, hence a searcher for each length.

use aho_corasick::packed::{Config, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, Input, Span};
use std::ops::Range;

/// Longer texts are told apart by their first bytes.
const LONGEST: usize = 4;
/// Packed search takes no more at a time.
const MANY: usize = 64;

/// A text, and the rule that it stands for.
pub type Anchor = (Vec<u8>, u16);

enum Finder {
    Bytes(Vec<u8>),
    Packed(Searcher),
    Automaton(AhoCorasick),
}

/// What some anchors begin with.
struct Stem {
    text: Vec<u8>,
    anchors: Vec<Anchor>,
}

struct Group {
    finder: Finder,
    stems: Vec<Stem>,
}

pub struct Anchors(Vec<Group>);

impl Anchors {
    pub fn new(anchors: &[Anchor]) -> Anchors {
        let mut groups = Vec::new();
        for length in 1..=LONGEST {
            let mut stems: Vec<Stem> = Vec::new();
            for anchor in anchors.iter().filter(|(text, _)| text.len().min(LONGEST) == length) {
                let text = &anchor.0[..length];
                match stems.iter_mut().find(|stem| stem.text == text) {
                    Some(stem) => stem.anchors.push(anchor.clone()),
                    None => stems.push(Stem { text: text.to_vec(), anchors: vec![anchor.clone()] }),
                }
            }
            while !stems.is_empty() {
                let rest = stems.split_off(stems.len().min(if length == 1 { 3 } else { MANY }));
                groups.push(Group::new(std::mem::replace(&mut stems, rest)));
            }
        }
        Anchors(groups)
    }

    /// Add (position, rule) of every anchor that begins inside a part of a text, in no order.
    pub fn hits(&self, text: &[u8], part: Range<usize>, out: &mut Vec<(usize, u16)>) {
        for group in &self.0 {
            group.hits(text, part.clone(), out);
        }
    }
}

impl Group {
    fn new(stems: Vec<Stem>) -> Group {
        let texts: Vec<&[u8]> = stems.iter().map(|stem| &stem.text[..]).collect();
        let mut config = Config::new();
        config.match_kind(MatchKind::LeftmostFirst).heuristic_pattern_limits(false);
        let finder = match config.builder().extend(&texts).build() {
            _ if texts[0].len() == 1 => Finder::Bytes(texts.concat()),
            Some(searcher) => Finder::Packed(searcher),
            None => Finder::Automaton(automaton(&texts)),
        };
        Group { finder, stems }
    }

    fn hits(&self, text: &[u8], part: Range<usize>, out: &mut Vec<(usize, u16)>) {
        let beyond = self.stems[0].text.len() - 1;
        let mut span = Span { start: part.start, end: text.len().min(part.end + beyond) };
        let mut hit = |stem: usize, at: usize| {
            let there = self.stems[stem].anchors.iter().filter(|(anchor, _)| text[at..].starts_with(anchor));
            out.extend(there.map(|(_, rule)| (at, *rule)));
        };
        match &self.finder {
            Finder::Bytes(bytes) => {
                let some = &text[part.clone()];
                let found: Box<dyn Iterator<Item = usize>> = match bytes[..] {
                    [a] => Box::new(memchr::memchr_iter(a, some)),
                    [a, b] => Box::new(memchr::memchr2_iter(a, b, some)),
                    [a, b, c] => Box::new(memchr::memchr3_iter(a, b, c, some)),
                    _ => return,
                };
                found.for_each(|at| hit(bytes.iter().position(|byte| *byte == some[at]).unwrap_or(0), part.start + at));
            }
            Finder::Packed(searcher) => {
                while let Some(found) = searcher.find_in(text, span) {
                    hit(found.pattern().as_usize(), found.start());
                    span.start = found.start() + 1;
                }
            }
            Finder::Automaton(automaton) => {
                for found in automaton.find_overlapping_iter(Input::new(text).span(span)) {
                    hit(found.pattern().as_usize(), found.start());
                }
            }
        }
    }
}

/// What serves where the processor has no packed search.
fn automaton(texts: &[&[u8]]) -> AhoCorasick {
    AhoCorasick::new(texts).expect("short texts, of which there are few, fit into an automaton")
}
