//! Time stamps of log headers, as UTC nanoseconds.

const MONTHS: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
const DAY_S: i64 = 86_400;
const NS: i64 = 1_000_000_000;

pub const ISO: u8 = 0;
pub const COMPACT: u8 = 1; // 081109 203615
pub const SHORT: u8 = 2; // 17/06/09 20:10:40
pub const CLF: u8 = 3; // 10/Oct/2000:13:55:36 -0700
pub const SYSLOG: u8 = 4; // Oct 11 22:14:15
pub const CTIME: u8 = 5; // Sun Dec 04 04:47:44 2005
pub const DOTTED: u8 = 6; // 2005-06-03-15.42.50.675872
pub const JOINED: u8 = 7; // 20171223-22:15:29:606
pub const EPOCH: u8 = 8; // 1117838570, with fraction, or in ms, us, ns

/// Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year in which a number of seconds since 1970 lies.
fn year_of(seconds: i64) -> i64 {
    let guess = 1970 + seconds.div_euclid(31_556_952);
    if days(guess, 1, 1) * DAY_S > seconds {
        guess - 1
    } else if days(guess + 1, 1, 1) * DAY_S <= seconds {
        guess + 1
    } else {
        guess
    }
}

/// A reader of digits and signs; every method moves on or gives None.
struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> u8 {
        self.line.get(self.at).copied().unwrap_or(0)
    }

    fn sign(&mut self, allowed: &[u8]) -> Option<u8> {
        let byte = self.peek();
        allowed.contains(&byte).then(|| self.at += 1)?;
        Some(byte)
    }

    fn number(&mut self, digits: usize) -> Option<i64> {
        let bytes = self.line.get(self.at..self.at + digits)?;
        let mut value = 0i64;
        for byte in bytes {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + i64::from(digit);
        }
        self.at += digits;
        Some(value)
    }

    fn month(&mut self) -> Option<i64> {
        let word = self.line.get(self.at..self.at + 3)?;
        let place = MONTHS.chunks(3).position(|name| name.eq_ignore_ascii_case(word))?;
        self.at += 3;
        Some(place as i64 + 1)
    }

    /// A day that syslog pads with a blank: ` 4` or `04` or `4`.
    fn day(&mut self) -> Option<i64> {
        if self.peek() == b' ' {
            self.at += 1;
        }
        self.number(2).or_else(|| self.number(1))
    }

    fn clock(&mut self, between: &[u8]) -> Option<i64> {
        let hour = self.number(2)?;
        self.sign(between)?;
        let minute = self.number(2)?;
        self.sign(between)?;
        let second = self.number(2)?;
        (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
    }

    /// A fraction of a second behind one of `marks`, in nanoseconds; digits past the ninth are read over.
    fn fraction(&mut self, marks: &[u8]) -> i64 {
        if !marks.contains(&self.peek()) || !self.line.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
            return 0;
        }
        self.at += 1;
        let (mut value, mut unit) = (0, NS / 10);
        while self.peek().is_ascii_digit() {
            value += i64::from(self.peek() - b'0') * unit;
            unit /= 10;
            self.at += 1;
        }
        value
    }

    /// `Z`, ` UTC`, ` GMT`, `+02:00`, ` +0200`: seconds to take away, 0 where nothing stands.
    fn zone(&mut self) -> i64 {
        let start = self.at;
        if self.peek() == b'Z' {
            self.at += 1;
            return 0;
        }
        if self.peek() == b' ' {
            self.at += 1;
        }
        let name = self.line.get(self.at..self.at + 3);
        if self.at > start && (name == Some(b"UTC") || name == Some(b"GMT")) {
            self.at += 3;
            return 0;
        }
        self.offset().unwrap_or_else(|| {
            self.at = start;
            0
        })
    }

    fn offset(&mut self) -> Option<i64> {
        let sign = self.sign(b"+-")?;
        let hours = self.number(2)?;
        let _ = self.sign(b":");
        let minutes = self.number(2).unwrap_or(0);
        let seconds = hours * 3600 + minutes * 60;
        (hours < 24 && minutes < 60 && !self.peek().is_ascii_digit()).then_some(if sign == b'-' { -seconds } else { seconds })
    }
}

fn date(year: i64, month: i64, day: i64) -> Option<i64> {
    let last = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    // 1700 to 2250 fit 64 bits of nanoseconds.
    ((1..=last).contains(&day) && (1700..2250).contains(&year)).then(|| days(year, month, day) * DAY_S)
}

fn iso(c: &mut Cursor) -> Option<i64> {
    let year = c.number(4)?;
    let mark = c.sign(b"-/.")?;
    let month = c.number(2)?;
    c.sign(&[mark])?;
    let day = date(year, month, c.number(2)?)?;
    c.sign(b"T t_")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".,");
    Some((day + clock - c.zone()) * NS + fraction)
}

