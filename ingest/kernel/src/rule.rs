//! Rules of what is secret or personal, as `ingest/secrets/rule.py` documents them.

use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use crate::checks::Check;
use crate::shapes::Shape;

pub type Class = [bool; 256];

/// So many groups has a pattern at most, all of it being one.
const GROUPS: usize = 16;

fn syntax_of_bytes() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

pub struct Rule {
    pub kind: Vec<u8>,
    pub pattern: Pattern,
    /// Tried on what stands before a value, up to its end.
    pub unless: Option<Pattern>,
    pub more: Option<Pattern>,
    pub back: Class,
    pub reach: usize,
    pub before: Class,
    pub after: Class,
    pub check: Check,
    pub shape: Option<Shape>,
    /// Whether the lines that follow a match belong to it.
    pub lines: bool,
}

/// A pattern over bytes, read as Python's `re` would; compiled when it is first tried, since most never are.
pub struct Pattern {
    text: String,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    pub fn new(text: String) -> Result<Pattern, String> {
        let found = syntax::parse_with(&text, &syntax_of_bytes()).map_err(|error| format!("{text}: {error}"))?;
        let groups = found.properties().explicit_captures_len() + 1;
        if groups > GROUPS {
            return Err(format!("{text}: expected at most {GROUPS} groups, got {groups}"));
        }
        Ok(Pattern { text, compiled: OnceLock::new() })
    }

    /// Where it finds its value, if it fits at `start`, and where the match ends.
    pub fn value_at(&self, line: &[u8], start: usize) -> Option<(Option<(usize, usize)>, usize)> {
        let regex = self.regex();
        let mut slots: [Option<NonMaxUsize>; 2 * GROUPS] = [None; 2 * GROUPS];
        regex.search_slots(&Input::new(line).range(start..).anchored(Anchored::Yes), &mut slots)?;
        let group = |i: usize| Some((slots.get(2 * i)?.as_ref()?.get(), slots.get(2 * i + 1)?.as_ref()?.get()));
        let whole = group(0)?;
        let groups = regex.captures_len();
        let value = if groups == 1 { Some(whole) } else { (1..groups).find_map(group) };
        Some((value, whole.1))
    }

    /// Whether it fits somewhere.
    pub fn is_in(&self, text: &[u8]) -> bool {
        self.regex().is_match(text)
    }

    fn regex(&self) -> &Regex {
        let config = Regex::config().utf8_empty(false).nfa_size_limit(None).onepass_size_limit(None);
        self.compiled.get_or_init(|| {
            let found = Regex::builder().configure(config).syntax(syntax_of_bytes()).build(&self.text);
            found.expect("a pattern that can be read, and has no size limit, compiles")
        })
    }
}
