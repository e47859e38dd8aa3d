//! What time stamps are made of: numbers, names of months, clocks, fractions, zones.

use crate::calendar::{seconds, NS};

const MONTHS: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";

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

/// A reader of digits and signs; every method moves on or gives None.
pub struct Cursor<'a> {
    pub line: &'a [u8],
    pub at: usize,
}

impl Cursor<'_> {
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

    pub fn month(&mut self) -> Option<i64> {
        let word = self.line.get(self.at..self.at + 3)?;
        let place = MONTHS.chunks(3).position(|name| name.eq_ignore_ascii_case(word))?;
        self.at += 3;
        Some(place as i64 + 1)
    }

    /// One or two digits that may be padded with a blank: ` 4` or `04` or `4`.
    pub fn padded(&mut self) -> Option<i64> {
        if self.peek() == b' ' {
            self.at += 1;
        }
        self.number(2).or_else(|| self.number(1))
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

    /// ` AM` or ` PM` behind a clock: the seconds since midnight that it means; None, at an unchanged place, if there is none.
    pub fn meridiem(&mut self, clock: i64) -> Option<i64> {
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

    /// `Z`, ` UTC`, ` CEST`, `+02`, `+02:00`, ` +0200`: seconds to take away, None at an unchanged place where nothing stands.
    pub fn zone(&mut self) -> Option<i64> {
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