fn compact(c: &mut Cursor) -> Option<i64> {
    let (year, month, day) = (c.number(2)?, c.number(2)?, c.number(2)?);
    c.sign(b" ")?;
    let (hour, minute, second) = (c.number(2)?, c.number(2)?, c.number(2)?);
    let valid = hour < 24 && minute < 60 && second <= 60;
    valid.then_some((date(2000 + year, month, day)? + hour * 3600 + minute * 60 + second) * NS)
}

fn short(c: &mut Cursor) -> Option<i64> {
    let year = c.number(2)?;
    c.sign(b"/")?;
    let month = c.number(2)?;
    c.sign(b"/")?;
    let day = date(2000 + year, month, c.number(2)?)?;
    c.sign(b" ")?;
    let clock = c.clock(b":")?;
    Some((day + clock) * NS + c.fraction(b".,"))
}

fn clf(c: &mut Cursor) -> Option<i64> {
    let day = c.number(2)?;
    c.sign(b"/")?;
    let month = c.month()?;
    c.sign(b"/")?;
    let date = date(c.number(4)?, month, day)?;
    c.sign(b":")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".");
    Some((date + clock - c.zone()) * NS + fraction)
}

/// The year is the latest that puts the line at most a day after it was received (RFC 3164 names none).
fn syslog(c: &mut Cursor, received_ns: i64) -> Option<i64> {
    let month = c.month()?;
    c.sign(b" ")?;
    let day = c.day()?;
    c.sign(b" ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".");
    let received = received_ns.div_euclid(NS);
    let year = year_of(received);
    let in_year = |year| date(year, month, day).map(|d| d + clock);
    let now = in_year(year).filter(|t| *t <= received + DAY_S);
    let time = now.or_else(|| in_year(year - 1)).or_else(|| (1..8).find_map(|back| in_year(year - back)))?;
    Some(time * NS + fraction)
}

fn ctime(c: &mut Cursor) -> Option<i64> {
    let weekday = c.line.get(c.at..c.at + 3)?;
    if !weekday.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    c.at += 3;
    c.sign(b" ")?;
    let month = c.month()?;
    c.sign(b" ")?;
    let day = c.day()?;
    c.sign(b" ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".");
    c.sign(b" ")?;
    Some((date(c.number(4)?, month, day)? + clock) * NS + fraction)
}

fn dotted(c: &mut Cursor) -> Option<i64> {
    let year = c.number(4)?;
    c.sign(b"-")?;
    let month = c.number(2)?;
    c.sign(b"-")?;
    let day = date(year, month, c.number(2)?)?;
    c.sign(b"-")?;
    let clock = c.clock(b".")?;
    Some((day + clock) * NS + c.fraction(b"."))
}

fn joined(c: &mut Cursor) -> Option<i64> {
    let day = date(c.number(4)?, c.number(2)?, c.number(2)?)?;
    c.sign(b"-T ")?;
    let part = |c: &mut Cursor| c.number(2).or_else(|| c.number(1));
    let hour = part(c)?;
    c.sign(b":")?;
    let minute = part(c)?;
    c.sign(b":")?;
    let second = part(c)?;
    let valid = hour < 24 && minute < 60 && second <= 60;
    let start = c.at;
    c.sign(b":.,").map_or(Some(()), |_| c.peek().is_ascii_digit().then_some(()))?;
    let mut fraction = 0;
    if c.at > start {
        // Thousandths that are not padded: `:29:6` is 6 ms.
        let from = c.at;
        while c.peek().is_ascii_digit() && c.at < from + 3 {
            fraction = fraction * 10 + i64::from(c.peek() - b'0');
            c.at += 1;
        }
    }
    valid.then_some((day + hour * 3600 + minute * 60 + second) * NS + fraction * 1_000_000)
}

/// Seconds, milli-, micro- or nanoseconds since 1970, told apart by their number of digits (10, 13, 16, 19).
fn epoch(c: &mut Cursor) -> Option<i64> {
    let start = c.at;
    let mut value = 0i64;
    while c.peek().is_ascii_digit() && c.at - start < 19 {
        value = value.checked_mul(10)?.checked_add(i64::from(c.peek() - b'0'))?;
        c.at += 1;
    }
    let scale = match c.at - start {
        9 | 10 => NS,
        13 => NS / 1000,
        16 => 1000,
        19 => 1,
        _ => return None,
    };
    if c.peek().is_ascii_digit() {
        return None;
    }
    let fraction = if scale == NS { c.fraction(b".") } else { 0 };
    value.checked_mul(scale)?.checked_add(fraction)
}

/// Read a time stamp of a kind at `at`; gives the time and the place behind it.
pub fn read(kind: u8, line: &[u8], at: usize, received_ns: i64) -> Option<(i64, usize)> {
    let mut cursor = Cursor { line, at };
    let c = &mut cursor;
    let time = match kind {
        ISO => iso(c),
        COMPACT => compact(c),
        SHORT => short(c),
        CLF => clf(c),
        SYSLOG => syslog(c, received_ns),
        CTIME => ctime(c),
        DOTTED => dotted(c),
        JOINED => joined(c),
        EPOCH => epoch(c),
        _ => None,
    }?;
    Some((time, cursor.at))
}
