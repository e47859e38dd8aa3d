//! Level words → OpenTelemetry SeverityNumber (OpenTelemetry logs data model, appendix B, and kin of the words there).

use wide::u8x16;

const WARN: u8 = 13;
pub const ERROR: u8 = 17;

/// The severity of a level word in any case; 0 if it is none. Words that often begin a sentence count in upper case alone.
pub fn of_word(word: &[u8]) -> u8 {
    if !(1..=13).contains(&word.len()) {
        return 0;
    }
    let mut upper = [0u8; 13];
    for (to, from) in upper.iter_mut().zip(word) {
        *to = from.to_ascii_uppercase();
    }
    match &upper[..word.len()] {
        b"TRACE" | b"FINEST" | b"TRC" | b"TRCE" | b"TRACE1" | b"TRACE2" | b"TRACE3" | b"TRACE4" | b"TRACE5"
        | b"TRACE6" | b"TRACE7" | b"TRACE8" => 1,
        b"DEBUG" | b"FINER" | b"VERBOSE" | b"DBG" | b"DBUG" | b"DEBU" | b"DEBUG1" | b"DEBUG2" | b"DEBUG3"
        | b"DEBUG4" | b"DEBUG5" => 5,
        b"FINE" if word == b"FINE" => 6,
        b"CONFIG" if word == b"CONFIG" => 7,
        b"INFO" | b"INFORMATION" | b"INFORMATIONAL" | b"INF" => 9,
        b"SUCCESS" if word == b"SUCCESS" => 9,
        b"NOTE" if word == b"NOTE" || word == b"Note" => 9,
        b"LOG" | b"STATEMENT" | b"DETAIL" | b"HINT" | b"CONTEXT" | b"QUERY" | b"LOCATION"
            if word == &upper[..word.len()] =>
        {
            9
        }
        b"NOTICE" => 10,
        b"WARN" | b"WARNING" | b"WRN" => 13,
        b"ERROR" | b"ERR" | b"ERRO" | b"SEVERE" | b"FAIL" => 17,
        b"FAILURE" if word == b"FAILURE" => 17,
        b"CRITICAL" | b"CRIT" | b"DPANIC" => 18,
        b"ALERT" => 19,
        b"FATAL" | b"FAULT" | b"FTL" | b"FATA" | b"PANIC" | b"EMERG" | b"EMERGENCY" => 21,
        _ => 0,
    }
}

/// Whether a level word may begin with a byte.
pub fn may_begin_word(byte: u8) -> bool {
    b"TFDVCISNLHQEWAP".contains(&byte.to_ascii_uppercase())
}

/// The severity that one letter stands for (glog, Android, Ruby, CUPS); 0 if none.
pub fn of_letter(letter: u8) -> u8 {
    match letter {
        b'V' | b'T' => 1,
        b'D' => 5,
        b'I' => 9,
        b'N' => 10,
        b'W' => 13,
        b'E' => 17,
        b'C' => 18,
        b'A' => 19,
        b'F' | b'X' => 21,
        _ => 0,
    }
}

/// The severity that one of Redis' signs stands for; 0 if none.
pub fn of_sign(sign: u8) -> u8 {
    match sign {
        b'.' => 5,
        b'-' => 9,
        b'*' => 10,
        b'#' => 13,
        _ => 0,
    }
}

/// The severity that a whole text stands for: a word, a letter or a sign; 0 if it is none.
pub fn of_text(text: &[u8]) -> u8 {
    match text {
        [one] => of_letter(*one).max(of_sign(*one)),
        _ => of_word(text),
    }
}

/// The severity in a syslog priority (RFC 5424, section 6.2.1).
pub fn of_priority(priority: u64) -> u8 {
    [21, 19, 18, 17, 13, 10, 9, 5][(priority & 7) as usize]
}

/// What entries are counted apart by: 2 for errors and worse, 1 for warnings, 0 for the rest.
pub fn class_of(severity: u8) -> u8 {
    u8::from(severity >= WARN) + u8::from(severity >= ERROR)
}

/// The severity that the status of an answer stands for (RFC 9110, section 15), which begins the text; 0 if none does.
pub fn of_status(text: &[u8]) -> u8 {
    match text {
        [class @ b'1'..=b'5', b'0'..=b'9', b'0'..=b'9', rest @ ..]
            if matches!(rest.first(), None | Some(b' ' | b'\t')) =>
        {
            [9, 9, 9, 13, 17][(class - b'1') as usize]
        }
        _ => 0,
    }
}

