//! Time stamps of log headers, as UTC nanoseconds.

const MONTHS: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
const DAY_S: i64 = 86_400;
const NS: i64 = 1_000_000_000;

pub const ISO: u8 = 0; // 2005-06-03 15:42:50,675, 2005/06/03T15:42:50.675+02:00
pub const COMPACT: u8 = 1; // 081109 203615
pub const SHORT: u8 = 2; // 17/06/09 20:10:40
pub const CLF: u8 = 3; // 10/Oct/2000:13:55:36 -0700, 10 Oct 2000 13:55:36.123
pub const SYSLOG: u8 = 4; // Oct 11 22:14:15, Oct 11 2003 22:14:15
pub const CTIME: u8 = 5; // Sun Dec 04 04:47:44 2005
pub const DOTTED: u8 = 6; // 2005-06-03-15.42.50.675872
pub const JOINED: u8 = 7; // 20171223-22:15:29:606, 20171223T221529Z
pub const EPOCH: u8 = 8; // 1117838570, with fraction, or in ms, us, ns
pub const MONTHDAY: u8 = 9; // 10-11 22:14:15.123
pub const KLOG: u8 = 10; // 1011 22:14:15.123456, 20031011 22:14:15.123456
pub const US: u8 = 11; // 10/11/2003, 10:14:15 PM
pub const RFC3339: u8 = 12; // 2005-06-03T15:42:50.675Z: with T and a zone
pub const JUL: u8 = 13; // Oct 11, 2003 10:14:15 PM
pub const KINDS: usize = 14;

/// Zone names that are no words, and their offsets in minutes (RFC 822, section 5.1, and what tzdata prints elsewhere).
/// Where several zones share a name it is the one with the most people, but for RFC 822's CST and EST.
const ZONES: [(&[u8], i64); 41] = [
    (b"UTC", 0), (b"GMT", 0), (b"UT", 0), (b"WET", 0), (b"WEST", 60), (b"BST", 60), (b"CET", 60), (b"CEST", 120),
    (b"EET", 120), (b"EEST", 180), (b"MSK", 180), (b"TRT", 180), (b"SAST", 120), (b"IDT", 180), (b"PKT", 300),
    (b"IST", 330), (b"NPT", 345), (b"WIB", 420), (b"HKT", 480), (b"SGT", 480), (b"PHT", 480), (b"AWST", 480),
    (b"JST", 540), (b"KST", 540), (b"ACST", 570), (b"AEST", 600), (b"ACDT", 630), (b"AEDT", 660), (b"NZST", 720),
    (b"NZDT", 780), (b"BRT", -180), (b"EDT", -240), (b"EST", -300), (b"CDT", -300), (b"CST", -360), (b"MDT", -360),
    (b"MST", -420), (b"PDT", -420), (b"PST", -480), (b"AKST", -540), (b"HST", -600),
];

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

    /// One or two digits that may be padded with a blank: ` 4` or `04` or `4`.
    fn padded(&mut self) -> Option<i64> {
        if self.peek() == b' ' {
            self.at += 1;
        }
        self.number(2).or_else(|| self.number(1))
    }

    /// Seconds since midnight; a leap second is the next minute's first.
    fn clock(&mut self, between: &[u8]) -> Option<i64> {
        let hour = self.number(2)?;
        self.behind_hour(hour, between)
    }

    fn behind_hour(&mut self, hour: i64, between: &[u8]) -> Option<i64> {
        self.sign(between)?;
        let minute = self.number(2)?;
        self.sign(between)?;
        let second = self.number(2)?;
        seconds(hour, minute, second)
    }

    /// ` AM` or ` PM` behind a clock: the seconds since midnight that it means; None, at an unchanged place, if there is none.
    fn meridiem(&mut self, clock: i64) -> Option<i64> {
        let rest = self.line.get(self.at..)?;
        // Java has put a narrow no-break space there since version 20.
        let blank = [b" ".as_slice(), "\u{202f}".as_bytes()].into_iter().find(|blank| rest.starts_with(blank))?.len();
        let mark = rest.get(blank..blank + 2)?;
        let goes_on = rest.get(blank + 2).is_some_and(u8::is_ascii_alphanumeric);
        let hour = clock / 3600;
        if goes_on || !matches!(mark, [b'A' | b'P' | b'a' | b'p', b'M' | b'm']) || !(1..=12).contains(&hour) {
            return None;
        }
        self.at += blank + 2;
        let noon = if mark[0].eq_ignore_ascii_case(&b'P') { 12 } else { 0 };
        Some(clock % 3600 + (hour % 12 + noon) * 3600)
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

    /// `Z`, ` UTC`, ` CEST`, `+02`, `+02:00`, ` +0200`: seconds to take away, None at an unchanged place where nothing stands.
    fn zone(&mut self) -> Option<i64> {
        if matches!(self.peek(), b'Z' | b'z') && !self.line.get(self.at + 1).is_some_and(u8::is_ascii_alphanumeric) {
            self.at += 1;
            return Some(0);
        }
        let start = self.at;
        let apart = self.peek() == b' ';
        self.at += usize::from(apart);
        let found = self.offset(apart).or_else(|| self.zone_name().filter(|_| apart));
        if found.is_none() {
            self.at = start;
        }
        found
    }

    fn zone_name(&mut self) -> Option<i64> {
        let length = self.line.get(self.at..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = &self.line[self.at..self.at + length];
        let (_, minutes) = ZONES.iter().find(|(zone, _)| *zone == name)?;
        self.at += length;
        Some(minutes * 60)
    }

    /// An offset as zones have it; one that stands apart has its minutes too, else ` -12 rows` would be one.
    fn offset(&mut self, apart: bool) -> Option<i64> {
        let start = self.at;
        let sign = self.sign(b"+-")?;
        let hours = self.number(2);
        let colon = self.sign(b":").is_some();
        let minutes = self.number(2);
        let ends = !self.peek().is_ascii_digit() && (minutes.is_some() || !(apart || colon));
        let valid = hours.is_some_and(|h| h <= 14) && matches!(minutes, None | Some(0 | 15 | 30 | 45));
        if !(ends && valid) {
            self.at = start;
            return None;
        }
        let seconds = hours? * 3600 + minutes.unwrap_or(0) * 60;
        Some(if sign == b'-' { -seconds } else { seconds })
    }
}

fn seconds(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
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
    let blank = c.sign(b"T t_")? == b' ';
    // MariaDB pads the hour with a blank.
    let hour = if blank && c.peek() == b' ' { c.padded()? } else { c.number(2)? };
    let clock = c.behind_hour(hour, b":")?;
    let fraction = c.fraction(b".,");
    Some((day + clock - c.zone().unwrap_or(0)) * NS + fraction)
}

fn rfc3339(c: &mut Cursor) -> Option<i64> {
    let year = c.number(4)?;
    c.sign(b"-")?;
    let month = c.number(2)?;
    c.sign(b"-")?;
    let day = date(year, month, c.number(2)?)?;
    c.sign(b"Tt")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".,");
    if c.peek() == b' ' {
        return None;
    }
    Some((day + clock - c.zone()?) * NS + fraction)
}

