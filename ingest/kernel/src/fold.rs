//! Which lines without a header go on with the entry before them: indented text, stack traces, bodies in brackets.

/// What a line without a header looks like. `Fold::takes` says when it goes on with the entry before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// The beginning of an entry.
    Head,
    /// Indented, empty, a closing bracket, `Caused by:` and its like.
    Body,
    /// A frame without its indent, a goroutine.
    Frame,
    /// The beginning of a body: a bracket or a tag of XML alone.
    Opening,
    /// `Traceback (most recent call last):`
    Traceback,
    /// `dotted.NameError: …`, which ends Python's traces and begins other languages'.
    Exception,
    /// `app.models.User.DoesNotExist: …`, an exception that is not called one.
    Name,
    /// `main.serve(0xc000010000)`, as in a goroutine.
    Call,
}

const BODY: [&[u8]; 19] = [
    b"Caused by:",
    b"Suppressed:",
    b"Wrapped by:",
    b"During handling of the above exception",
    b"The above exception was the direct cause",
    b"--- End of ",
    b"</",
    b"Stack trace:",
    b"[stacktrace]",
    b"\"}",
    b"[previous exception]",
    b"stack backtrace:",
    b"note: run with `RUST_BACKTRACE",
    b"note: Some details are omitted",
    b"[signal SIG",
    b"Current thread 0x",
    b"Thread 0x",
    b"runtime stack:",
    b"> File \"",
];

pub fn looks(line: &[u8]) -> Looks {
    let Some(first) = line.first() else { return Looks::Body };
    match first {
        b' ' | b'\t' => return Looks::Body,
        b'}' | b')' | b']' if line.iter().all(|byte| matches!(byte, b'}' | b')' | b']' | b',' | b';')) => {
            return Looks::Body
        }
        b'{' | b'[' if line.len() == 1 => return Looks::Opening,
        b'<' if is_markup(line) => return Looks::Opening,
        b'#' if is_numbered(&line[1..]) => return Looks::Frame,
        b'N' if line.starts_with(b"Next ") && name(&line[5..]) == Looks::Exception => return Looks::Body,
        b'.' if line.starts_with(b"... ") && line.get(4).is_some_and(u8::is_ascii_digit) => return Looks::Body,
        _ => {}
    }
    if line.starts_with(b"Traceback (most recent call last)") {
        Looks::Traceback
    } else if BODY.iter().any(|prefix| prefix[0] == *first && line.starts_with(prefix)) {
        Looks::Body
    } else if line.starts_with(b"goroutine ") || line.starts_with(b"created by ") || is_frame(line) {
        Looks::Frame
    } else {
        name(line)
    }
}

/// A line that is a tag of XML.
fn is_markup(line: &[u8]) -> bool {
    line.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'?' | b'!')) && line.ends_with(b">")
}

/// `0 main()`, behind the `#` of PHP's and gdb's frames.
fn is_numbered(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && line.get(digits) == Some(&b' ')
}

/// `at app.Main.run(Main.java:3)` without its indent, or a frame of Ruby's: ``app.rb:3:in `run'``.
fn is_frame(line: &[u8]) -> bool {
    if line.starts_with(b"at ") {
        return line.ends_with(b")");
    }
    line.ends_with(b"'")
        && [b":in `".as_slice(), b":in '"].iter().any(|mark| memchr::memmem::find(line, mark).is_some())
}

fn name(line: &[u8]) -> Looks {
    let part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$');
    let name = &line[..line.iter().take_while(part).count()];
    if name.is_empty() || name[0].is_ascii_digit() {
        return Looks::Head;
    }
    if matches!(line.get(name.len()), None | Some(b':')) {
        const ENDS: [&[u8]; 6] = [b"Error", b"Exception", b"Exit", b"Interrupt", b"Warning", b"Throwable"];
        let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        return match last.first() {
            Some(b'A'..=b'Z') if ENDS.iter().any(|end| last.ends_with(end)) => Looks::Exception,
            Some(b'A'..=b'Z') => Looks::Name,
            _ if name.contains(&b'.') => Looks::Name,
            _ => Looks::Head,
        };
    }
    if is_call(line) {
        Looks::Call
    } else {
        Looks::Head
    }
}

/// `net/http.(*conn).serve(0xc000010000, {0x1, 0x2})`: no blanks before the arguments, which end the line.
fn is_call(line: &[u8]) -> bool {
    if !line.ends_with(b")") {
        return false;
    }
    let callee = line.iter().take_while(|byte| !matches!(byte, b' ' | b'\t')).count();
    line.starts_with(b"panic(") || (line[..callee].contains(&b'(') && line[..callee].contains(&b'.'))
}

