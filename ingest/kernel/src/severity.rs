//! Level words → OpenTelemetry SeverityNumber (OpenTelemetry logs data model, "Field: SeverityNumber").

/// The severity of a level word in any case; 0 if it is none.
pub fn of_word(word: &[u8]) -> u8 {
    if !(1..=11).contains(&word.len()) {
        return 0;
    }
    let mut upper = [0u8; 11];
    for (to, from) in upper.iter_mut().zip(word) {
        *to = from.to_ascii_uppercase();
    }
    match &upper[..word.len()] {
        b"TRACE" | b"FINEST" | b"VERBOSE" | b"DEBUG5" | b"DEBUG4" => 1,
        b"FINER" | b"DEBUG3" => 2,
        b"DEBUG" | b"FINE" | b"DBG" | b"DEBUG1" | b"DEBUG2" => 5,
        b"INFO" | b"INFORMATION" | b"INF" | b"LOG" | b"CONFIG" | b"STATEMENT" | b"DETAIL" | b"HINT" | b"CONTEXT"
        | b"QUERY" | b"LOCATION" => 9,
        b"NOTICE" => 10,
        b"WARN" | b"WARNING" | b"WRN" => 13,
        b"ERROR" | b"ERR" | b"FAILURE" | b"FAILED" => 17,
        b"SEVERE" | b"CRITICAL" | b"CRIT" => 18,
        b"ALERT" => 19,
        b"FATAL" | b"PANIC" => 21,
        b"EMERG" | b"EMERGENCY" => 22,
        _ => 0,
    }
}

/// The severity in a syslog priority (RFC 5424, section 6.2.1).
pub fn of_priority(priority: u64) -> u8 {
    [22, 19, 18, 17, 13, 10, 9, 5][(priority & 7) as usize]
}

const NAMES: [&[u8]; 10] =
    [b"TRACE", b"DEBUG", b"INFO", b"NOTICE", b"WARN", b"WARNING", b"ERROR", b"SEVERE", b"CRITICAL", b"FATAL"];

/// The severity of a line without a header: an upper-case level word among its first 12 words, or one in any case
/// that stands in brackets or before a colon among the first 4.
pub fn of_message(message: &[u8]) -> u8 {
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
        let word = &message[start..at];
        let open = start > 0 && !matches!(message[start - 1], b' ' | b'[' | b'(' | b'<' | b'"' | b'|' | b'=' | b'\t');
        let behind = message.get(at).copied().unwrap_or(b' ');
        if open || !matches!(behind, b' ' | b']' | b')' | b'>' | b'"' | b'|' | b':' | b',' | b'\t') {
            continue;
        }
        let marked = words <= 4 && (behind == b':' || (behind == b']' && start > 0 && message[start - 1] == b'['));
        if NAMES.contains(&word) || (marked && word.len() > 3) {
            let severity = of_word(word);
            if severity > 0 {
                return severity;
            }
        }
    }
    0
}
