//! Days and seconds since 1970 (UTC).

pub const DAY_S: i64 = 86_400;
pub const NS: i64 = 1_000_000_000;
const QUARTER_HOUR: i64 = 900 * NS;
const FARTHEST_ZONE: i64 = 14 * 3600 * NS;

/// Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
fn days(year: i64, month: i64, day: i64) -> i64 {
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

/// Seconds since midnight; a leap second is the next minute's first.
pub fn seconds(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Seconds since 1970 at a day's beginning, None if there is no such day.
pub fn date(year: i64, month: i64, day: i64) -> Option<i64> {
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

/// The same of a day by its number in the year (ISO 8601-1:2019, section 5.2.3).
pub fn ordinal(year: i64, day: i64) -> Option<i64> {
    let first = date(year, 1, 1)?;
    (1..=days(year + 1, 1, 1) - days(year, 1, 1)).contains(&day).then(|| first + (day - 1) * DAY_S)
}

/// The same of a day by its week, 1 being Monday; the first week holds the fourth of January (section 5.2.4).
pub fn week_day(year: i64, week: i64, day: i64) -> Option<i64> {
    let monday = |year: i64| {
        let fourth = days(year, 1, 4);
        fourth - (fourth + 3).rem_euclid(7)
    };
    let weeks = (monday(year + 1) - monday(year)) / 7;
    date(year, 1, 1)?;
    ((1..=weeks).contains(&week) && (1..=7).contains(&day)).then(|| (monday(year) + 7 * (week - 1) + day - 1) * DAY_S)
}

/// A date without a year has the latest one that puts it at most a day after it was received.
pub fn latest(month: i64, day: i64, clock: i64, received_ns: i64) -> Option<i64> {
    let received = received_ns.div_euclid(NS);
    let year = year_of(received + DAY_S);
    // Eight years back there is a 29th of February again.
    (0..=8)
        .filter_map(|back| date(year - back, month, day))
        .map(|date| date + clock)
        .find(|time| *time <= received + DAY_S)
}

/// What two time stamps of one header tell: the first, or the second if that is the same instant, but finer, on the clock
/// of some zone (zones differ by quarter hours).
pub fn finer(first: i64, second: i64) -> i64 {
    let ahead = second.saturating_sub(first);
    let more = ahead.rem_euclid(QUARTER_HOUR);
    if more < NS && (-FARTHEST_ZONE..FARTHEST_ZONE + NS).contains(&ahead) {
        first + more
    } else {
        first
    }
}