/// Whether the line behind this one belongs to it, whatever it is: Rust tells the panic's message there.
pub fn wants_next(line: &[u8]) -> bool {
    line.starts_with(b"thread '") && line.ends_with(b":") && memchr::memmem::find(line, b"' panicked at ").is_some()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trace {
    None,
    Python,
    Go,
}

/// What the entry being read has shown so far. What it takes is a function of its own lines alone.
pub struct Fold {
    headed: bool,
    last: Looks,
    trace: Trace,
    /// The last line that is not blank announces an exception.
    leads: bool,
    /// The next line belongs to this entry whatever it is.
    next: bool,
    /// The last line is one of Python's behind which a line of source may stand.
    source: bool,
    /// It holds lines of a trace that repeat its header, or begins as a trace.
    traced: bool,
    /// All lines without a header belong to it.
    block: bool,
}

impl Fold {
    /// An entry whose first line, without its header, is `line`; `looks` says how a line without header looks.
    #[inline(always)]
    pub fn new(line: &[u8], looks: Option<Looks>) -> Self {
        let fold = Fold {
            headed: looks.is_none(),
            last: Looks::Head,
            trace: Trace::None,
            leads: false,
            next: false,
            source: false,
            traced: false,
            block: false,
        };
        match line.first() {
            Some(b'T' | b'g' | b't' | b'p' | b'f') => fold.beginning(line, looks),
            _ if looks.is_some() => fold.beginning(line, looks),
            _ => fold,
        }
    }

    #[inline(never)]
    fn beginning(mut self, line: &[u8], looks: Option<Looks>) -> Self {
        let first = looks.unwrap_or_else(|| first_of_trace(line));
        if first != Looks::Head || line.starts_with(b"thread '") {
            self.add(line, first);
        }
        self.traced = line.starts_with(b"panic: ") || line.starts_with(b"fatal error: ");
        if self.headed || matches!(first, Looks::Name | Looks::Call | Looks::Opening) {
            self.last = Looks::Head;
        }
        self
    }

    /// The same, knowing whether the next line belongs to it.
    pub fn wanting(self, next: bool) -> Self {
        Fold { next, ..self }
    }

    /// The same, of a block.
    pub fn of_block(self) -> Self {
        Fold { block: true, ..self }
    }

    pub fn is_block(&self) -> bool {
        self.block
    }

    pub fn takes(&self, looks: Looks) -> bool {
        self.next
            || self.block
            || match looks {
                Looks::Head => false,
                Looks::Body => true,
                Looks::Frame => self.headed || self.last != Looks::Head,
                Looks::Opening => self.headed,
                Looks::Traceback => self.headed || self.leads,
                Looks::Exception => self.headed || self.leads || self.ends_python(),
                Looks::Name => self.ends_python(),
                Looks::Call => self.trace == Trace::Go,
            }
    }

    /// The same for a line that repeats the entry's header: what may stand alone does not go on, but a traceback of the
    /// same instant.
    pub fn takes_repeated(&self, line: &[u8], looks: Looks, same_instant: bool) -> bool {
        self.next
            || match looks {
                Looks::Head => self.source && matches!(line.first(), Some(b' ' | b'\t')),
                Looks::Body => self.is_trace(),
                Looks::Frame => true,
                Looks::Opening => false,
                Looks::Traceback => self.leads || same_instant,
                Looks::Exception | Looks::Name => self.ends_python(),
                Looks::Call => self.trace == Trace::Go,
            }
    }

    /// Whether it is known to hold a trace, or wants the next line.
    #[inline(always)]
    pub fn is_trace(&self) -> bool {
        self.traced || self.next || self.trace != Trace::None
    }

    pub fn wants_next(&self) -> bool {
        self.next
    }

    fn ends_python(&self) -> bool {
        self.trace == Trace::Python && self.last == Looks::Body
    }

    /// Add a line that repeats the entry's header.
    pub fn add_repeated(&mut self, line: &[u8], looks: Looks) {
        self.add(line, looks);
        self.source = shows_source(line);
        self.traced = true;
    }

    /// Add a line that the entry takes.
    pub fn add(&mut self, line: &[u8], looks: Looks) {
        if !line.is_empty() {
            self.leads = leads(line);
        }
        self.last = looks;
        self.next = wants_next(line);
        match looks {
            Looks::Traceback => self.trace = Trace::Python,
            Looks::Exception | Looks::Name => self.trace = Trace::None,
            Looks::Frame if line.starts_with(b"goroutine ") => self.trace = Trace::Go,
            Looks::Body if line.starts_with(b"runtime stack:") => self.trace = Trace::Go,
            _ => {}
        }
    }
}

/// A message that begins a trace of Python's or Go's.
fn first_of_trace(message: &[u8]) -> Looks {
    if matches!(message.first(), Some(b'T' | b'g')) {
        looks(message)
    } else {
        Looks::Head
    }
}

/// Between two exceptions of Python's, or the mark below the line of source that Node shows first.
fn leads(line: &[u8]) -> bool {
    line.starts_with(b"During handling of") || line.starts_with(b"The above exception") || is_caret(line)
}

/// Behind a frame of Python's, and behind a mark below a line of source, stands one.
pub fn shows_source(line: &[u8]) -> bool {
    let start = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    line[start..].starts_with(b"File \"") || is_caret(line)
}

pub fn is_caret(line: &[u8]) -> bool {
    line.ends_with(b"^") && line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'^' | b'~'))
}
