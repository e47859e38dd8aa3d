//! What time stamps are made of: numbers, names of months, clocks, fractions, zones.

use crate::calendar::{date, seconds, NS};

// What a time stamp tells of itself, as bits; `ingest/batch.py` says more.
pub const TIMED: u8 = 1;
pub const ZONED: u8 = 2;
pub const YEARLESS: u8 = 4;
pub const EITHER: u8 = 8;
pub const DAY_FIRST: u8 = 16;
pub const MONTH_FIRST: u8 = 32;

/// The bit that makes a letter a small one; no other byte becomes a letter by it.
const LOWER: u8 = 0x20;

/// What the whole names of months have behind their first three letters.
const ENDINGS: [&[u8]; 12] =
    [b"uary", b"ruary", b"ch", b"il", b"", b"e", b"y", b"ust", b"tember", b"ober", b"ember", b"ember"];

/// Zone names that are no words, and their offsets in minutes (RFC 822, section 5.1, and what tzdata prints elsewhere).
/// Where several zones share a name it is the one with the most people, but for RFC 822's CST and EST; `ingest/times/clock.py` may
/// know better of those in `SHARED`.
fn zone_minutes(name: &[u8]) -> Option<i64> {
    Some(match name {
        b"UTC" | b"GMT" | b"UT" | b"WET" => 0,
        b"WEST" | b"BST" | b"CET" => 60,
        b"CEST" | b"EET" | b"SAST" => 120,
        b"EEST" | b"MSK" | b"TRT" | b"IDT" => 180,
        b"PKT" => 300,
        b"IST" => 330,
        b"NPT" => 345,
        b"WIB" => 420,
        b"WITA" | b"HKT" | b"SGT" | b"PHT" | b"AWST" => 480,
        b"JST" | b"KST" => 540,
        b"ACST" => 570,
        b"AEST" => 600,
        b"ACDT" => 630,
        b"AEDT" => 660,
        b"NZST" => 720,
        b"NZDT" => 780,
        b"NST" => -210,
        b"NDT" => -150,
        b"BRT" | b"ADT" => -180,
        b"AST" | b"EDT" => -240,
        b"EST" | b"CDT" => -300,
        b"CST" | b"MDT" => -360,
        b"MST" | b"PDT" => -420,
        b"PST" | b"AKDT" => -480,
        b"AKST" => -540,
        b"HST" => -600,
        b"SST" => -660,
        _ => return None,
    })
}

const LONGEST_ZONE: usize = 4;

/// Names that several zones have; which of these it is, counted from 1, is told above the other bits.
const SHARED: [&[u8]; 3] = [b"CST", b"IST", b"PST"];
const SHARED_SHIFT: usize = 6;

/// A reader of digits and signs; every method moves on or gives None.
pub struct Cursor<'a> {
    pub line: &'a [u8],
    pub at: usize,
    pub told: u8,
}

impl<'a> Cursor<'a> {
    pub fn new(line: &'a [u8], at: usize) -> Self {
        Cursor { line, at, told: TIMED }
    }

    pub fn peek(&self) -> u8 {
        self.line.get(self.at).copied().unwrap_or(0)
    }

    pub fn sign(&mut self, allowed: &[u8]) -> Option<u8> {
        let byte = self.peek();
        allowed.contains(&byte).then(|| self.at += 1)?;
        Some(byte)
    }

