//! Frames of stack traces: which lines are one, where the names in it stand, and whose code it is.

use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::util::syntax;
use regex_automata::Input;

use crate::fields::Span;

/// A longer line is no frame.
pub const MAX_FRAME: usize = 1024;

/// A pattern over a line, read as Python's `re` would.
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    pub const fn new(text: &'static str) -> Self {
        Pattern { text, compiled: OnceLock::new() }
    }

    fn regex(&self) -> &Regex {
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let config = Regex::config().utf8_empty(false);
        self.compiled
            .get_or_init(|| Regex::builder().configure(config).syntax(syntax).build(self.text).expect("a pattern"))
    }

    /// Where it is found in `line` (first) and where its first two groups are.
    pub fn find(&self, line: &[u8]) -> Option<[Option<Span>; 3]> {
        let mut slots: [Option<NonMaxUsize>; 6] = [None; 6];
        self.regex().search_slots(&Input::new(line), &mut slots)?;
        let group = |i: usize| Some((slots[2 * i]?.get(), slots[2 * i + 1]?.get()));
        Some([group(0), group(1), group(2)])
    }

    pub fn is_in(&self, line: &[u8]) -> bool {
        self.regex().is_match(line)
    }
}

/// How frames of one kind are written: the groups are the file and the function, or the function alone.
struct Grammar {
    pattern: Pattern,
    /// The function's name tells whose it is, if the place does not.
    by_name: bool,
    /// The place is told by the next line.
    two_lines: bool,
}

const fn grammar(text: &'static str, by_name: bool, two_lines: bool) -> Grammar {
    Grammar { pattern: Pattern::new(text), by_name, two_lines }
}

const fn by_place(text: &'static str) -> Grammar {
    grammar(text, false, false)
}

const fn by_name(text: &'static str) -> Grammar {
    grammar(text, true, false)
}

const fn two_lines(text: &'static str) -> Grammar {
    grammar(text, true, true)
}

