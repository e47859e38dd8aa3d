//! Time stamps of log headers, as UTC nanoseconds.

use crate::calendar::{date, latest, ordinal, week_day, DAY_S, NS};
use crate::cursor::{Cursor, DAY_FIRST, EITHER, MONTH_FIRST, YEARLESS};
use crate::digits::{compact, dotted, epoch, joined};

pub const ISO: u8 = 0; // 2005-06-03 15:42:50,675, 2005/06/03T15:42:50.675+02:00, 2005-W22-5T15:42:50, 2005-154T15:42:50
pub const COMPACT: u8 = 1; // 081109 203615, 081109 20:36:15
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
pub const OFFSET: u8 = 14; // 2005-06-03T15:42:50.675+02:00: the same with a zone in digits
pub const KINDS: usize = 15;

/// What reading a time stamp gives: nanoseconds since 1970, the place behind it, and what it tells of itself.
#[derive(Clone, Copy)]
pub struct Stamp {
    pub time: i64,
    pub end: usize,
    pub told: u8,
}

fn iso(c: &mut Cursor) -> Option<i64> {
    let year = c.number(4)?;
    let mark = c.sign(b"-/. ")?;
    let start = c.at;
    let day = day_of_month(c, year, mark).or_else(|| other_day(c, start, year, mark))?;
    let blank = c.sign(b"T t_-\t")? == b' ';
    // MariaDB pads the hour with a blank.
    let hour =
        if blank && c.peek() == b' ' { c.padded()? } else { c.number(2).or_else(|| c.number(1).filter(|_| blank))? };
    if hour == 24 {
        return midnight(c, day);
    }
    let clock = c.past_hour(hour)?;
    let fraction = if c.peek() == b':' { c.thousandths() } else { c.fraction(b".,") };
    let clock = c.meridiem(clock);
    Some((day + clock - c.zone().unwrap_or(0)) * NS + fraction)
}

#[inline(always)]
fn day_of_month(c: &mut Cursor, year: i64, mark: u8) -> Option<i64> {
    let named = mark == b' ';
    let month = if named { c.month()? } else { c.number(2).or_else(|| c.month())? };
    c.sign(&[mark])?;
    date(year, month, if named { c.padded()? } else { c.number(2)? })
}

/// A day by its week, `W48-3`, by its number in the year, `330`, or in a month of numbers that are not padded, `3/2`.
#[cold]
fn other_day(c: &mut Cursor, start: usize, year: i64, mark: u8) -> Option<i64> {
    c.at = start;
    if mark == b'-' && c.sign(b"W").is_some() {
        let week = c.number(2)?;
        c.sign(b"-")?;
        return week_day(year, week, c.number(1)?);
    }
    if let Some(day) = c.number(3).filter(|_| mark == b'-') {
        return ordinal(year, day);
    }
    c.at = start;
    let month = c.one_or_two().filter(|_| mark != b' ')?;
    c.sign(&[mark])?;
    date(year, month, c.one_or_two()?)
}

/// 24:00, the end of a day (ISO 8601-1:2019, section 4.3.8.1, note: until 2019, and still written).
fn midnight(c: &mut Cursor, day: i64) -> Option<i64> {
    let whole = c.past_hour(0)? == 0 && c.fraction(b".,") == 0;
    whole.then(|| (day + DAY_S - c.zone().unwrap_or(0)) * NS)
}

fn rfc3339(c: &mut Cursor) -> Option<i64> {
    if !matches!(c.line.get(c.at + 10), Some(b'T' | b't')) {
        return None; // most others are told apart here
    }
    let day = c.day()?;
    c.sign(b"Tt")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".,");
    if c.peek() == b' ' {
        return None;
    }
    Some((day + clock - c.zone()?) * NS + fraction)
}