/// The severity that a number stands for: syslog's 0 to 7, Bunyan's and pino's 10 to 60, Monolog's 100 to 600.
pub fn of_number(number: u64) -> u8 {
    match number {
        0..=7 => of_priority(number),
        10 => 1,
        20 | 100 => 5,
        30 | 200 => 9,
        250 => 10,
        40 | 300 => 13,
        50 | 400 => 17,
        500 => 18,
        550 => 19,
        60 | 600 => 21,
        _ => 0,
    }
}

const BLOCK: usize = 16;

/// The bit that makes a letter a small one; no other byte becomes a letter by it.
const LOWER: u8 = 0x20;

const NAMES: [&[u8]; 14] = [
    b"TRACE",
    b"DEBUG",
    b"INFO",
    b"NOTICE",
    b"WARN",
    b"WARNING",
    b"ERROR",
    b"SEVERE",
    b"CRITICAL",
    b"FATAL",
    b"ERR",
    b"CRIT",
    b"EMERG",
    b"PANIC",
];

/// The severity of a message whose header tells none: an upper-case level word among its first 12 words; or one in any
/// case behind `level=`, in brackets, or before a colon, these two among the first 4.
pub fn of_message(message: &[u8]) -> u8 {
    if !may_tell(message) {
        return 0;
    }
    let mut words = 0;
    let mut at = 0;
    while at < message.len() && words < 12 {
        let start = at;
        while at < message.len() && message[at].is_ascii_alphabetic() {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        words += 1;
        let severity = of_word_at(message, start, at, words <= 4);
        if severity > 0 {
            return severity;
        }
    }
    0
}

/// Whether a message has what a name in `NAMES` begins with, or what may mark a level right behind a letter: most have
/// neither, and are not looked at word by word.
fn may_tell(message: &[u8]) -> bool {
    let (whole, rest) = message.as_chunks::<BLOCK>();
    let mut last = [b' '; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    // A bit for each byte of a block, above those of the two bytes before it.
    let (mut capital, mut letter, mut key) = (0, 0, 0);
    for (nth, bytes) in whole.iter().chain([&last]).enumerate() {
        let block = u8x16::new(*bytes);
        let is = |byte: u8| block.cmp_eq(u8x16::splat(byte));
        let bits = |before: u32, found: u8x16| before >> BLOCK | (found.move_mask() as u32) << 2;
        capital = bits(capital, letters_from(block, b'A'));
        letter = bits(letter, letters_from(block | u8x16::splat(LOWER), b'a'));
        key = bits(key, is(b'l') | is(b'y')); // `level`, `lvl` and `severity` end so
        if (bits(0, is(b':') | is(b']')) & letter << 1) | (bits(0, is(b'=')) & key << 1) != 0 {
            return true;
        }
        let mut third = capital & capital << 1 & capital << 2;
        while third != 0 {
            let end = BLOCK * nth + third.trailing_zeros() as usize - 1;
            if begins_name(&message[end - 3..end]) {
                return true;
            }
            third &= third - 1;
        }
    }
    false
}

fn begins_name(letters: &[u8]) -> bool {
    matches!(letters, b"TRA" | b"DEB" | b"INF" | b"NOT" | b"WAR" | b"ERR" | b"SEV" | b"CRI" | b"FAT" | b"EME" | b"PAN")
}

/// The lanes of the 26 letters that begin with `first`.
fn letters_from(bytes: u8x16, first: u8) -> u8x16 {
    let above = bytes - u8x16::splat(first);
    above.min(u8x16::splat(25)).cmp_eq(above)
}

fn of_word_at(message: &[u8], start: usize, end: usize, early: bool) -> u8 {
    let word = &message[start..end];
    let before = if start > 0 { message[start - 1] } else { b' ' };
    let behind = message.get(end).copied().unwrap_or(b' ');
    if !word[0].is_ascii_uppercase() && before != b'=' && !matches!(behind, b':' | b']') {
        return 0; // most words: soon told
    }
    if !matches!(before, b' ' | b'[' | b'(' | b'<' | b'"' | b'|' | b'=' | b'\t')
        || !matches!(behind, b' ' | b']' | b')' | b'>' | b'"' | b'|' | b':' | b',' | b'\t')
    {
        return 0;
    }
    let key = &message[..start.saturating_sub(1)];
    let named = before == b'=' && [b"level".as_slice(), b"lvl", b"severity"].iter().any(|name| key.ends_with(name));
    let marked = early && word.len() > 3 && (behind == b':' || (behind == b']' && before == b'['));
    // An alert is a thing more often than a level.
    if named || (marked && !word.eq_ignore_ascii_case(b"alert")) || NAMES.contains(&word) {
        of_word(word)
    } else {
        0
    }
}