    pub fn number(&mut self, digits: usize) -> Option<i64> {
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

    /// A day as `2005-06-03`, in seconds since 1970.
    pub fn day(&mut self) -> Option<i64> {
        let year = self.number(4)?;
        self.sign(b"-")?;
        let month = self.number(2)?;
        self.sign(b"-")?;
        date(year, month, self.number(2)?)
    }

    pub fn month(&mut self) -> Option<i64> {
        let word: [u8; 3] = self.line.get(self.at..self.at + 3)?.try_into().ok()?;
        let month = match &word.map(|byte| byte | LOWER) {
            b"jan" => 1,
            b"feb" => 2,
            b"mar" => 3,
            b"apr" => 4,
            b"may" => 5,
            b"jun" => 6,
            b"jul" => 7,
            b"aug" => 8,
            b"sep" => 9,
            b"oct" => 10,
            b"nov" => 11,
            b"dec" => 12,
            _ => return None,
        };
        self.at += 3;
        Some(month)
    }

    /// The same, or the whole name.
    pub fn month_name(&mut self) -> Option<i64> {
        let month = self.month()?;
        if !self.peek().is_ascii_alphabetic() {
            return Some(month);
        }
        let ending = ENDINGS[month as usize - 1];
        let whole = self.line.get(self.at..self.at + ending.len()).is_some_and(|end| end.eq_ignore_ascii_case(ending));
        self.at += if whole { ending.len() } else { 0 };
        Some(month)
    }

    pub fn one_or_two(&mut self) -> Option<i64> {
        self.number(2).or_else(|| self.number(1))
    }

    /// One or two digits that may be padded with a blank: ` 4` or `04` or `4`.
    pub fn padded(&mut self) -> Option<i64> {
        if self.peek() == b' ' {
            self.at += 1;
        }
        self.one_or_two()
    }

    /// Seconds since midnight; a leap second is the next minute's first.
    pub fn clock(&mut self, between: &[u8]) -> Option<i64> {
        let hour = self.number(2)?;
        self.behind_hour(hour, between)
    }

    pub fn behind_hour(&mut self, hour: i64, between: &[u8]) -> Option<i64> {
        self.sign(between)?;
        let minute = self.number(2)?;
        self.sign(between)?;
        let second = self.number(2)?;
        seconds(hour, minute, second)
    }

    /// Seconds since midnight behind an hour; the seconds may be left out.
    pub fn past_hour(&mut self, hour: i64) -> Option<i64> {
        self.sign(b":")?;
        let minute = self.number(2)?;
        let second = match self.line.get(self.at..).unwrap_or_default() {
            [b':', b'0'..=b'9', ..] => {
                self.at += 1;
                self.number(2)?
            }
            [b'0'..=b'9', ..] => return None,
            _ => 0,
        };
        seconds(hour, minute, second)
    }

    /// The seconds since midnight that a clock means with the ` AM` or ` PM` behind it, if one is there.
    pub fn meridiem(&mut self, clock: i64) -> i64 {
        let rest = self.line.get(self.at..).unwrap_or_default();
        let (blank, half) = match rest {
            [b' ', half @ (b'A' | b'P' | b'a' | b'p'), b'M' | b'm', ..] => (1, half),
            [half @ (b'A' | b'P' | b'a' | b'p'), b'M' | b'm', ..] => (0, half),
            // Java has put a narrow no-break space there since version 20.
            [0xe2, 0x80, 0xaf, half @ (b'A' | b'P' | b'a' | b'p'), b'M' | b'm', ..] => (3, half),
            _ => return clock,
        };
        if rest.get(blank + 2).is_some_and(u8::is_ascii_alphanumeric) {
            return clock;
        }
        self.at += blank + 2;
        let hour = clock / 3600;
        // Some write 13 PM.
        if !(1..=12).contains(&hour) {
            return clock;
        }
        let noon = if half.eq_ignore_ascii_case(&b'P') { 12 } else { 0 };
        clock % 3600 + (hour % 12 + noon) * 3600
    }

    /// A fraction of a second behind one of `marks`, in nanoseconds; digits past the ninth are read over.
    pub fn fraction(&mut self, marks: &[u8]) -> i64 {
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

    /// Thousandths behind a colon, as some layouts have them: three digits, with nothing behind that could go on.
    pub fn thousandths(&mut self) -> i64 {
        let Some([b':', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9']) = self.line.get(self.at..self.at + 4)
        else {
            return 0;
        };
        if self.line.get(self.at + 4).is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, b'.' | b':')) {
            return 0;
        }
        self.at += 4;
        [a, b, c].iter().fold(0, |sum, digit| sum * 10 + i64::from(*digit - b'0')) * 1_000_000
    }

    /// `Z`, ` UTC`, ` CEST`, `+02`, `+02:00`, ` +0200`: seconds to take away, None at an unchanged place where nothing stands.
    pub fn zone(&mut self) -> Option<i64> {
        let start = self.at;
        let found = match self.peek() {
            b'Z' | b'z' if !self.line.get(start + 1).is_some_and(u8::is_ascii_alphanumeric) => {
                self.at += 1;
                Some(0)
            }
            b'+' | b'-' => self.offset(false),
            b' ' => {
                self.at += 1;
                match self.peek() {
                    b'+' | b'-' => self.offset(true),
                    b'A'..=b'Z' => self.zone_name(),
                    _ => None,
                }
            }
            _ => None,
        };
        match found {
            Some(_) => self.told |= ZONED,
            None => self.at = start,
        }
        found
    }

    /// A name, perhaps with an offset behind it: `UTC`, `CEST`, `GMT+0200`.
    fn zone_name(&mut self) -> Option<i64> {
        let rest = self.line.get(self.at..)?;
        let length = rest.iter().take(LONGEST_ZONE + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = rest.get(..length).filter(|name| name.len() <= LONGEST_ZONE)?;
        let minutes = zone_minutes(name)?;
        self.at += length;
        self.told |= SHARED.iter().position(|zone| *zone == name).map_or(0, |i| (i as u8 + 1) << SHARED_SHIFT);
        let more = if matches!(name, b"UTC" | b"GMT") { self.offset(false) } else { None };
        more.or(Some(minutes * 60))
    }

    /// An offset as zones have it; one that stands apart has its minutes too, else ` -12 rows` would be one, or ends a field.
    fn offset(&mut self, apart: bool) -> Option<i64> {
        let start = self.at;
        let sign = self.sign(b"+-")?;
        let hours = self.number(2);
        let colon = self.sign(b":").is_some();
        let minutes = self.number(2);
        let alone = || matches!(self.line.get(self.at..).unwrap_or_default(), [] | [b']', ..] | [b' ', b'[', ..]);
        let ends = !self.peek().is_ascii_digit() && (minutes.is_some() || !(apart || colon) || (!colon && alone()));
        let valid = hours.is_some_and(|h| h <= 14) && matches!(minutes, None | Some(0 | 15 | 30 | 45));
        if !(ends && valid) {
            self.at = start;
            return None;
        }
        let seconds = hours? * 3600 + minutes.unwrap_or(0) * 60;
        Some(if sign == b'-' { -seconds } else { seconds })
    }
}