fn offset(c: &mut Cursor) -> Option<i64> {
    let time = rfc3339(c)?;
    c.line[c.at - 1].is_ascii_digit().then_some(time)
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
    let day = c.one_or_two()?;
    let mark = c.sign(b"/- ")?;
    let month = c.month_name()?;
    c.sign(&[mark])?;
    let date = date(c.number(4)?, month, day)?;
    c.sign(b": ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".,");
    let clock = c.meridiem(clock);
    Some((date + clock - c.zone().unwrap_or(0)) * NS + fraction)
}

/// Seconds since 1970 of a clock on a day whose year may be missing.
fn dated(c: &mut Cursor, year: Option<i64>, month: i64, day: i64, clock: i64, received_ns: i64) -> Option<i64> {
    if let Some(year) = year {
        return Some(date(year, month, day)? + clock);
    }
    c.told |= YEARLESS;
    latest(month, day, clock, received_ns)
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
    let zone = c.zone().unwrap_or(0);
    Some((dated(c, year, month, day, clock, received_ns)? - zone) * NS + fraction)
}

/// A month's name, a day and a year, as java.util.logging and Americans have them.
fn jul(c: &mut Cursor) -> Option<i64> {
    let month = c.month_name()?;
    c.sign(b" ")?;
    let day = c.padded()?;
    c.sign(b",")?;
    c.sign(b" ")?;
    let day = date(c.number(4)?, month, day)?;
    let _ = c.sign(b",");
    c.sign(b" ")?;
    let hour = c.padded()?;
    let clock = c.past_hour(hour)?;
    let fraction = c.fraction(b".,:");
    let clock = c.meridiem(clock);
    Some((day + clock - c.zone().unwrap_or(0)) * NS + fraction)
}

/// A month and a day as numbers: Android's log, and tools that put dots or slashes between them.
fn monthday(c: &mut Cursor, received_ns: i64) -> Option<i64> {
    let month = c.number(2)?;
    c.sign(b"-./")?;
    let day = c.number(2)?;
    c.sign(b" ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".,");
    Some(dated(c, None, month, day, clock, received_ns)? * NS + fraction)
}

fn klog(c: &mut Cursor, received_ns: i64) -> Option<i64> {
    let digits = c.line.get(c.at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let year = if digits == 8 { Some(c.number(4)?) } else { None };
    let (month, day) = (c.number(2)?, c.number(2)?);
    c.sign(b" ")?;
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".");
    Some(dated(c, year, month, day, clock, received_ns)? * NS + fraction)
}

/// A day as numbers, the year last. What is above 12 is the day; else it comes first where dots part them, and the month
/// first otherwise.
fn us(c: &mut Cursor) -> Option<i64> {
    let first = c.one_or_two()?;
    let mark = c.sign(b"/.-")?;
    let second = c.one_or_two()?;
    c.sign(&[mark])?;
    let year = c.number(4).or_else(|| c.number(2).filter(|_| mark == b'/').map(|year| 2000 + year))?;
    let (month, day) = if mark == b'.' || first > 12 { (second, first) } else { (first, second) };
    let date = date(year, month, day)?;
    if mark != b'.' {
        c.told |= match (first > 12, second > 12) {
            (true, _) => DAY_FIRST,
            (_, true) => MONTH_FIRST,
            _ if first == second => 0,
            _ => EITHER,
        };
    }
    let _ = c.sign(b",");
    c.sign(b" ")?;
    let hour = c.padded()?;
    let clock = c.past_hour(hour)?;
    let fraction = c.fraction(b".,:");
    let clock = c.meridiem(clock);
    Some((date + clock - c.zone().unwrap_or(0)) * NS + fraction)
}

/// A weekday and a date: C's `ctime`, `date`, JavaScript, RFC 2822.
fn ctime(c: &mut Cursor) -> Option<i64> {
    let weekday = c.line.get(c.at..c.at + 3)?;
    if !weekday.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    c.at += 3;
    let _ = c.sign(b",");
    c.sign(b" ")?;
    if c.peek().is_ascii_digit() {
        return clf(c);
    }
    let month = c.month()?;
    c.sign(b" ")?;
    let day = c.padded()?;
    c.sign(b" ")?;
    let year = c.number(4);
    if year.is_some() {
        c.sign(b" ")?;
    }
    let clock = c.clock(b":")?;
    let fraction = c.fraction(b".");
    let clock = c.meridiem(clock);
    let zone = c.zone().unwrap_or(0);
    let year = match year {
        Some(year) => year,
        None => c.sign(b" ").and_then(|_| c.number(4))?,
    };
    Some((date(year, month, day)? + clock - zone) * NS + fraction)
}

/// The end of a clock without a date, `22:14:15.123`: it tells no time.
pub fn clock_end(line: &[u8], at: usize) -> Option<usize> {
    let mut cursor = Cursor::new(line, at);
    cursor.clock(b":")?;
    cursor.fraction(b".,");
    Some(cursor.at)
}

/// Whether a stamp of a kind may begin with a run of so many digits, and this byte behind them.
pub fn leads(kind: u8, digits: usize, behind: u8) -> bool {
    match kind {
        ISO => digits == 4 && b"-/. ".contains(&behind),
        DOTTED | RFC3339 | OFFSET => digits == 4 && behind == b'-',
        COMPACT => digits == 6 && behind == b' ',
        SHORT => digits == 2 && behind == b'/',
        MONTHDAY => digits == 2 && b"-./".contains(&behind),
        JOINED => matches!(digits, 8 | 14 | 17),
        EPOCH => matches!(digits, 1 | 10 | 13 | 16 | 19),
        KLOG => matches!(digits, 4 | 8) && behind == b' ',
        CLF => matches!(digits, 1 | 2) && b"/- ".contains(&behind),
        US => matches!(digits, 1 | 2) && b"/.-".contains(&behind),
        _ => true,
    }
}

/// Read a time stamp of a kind at `at`.
pub fn read(kind: u8, line: &[u8], at: usize, received_ns: i64) -> Option<Stamp> {
    let mut cursor = Cursor::new(line, at);
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
        OFFSET => offset(c),
        JUL => jul(c),
        _ => None,
    }?;
    Some(Stamp { time, end: cursor.at, told: cursor.told })
}
