//! Time stamps that are little but digits: days and clocks without signs in them, and numbers of seconds.

use crate::calendar::{date, seconds, NS};
use crate::cursor::{Cursor, ZONED};

pub fn compact(c: &mut Cursor) -> Option<i64> {
    let (year, month, day) = (c.number(2)?, c.number(2)?, c.number(2)?);
    c.sign(b" ")?;
    let day = date(2000 + year, month, day)?;
    // MySQL pads the hour with a blank.
    let padded = c.peek() == b' ';
    let hour = if padded { c.padded()? } else { c.number(2)? };
    let parted = padded || c.peek() == b':';
    let clock = if parted { c.behind_hour(hour, b":")? } else { seconds(hour, c.number(2)?, c.number(2)?)? };
    Some((day + clock) * NS)
}

pub fn dotted(c: &mut Cursor) -> Option<i64> {
    let day = c.day()?;
    c.sign(b"-")?;
    let clock = c.clock(b".")?;
    let fraction = c.fraction(b".");
    Some((day + clock - minutes(c).unwrap_or(0)) * NS + fraction)
}

/// Db2's offset, in minutes: `-300`.
fn minutes(c: &mut Cursor) -> Option<i64> {
    let start = c.at;
    let sign = c.sign(b"+-")?;
    let minutes = c.number(3).filter(|minutes| *minutes <= 14 * 60 && !c.peek().is_ascii_digit());
    match minutes {
        Some(_) => c.told |= ZONED,
        None => c.at = start,
    }
    minutes.map(|minutes| if sign == b'-' { -60 * minutes } else { 60 * minutes })
}

pub fn joined(c: &mut Cursor) -> Option<i64> {
    let day = date(c.number(4)?, c.number(2)?, c.number(2)?)?;
    let apart = c.sign(b"-T ").is_some();
    let hour = c.one_or_two()?;
    if c.peek().is_ascii_digit() {
        let clock = seconds(hour, c.number(2)?, c.number(2)?)?;
        let fraction = if apart { c.fraction(b".,") } else { unparted(c)? };
        return Some((day + clock - c.zone().unwrap_or(0)) * NS + fraction);
    }
    c.sign(b":").filter(|_| apart)?;
    let minute = c.one_or_two()?;
    c.sign(b":")?;
    let clock = seconds(hour, minute, c.one_or_two()?)?;
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

/// The fraction behind 14 digits: thousandths with no sign before them, or as elsewhere.
fn unparted(c: &mut Cursor) -> Option<i64> {
    let thousandths = c.number(3);
    if c.peek().is_ascii_digit() {
        return None;
    }
    Some(thousandths.map_or_else(|| c.fraction(b".,"), |ms| ms * 1_000_000))
}

/// Seconds, milli-, micro- or nanoseconds since 1970, told apart by their number of digits; 2001 to 2065.
pub fn epoch(c: &mut Cursor) -> Option<i64> {
    let start = c.at;
    c.told |= ZONED;
    if !matches!(c.peek(), b'1' | b'2') {
        return None;
    }
    let mut value = 0i64;
    while c.peek().is_ascii_digit() && c.at - start < 20 {
        value = value.checked_mul(10)?.checked_add(i64::from(c.peek() - b'0'))?;
        c.at += 1;
    }
    let unit = match c.at - start {
        1 => return scientific(c, value),
        10 => NS,
        13 => NS / 1000,
        16 => 1000,
        19 => 1,
        _ => return None,
    };
    let fraction = c.fraction(b".") / (NS / unit);
    value.checked_mul(unit)?.checked_add(fraction)
}

/// The same as floating-point numbers are printed, `1.117838570e+09`: the exponent tells the unit.
fn scientific(c: &mut Cursor, leading: i64) -> Option<i64> {
    // In 10⁻¹⁸ of the leading digit's place: what is behind 18 digits is less than a nanosecond.
    let (mut value, mut unit) = (leading * NS * NS, NS * NS);
    let fraction = c.sign(b".").is_some();
    while fraction && c.peek().is_ascii_digit() {
        unit /= 10;
        value += i64::from(c.peek() - b'0') * unit;
        c.at += 1;
    }
    c.sign(b"eE")?;
    let _ = c.sign(b"+");
    let exponent = c.one_or_two()?;
    let ends = !c.peek().is_ascii_digit();
    // The leading digit counts 10⁹ s, whatever the unit.
    (ends && matches!(exponent, 9 | 12 | 15 | 18)).then_some(value)
}