fn compact(c: &mut Cursor) -> Option<i64> {
    let (year, month, day) = (c.number(2)?, c.number(2)?, c.number(2)?);
    c.sign(b" ")?;
    let (hour, minute, second) = (c.number(2)?, c.number(2)?, c.number(2)?);
    Some((date(2000 + year, month, day)? + seconds(hour, minute, second)?) * NS)
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
    let mark = c.sign(b"/- ")?;
    let month = c.month()?;
    c.sign(&[mark])?;
    let date = date(c.number(4)?, month, day)?;
    c.sign(b": ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".,");
    Some((date + clock - c.zone().unwrap_or(0)) * NS + fraction)
}

/// A date without a year has the latest one that puts it at most a day after it was received.
fn latest(month: i64, day: i64, clock: i64, received_ns: i64) -> Option<i64> {
    let received = received_ns.div_euclid(NS);
    let year = year_of(received + DAY_S);
    // Eight years back there is a 29th of February again.
    (0..=8).filter_map(|back| date(year - back, month, day)).map(|date| date + clock).find(|time| *time <= received + DAY_S)
}

fn syslog(c: &mut Cursor, received_ns: i64) -> Option<i64> {
    let month = c.month()?;
    c.sign(b" ")?;
    let day = c.padded()?;
    c.sign(b" ")?;
    let year = c.number(4);
    if year.is_some() {
        c.sign(b" ")?;
    }
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".,");
    let time = match year {
        Some(year) => date(year, month, day)? + clock,
        None => latest(month, day, clock, received_ns)?,
    };
    Some(time * NS + fraction)
}

