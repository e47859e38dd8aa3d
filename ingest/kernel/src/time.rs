//! Time stamps of log headers, as UTC nanoseconds.

use crate::calendar::{date, latest, seconds, NS};
use crate::cursor::Cursor;

pub const ISO: u8 = 0; // 2005-06-03 15:42:50,675, 2005/06/03T15:42:50.675+02:00
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
pub const KINDS: usize = 14;

const QUARTER_HOUR: i64 = 900 * NS;
const FARTHEST_ZONE: i64 = 14 * 3600 * NS;

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
    let day = date(2000 + year, month, day)?;
    let hour = c.number(2)?;
    let clock = if c.peek() == b':' { c.behind_hour(hour, b":")? } else { seconds(hour, c.number(2)?, c.number(2)?)? };
    Some((day + clock) * NS)
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

/// Whether a stamp of a kind may begin with a run of so many digits.
pub fn leads(kind: u8, digits: usize) -> bool {
    match kind {
        ISO | DOTTED | RFC3339 => digits == 4,
        COMPACT => digits == 6,
        SHORT | CLF | MONTHDAY => digits == 2,
        JOINED => digits == 8,
        EPOCH => matches!(digits, 10 | 13 | 16 | 19),
        KLOG => matches!(digits, 4 | 8),
        US => matches!(digits, 1 | 2),
        _ => true,
    }
}

/// What two time stamps of one header tell: the first, or the second if that is the same instant, but finer, on the clock
/// of some zone (zones differ by quarter hours).
pub fn finer(first: i64, second: i64) -> i64 {
    let ahead = second.saturating_sub(first);
    let more = ahead.rem_euclid(QUARTER_HOUR);
    if more < NS && (-FARTHEST_ZONE..FARTHEST_ZONE + NS).contains(&ahead) { first + more } else { first }
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