/// Java and .NET, behind the method's name perhaps loader and module (`method_of`); JavaScript with a function and without.
static AT: [Grammar; 3] = [
    by_name(r"^at ([^ ()]+)\("),
    by_place(r"^at (?:async |new )?([^ ()]+)(?: \[as [^\]]*\])? \((?:[^()]*:[0-9]+|<anonymous>|native)\)$"),
    by_place(r"^at (?:async )?[^ ()]*?([^ ()/\\:]+\.[cm]?[jt]sx?):[0-9]+:[0-9]+$"),
];
/// A traceback, and what the interpreter prints when it dies: the most recent call first.
static PYTHON: [Grammar; 2] = [
    by_place(r#"^File "(?:[^"]*[/\\])?([^"/\\]+)", line [0-9]+(?:, in (.+))?$"#),
    by_place(r#"^File "(?:[^"]*[/\\])?([^"/\\]+)", line [0-9]+ in (.+)$"#),
];
/// PHP and gdb.
static NUMBERED: [Grammar; 3] = [
    by_place(r"^#[0-9]+ +(?:[^ ]*/)?([^ /(]+)\([0-9]+\): ([^ (]+)\("),
    by_place(r"^#[0-9]+ +\[internal function\]: ([^ (]+)\("),
    by_name(r"^#[0-9]+ +(?:0x[0-9a-f]+ in )?([^ (]+) \("),
];
static RUST: [Grammar; 1] = [two_lines(r"^[0-9]+: +([^ ].*?::.*?)(?:::h[0-9a-f]{16})?$")];
static RUBY: [Grammar; 1] = [by_place(r"^(?:from )?(?:[^:]*/)?([^:/]+):[0-9]+:in [`'](.+?)'(?:$|: )")];
static GO: [Grammar; 1] = [two_lines(r"^([^ ()]+(?:\.\(\*?[^ ()]+\)[^ ()]*)?)\(.*\)$")];
static GO_PLACE: Pattern = Pattern::new(r"^[^ ]+\.(?:go|s):[0-9]");

impl Grammar {
    fn find(&self, line: &[u8]) -> Option<[Option<Span>; 3]> {
        let found = self.pattern.find(line)?;
        if std::ptr::eq(self, &AT[0]) {
            return Some([found[0], Some(method_of(line, found[1]?)?), None]);
        }
        Some(found)
    }
}

/// A method with its class, behind a loader and a module if there are some: `app//java.base/java.lang.Thread.run`. An
/// expression that says so, `(?:[^ ()/]+//?)*([^ ()/]*\.[^ ()/]+)`, costs ten times as much.
fn method_of(line: &[u8], (start, end): Span) -> Option<Span> {
    let name = memchr::memrchr(b'/', &line[start..end]).map_or(start, |slash| start + slash + 1);
    let before = &line[start..name];
    let parted = !before.starts_with(b"/") && !before.windows(3).any(|three| three == b"///");
    (parted && memchr::memchr(b'.', &line[name..end.saturating_sub(1).max(name)]).is_some()).then_some((name, end))
}

/// Places of runtimes, their libraries, and what package managers install.
static ALIEN_PLACE: Pattern = Pattern::new(concat!(
    r"(?:site|dist)-packages[/\\]|[/\\]lib[/\\]python|<frozen |node_modules[/\\]|[( ]node:|\(internal/|\(<anonymous>\)",
    r"|/go/src/|/pkg/mod/|/vendor/|/gems/|/lib/ruby/|<internal:|\[internal function\]|/rustc/|/\.cargo/",
    r"|/usr/(?:lib|share|include)|from /lib|\$\$|\([0-9.]+\) ",
));
static ALIEN_NAME: Pattern = Pattern::new(concat!(
    r"^(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|clojure|System|Microsoft|runtime)\.",
    r"|^<?(?:std|core|alloc)::|^(?:panic$|rust_|__|_start)",
));

/// How the JVM calls what it was told the name of.
static REFLECTION: Pattern = Pattern::new(r"^at (?:[^ ()/]+//?)*(?:java\.lang|jdk\.internal|sun)\.reflect\.");

pub struct Frame {
    /// The file and the function, or the function alone.
    pub names: [Option<Span>; 2],
    /// Where an exception is told behind these (Ruby).
    pub told: Option<usize>,
    /// One of a traceback, of which the last is the one that raised.
    pub python: bool,
    /// One of Java's or .NET's.
    pub jvm: bool,
    /// Neither of the runtime, nor of its library, nor of what a package manager installed.
    pub own: bool,
}

/// Whether a line is the place that Go tells below the function.
pub fn is_place(line: &[u8]) -> bool {
    line.len() <= MAX_FRAME && GO_PLACE.is_in(line)
}

/// Whether a line, without the blanks around it, is a call by reflection.
pub fn is_reflection(line: &[u8]) -> bool {
    line.len() <= MAX_FRAME && REFLECTION.is_in(line)
}

/// Whose a method is, as its name tells: at most two components of its package (`com.example`), None if it has none.
pub fn owner(name: &[u8]) -> Option<&[u8]> {
    let dots: Vec<usize> = memchr::memchr_iter(b'.', name).take(3).collect();
    let last = dots.len().checked_sub(2)?;
    Some(&name[..dots[last.min(1)]]).filter(|owner| !owner.is_empty())
}

/// The frame that a line is, without the blanks around it; `next` is the line behind it.
pub fn read(line: &[u8], next: &[u8]) -> Option<Frame> {
    if line.len() > MAX_FRAME {
        return None;
    }
    let grammars: &[Grammar] = match line {
        [b'a', b't', b' ', ..] => &AT,
        [b'F', b'i', b'l', b'e', b' ', ..] => &PYTHON,
        [b'#', ..] => &NUMBERED,
        [b'0'..=b'9', ..] if memchr::memmem::find(line, b"::").is_some() => &RUST,
        _ if memchr::memmem::find(line, b":in ").is_some() => &RUBY,
        _ if line.ends_with(b")") && next.len() <= MAX_FRAME && GO_PLACE.is_in(next) => &GO,
        _ => return None,
    };
    let (grammar, [whole, one, two]) = grammars.iter().find_map(|g| Some((g, g.find(line)?)))?;
    let names = [one, two];
    let tells = |span: &Span| line[span.0..span.1].iter().any(u8::is_ascii_alphanumeric);
    if !names.iter().flatten().all(tells) {
        return None;
    }
    let last = two.or(one).unwrap_or_default();
    let alien = ALIEN_PLACE.is_in(line)
        || (grammar.two_lines && next.len() <= MAX_FRAME && ALIEN_PLACE.is_in(next))
        || (grammar.by_name && ALIEN_NAME.is_in(&line[last.0..last.1]));
    let told = whole.map(|span| span.1).filter(|end| *end < line.len() && std::ptr::eq(grammars, &RUBY));
    Some(Frame {
        names,
        told,
        python: std::ptr::eq(grammar, &PYTHON[0]),
        jvm: std::ptr::eq(grammar, &AT[0]),
        own: !alien,
    })
}