/// java.util.logging's default in English.
fn jul(c: &mut Cursor) -> Option<i64> {
    let month = c.month()?;
    c.sign(b" ")?;
    let day = c.padded()?;
    c.sign(b",")?;
    c.sign(b" ")?;
    let day = date(c.number(4)?, month, day)?;
    c.sign(b" ")?;
    let hour = c.padded()?;
    let clock = c.behind_hour(hour, b":")?;
    Some((day + c.meridiem(clock)?) * NS)
}

/// A month and a day as numbers: Android's log, and tools that put dots or slashes between them.
fn monthday(c: &mut Cursor, received_ns: i64) -> Option<i64> {
    let month = c.number(2)?;
    c.sign(b"-./")?;
    let day = c.number(2)?;
    c.sign(b" ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".,");
    Some(latest(month, day, clock, received_ns)? * NS + fraction)
}

fn klog(c: &mut Cursor, received_ns: i64) -> Option<i64> {
    let digits = c.line.get(c.at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let year = if digits == 8 { Some(c.number(4)?) } else { None };
    let (month, day) = (c.number(2)?, c.number(2)?);
    c.sign(b" ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".");
    let time = match year {
        Some(year) => date(year, month, day)? + clock,
        None => latest(month, day, clock, received_ns)?,
    };
    Some(time * NS + fraction)
}

fn us(c: &mut Cursor) -> Option<i64> {
    let month = c.number(2).or_else(|| c.number(1))?;
    c.sign(b"/")?;
    let day = c.number(2).or_else(|| c.number(1))?;
    c.sign(b"/")?;
    let day = date(c.number(4)?, month, day)?;
    let _ = c.sign(b",");
    c.sign(b" ")?;
    let hour = c.padded()?;
    let clock = c.behind_hour(hour, b":")?;
    let fraction = c.fraction(b".,:");
    Some((day + c.meridiem(clock).unwrap_or(clock)) * NS + fraction)
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
    let day = c.padded()?;
    c.sign(b" ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".");
    let zone = c.zone().unwrap_or(0);
    c.sign(b" ")?;
    Some((date(c.number(4)?, month, day)? + clock - zone) * NS + fraction)
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
    if c.peek().is_ascii_digit() {
        let clock = seconds(hour, c.number(2)?, c.number(2)?)?;
        let fraction = c.fraction(b".,");
        return Some((day + clock - c.zone().unwrap_or(0)) * NS + fraction);
    }
    c.sign(b":")?;
    let minute = part(c)?;
    c.sign(b":")?;
    let clock = seconds(hour, minute, part(c)?)?;
    let mut fraction = 0;
    if c.sign(b":.,").is_some() {
        // Thousandths that are not padded: `:29:6` is 6 ms.
        let from = c.at;
        while c.peek().is_ascii_digit() && c.at < from + 3 {
            fraction = fraction * 10 + i64::from(c.peek() - b'0');
            c.at += 1;
        }
        (c.at > from).then_some(())?;
    }
    Some((day + clock) * NS + fraction * 1_000_000)
}

/// Seconds, milli-, micro- or nanoseconds since 1970, told apart by their number of digits; 2001 to 2065.
fn epoch(c: &mut Cursor) -> Option<i64> {
    let start = c.at;
    if !matches!(c.peek(), b'1' | b'2') {
        return None;
    }
    let mut value = 0i64;
    while c.peek().is_ascii_digit() && c.at - start < 20 {
        value = value.checked_mul(10)?.checked_add(i64::from(c.peek() - b'0'))?;
        c.at += 1;
    }
    let unit = match c.at - start {
        10 => NS,
        13 => NS / 1000,
        16 => 1000,
        19 => 1,
        _ => return None,
    };
    let fraction = c.fraction(b".") / (NS / unit);
    value.checked_mul(unit)?.checked_add(fraction)
}

/// The end of a clock without a date, `22:14:15.123`: it tells no time.
pub fn clock_end(line: &[u8], at: usize) -> Option<usize> {
    let mut cursor = Cursor { line, at };
    cursor.clock(b":")?;
    cursor.fraction(b".,");
    Some(cursor.at)
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
        MONTHDAY => monthday(c, received_ns),
        KLOG => klog(c, received_ns),
        US => us(c),
        RFC3339 => rfc3339(c),
        JUL => jul(c),
        _ => None,
    }?;
    Some((time, cursor.at))
}
