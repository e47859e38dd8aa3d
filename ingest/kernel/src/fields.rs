//! What the keys and values of a line say, whatever its syntax (JSON, logfmt): message, time, level, service, host, and how a
//! request was answered.

use std::borrow::Cow;

use crate::time::{self, Stamp};
use crate::{escape, near, severity};

pub type Span = (usize, usize);

const FIELDS: usize = 11;
const MESSAGE: usize = 0;
const TIME: usize = 1;
const LEVEL: usize = 2;
const SERVICE: usize = 3;
const STREAM: usize = 4;
/// Nanoseconds that a time in whole seconds leaves out.
const FRACTION: usize = 5;
/// What tells that a program sent lines of others on (Vector, Filebeat).
const SHIPPER: usize = 6;
/// How a request was answered: by keys of rank 0 nothing else is; others count where a request is.
const STATUS: usize = 7;
const REQUEST: usize = 8;
const HOST: usize = 9;
/// What makes an address of the host beside it.
const PORT: usize = 10;

const EPOCH_SECOND: &[u8] = b"instant.epochsecond";
const SECOND_NS: i64 = 1_000_000_000;

/// The rank of a key that Rust's programs have a module under, and others much else.
const TARGET: u8 = 6;

/// The rank of the key `host`: log shippers say by it who wrote a line, programs also which host a line is about.
const ANY_HOST: u8 = 2;

/// The longest name of a host (RFC 1035, section 2.3.4).
const MAX_HOST: usize = 253;

/// Docker cuts lines after so many bytes.
const CUT: usize = 16 << 10;

/// Keys longer than this (with the one they are nested in, and a dot) say nothing that is asked for.
pub const MAX_KEY: usize = 48;

/// Where the values of one line stand, strings with their quotes; each by the most telling of its keys.
#[derive(Clone, Copy, Default)]
pub struct Fields {
    /// Nothing where they end at 0.
    value: [Span; FIELDS],
    rank: [u8; FIELDS],
    /// The message is a line that a container wrote.
    contained: bool,
    /// The level is an OpenTelemetry SeverityNumber.
    numbered: bool,
    /// The time is in whole seconds, of which the fraction stands apart.
    whole_seconds: bool,
}

/// Which field a key in lower case names, and its rank: of several keys for a field the smallest rank counts.
fn place(key: &[u8]) -> Option<(usize, u8)> {
    Some(match key {
        b"message" => (MESSAGE, 0),
        b"msg" => (MESSAGE, 1),
        b"log" => (MESSAGE, 2),
        b"_msg" => (MESSAGE, 3),
        b"body" | b"body.stringvalue" => (MESSAGE, 4),
        b"content" => (MESSAGE, 5),
        b"@message" | b"@m" | b"renderedmessage" | b"short_message" => (MESSAGE, 6),
        b"textpayload" | b"jsonpayload.message" | b"jsonpayload.msg" | b"fields.message" => (MESSAGE, 7),
        b"eventmessage" | b"event" | b"text" => (MESSAGE, 8),
        b"messagetemplate" | b"@mt" | b"errormessage" => (MESSAGE, 9),
        b"time" => (TIME, 0),
        b"timestamp" | b"timestamp.$date" => (TIME, 1),
        b"ts" => (TIME, 2),
        b"@timestamp" => (TIME, 3),
        b"t" | b"t.$date" | b"@t" => (TIME, 4),
        b"datetime" | b"asctime" | b"date" => (TIME, 5),
        b"timeunixnano" | b"__realtime_timestamp" | EPOCH_SECOND | b"eventtime" => (TIME, 6),
        b"time_iso8601" | b"time_local" | b"start_time" | b"observedtimeunixnano" => (TIME, 7),
        b"levelname" | b"level_name" => (LEVEL, 0),
        b"level" | b"log.level" => (LEVEL, 1),
        b"severity" | b"severity_text" | b"severitytext" => (LEVEL, 2),
        b"lvl" | b"loglevel" | b"log_level" | b"@l" | b"@level" | b"s" => (LEVEL, 3),
        b"priority" | b"error_severity" | b"messagetype" => (LEVEL, 4),
        b"severitynumber" | b"severity_number" => (LEVEL, 5),
        b"service" | b"service.name" | b"resource.attributes.service.name" => (SERVICE, 0),
        b"app" | b"application" | b"syslog_identifier" => (SERVICE, 1),
        b"component" | b"c" | b"category" | b"channel" => (SERVICE, 2),
        b"logger" | b"logger_name" | b"loggername" | b"log.logger" | b"@module" => (SERVICE, 3),
        b"kubernetes.container_name" | b"container_name" | b"_systemd_unit" => (SERVICE, 4),
        b"name" => (SERVICE, 5),
        b"target" => (SERVICE, TARGET),
        b"stream" => (STREAM, 0),
        b"instant.nanoofsecond" => (FRACTION, 0),
        b"source_type" | b"@metadata.beat" => (SHIPPER, 0),
        b"http.response.status_code" | b"http.status_code" | b"res.statuscode" | b"httprequest.status" => (STATUS, 0),
        b"http_status" | b"http_status_code" | b"downstreamstatus" | b"sc-status" | b"elb_status_code" => (STATUS, 0),
        b"status" | b"status_code" | b"statuscode" | b"response_code" | b"response.status" | b"responsestatus.code" => {
            (STATUS, 1)
        }
        b"request" | b"request.method" | b"http.request.method" | b"http.method" | b"httprequest.requestmethod" => {
            (REQUEST, 0)
        }
        b"method" | b"request_method" | b"requestmethod" | b"http_method" | b"req.method" | b"cs-method" => {
            (REQUEST, 0)
        }
        b"uri" | b"request_uri" | b"requesturi" | b"url" => (REQUEST, 0),
        b"path" => (REQUEST, 1),
        b"host.name" | b"host_name" | b"resource.attributes.host.name" => (HOST, 0),
        b"hostname" | b"host.hostname" | b"_hostname" | b"machinename" => (HOST, 1),
        b"host" => (HOST, ANY_HOST),
        b"kubernetes.host" | b"kubernetes.pod_node_name" => (HOST, 3),
        b"agent.hostname" | b"beat.hostname" => (HOST, 4),
        b"port" => (PORT, 0),
        _ => return None,
    })
}

/// Whether the keys of an object under this key (behind the one it is nested in) are looked at as `key.inner`.
#[rustfmt::skip]
pub fn is_nested(key: &[u8]) -> bool {
    matches!(
        key,
        b"log" | b"service" | b"body" | b"jsonpayload" | b"fields" | b"t" | b"timestamp" | b"instant" | b"kubernetes"
            | b"resource" | b"resource.attributes" | b"@metadata" | b"request" | b"response" | b"responsestatus" | b"req"
            | b"res" | b"http" | b"http.request" | b"http.response" | b"httprequest" | b"host" | b"agent" | b"beat"
    )
}

impl Fields {
    /// Take note of a string or number that stands at `span` under a key in lower case.
    pub fn keep(&mut self, key: &[u8], span: Span, value: &[u8]) {
        let Some((field, rank)) = place(key) else { return };
        let empty = matches!(value, b"" | b"\"\"");
        let odd = match field {
            SERVICE => value.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-'),
            STATUS => without_quotes(value).len() != 3 || severity::of_status(without_quotes(value)) == 0,
            REQUEST => !without_quotes(value).first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'/'),
            HOST => !is_host(without_quotes(value)),
            _ => false,
        };
        let foreign = field == SERVICE && rank == TARGET && !is_module(value);
        if empty || odd || foreign || (self.has(field) && rank >= self.rank[field]) {
            return;
        }
        self.value[field] = span;
        self.rank[field] = rank;
        match field {
            MESSAGE => self.contained = key == b"log",
            LEVEL => self.numbered = rank == 5,
            TIME => self.whole_seconds = key == EPOCH_SECOND,
            _ => {}
        }
    }

    fn has(&self, field: usize) -> bool {
        self.value[field].1 > 0
    }

    fn at(&self, field: usize) -> Option<Span> {
        self.has(field).then_some(self.value[field])
    }

    pub fn message(&self) -> Option<Span> {
        self.at(MESSAGE)
    }

    /// Whether the message is a line as a program wrote it, which may have a header of its own.
    pub fn wraps(&self) -> bool {
        let shipped = self.has(SHIPPER) && self.has(MESSAGE) && self.rank[MESSAGE] == 0;
        self.contained || shipped
    }

    /// Whether there is one of the fields that tell a log line from other text.
    pub fn tells(&self) -> bool {
        self.has(MESSAGE) || self.has(LEVEL)
    }

    /// Whether the message is the beginning of a line that a container wrote: it is as long as may be, and has no end.
    pub fn is_part(&self, line: &[u8]) -> bool {
        let long = |span: Span| span.1 - span.0 > CUT && !line[span.0..span.1].ends_with(br#"\n""#);
        self.contained && long(self.value[MESSAGE])
    }

    /// Which of a container's streams it is, without quotes.
    pub fn stream(&self, line: &[u8]) -> Span {
        self.name(STREAM, line)
    }

    /// Where the name of the service stands, without quotes.
    pub fn service(&self, line: &[u8]) -> Span {
        self.name(SERVICE, line)
    }

    /// Whether there are escapes in the name of the service, which ends before the first quote without them.
    pub fn escapes_service(&self, line: &[u8]) -> bool {
        let (start, end) = self.value[SERVICE];
        line.get(start) == Some(&b'"') && near::next([b'"', b'\\'], line, start + 1) != Some(end - 1)
    }

    /// Where the name of the host that wrote the line stands, without quotes.
    pub fn host(&self, line: &[u8]) -> Span {
        let asked = self.has(REQUEST) && (self.rank[REQUEST] == 0 || self.has(STATUS));
        let about = asked || self.has(PORT);
        if self.rank[HOST] == ANY_HOST && about && !self.has(SHIPPER) {
            return (0, 0);
        }
        self.name(HOST, line)
    }

    fn name(&self, field: usize, line: &[u8]) -> Span {
        let (start, end) = self.value[field];
        let quoted = usize::from(line.get(start) == Some(&b'"') && end > start + 1);
        (start + quoted, end - quoted)
    }

    pub fn time(&self, line: &[u8], received_ns: i64) -> Option<Stamp> {
        let (start, end) = self.at(TIME)?;
        let text = unescaped(&line[start..end]);
        let stamp = [time::ISO, time::EPOCH, time::CLF, time::SYSLOG, time::CTIME, time::JOINED, time::JUL, time::US]
            .into_iter()
            .find_map(|kind| time::read(kind, &text, 0, received_ns).filter(|stamp| ends(&text[stamp.end..])))?;
        Some(Stamp { time: stamp.time.saturating_add(self.fraction_ns(line)), ..stamp })
    }

    /// The nanoseconds that stand apart from a time in whole seconds.
    fn fraction_ns(&self, line: &[u8]) -> i64 {
        let span = self.at(FRACTION).filter(|_| self.whole_seconds);
        let digits = span.and_then(|(start, end)| std::str::from_utf8(&line[start..end]).ok()?.parse().ok());
        digits.filter(|ns| (0..SECOND_NS).contains(ns)).unwrap_or(0)
    }

    /// That of the level; what a server failed to answer is an error, whatever its level.
    pub fn severity(&self, line: &[u8]) -> u8 {
        let (level, answered) = (self.level(line), self.answered(line));
        if level == 0 || answered >= severity::ERROR {
            level.max(answered)
        } else {
            level
        }
    }

    /// The severity that the status of an answer stands for.
    fn answered(&self, line: &[u8]) -> u8 {
        let status = self.at(STATUS).filter(|_| self.rank[STATUS] == 0 || self.has(REQUEST));
        status.map_or(0, |(start, end)| severity::of_status(without_quotes(&line[start..end])))
    }

    fn level(&self, line: &[u8]) -> u8 {
        let Some((start, end)) = self.at(LEVEL) else { return 0 };
        let text = unescaped(&line[start..end]);
        let number = std::str::from_utf8(&text).ok().and_then(|digits| digits.parse::<u64>().ok());
        match number {
            Some(number) if self.numbered => number.min(25) as u8 % 25,
            Some(number) => severity::of_number(number),
            None if text.len() == 1 => severity::of_letter(text[0]),
            None => severity::of_word(&text),
        }
    }
}

/// A value without the quotes that it may stand in.
fn without_quotes(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(value)
}

/// A string that may be a module of Rust's: `shop::orders`.
fn is_module(value: &[u8]) -> bool {
    let inner = without_quotes(value);
    inner.len() < value.len()
        && inner.first().is_some_and(u8::is_ascii_alphabetic)
        && inner.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
}

/// Whether a value may be a host's name or address.
fn is_host(value: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':') || *byte >= 0x80;
    value.len() <= MAX_HOST && value != b"-" && value.iter().all(fits)
}

/// What may stand behind a time stamp: nothing, or a zone's name in brackets, as Java has it.
fn ends(rest: &[u8]) -> bool {
    matches!(rest.first(), None | Some(b'['))
}

/// The text of a value as it stands in a line: a string without its quotes and escapes, anything else as it is.
pub fn unescaped(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.len() < 2 || raw[0] != b'"' {
        return Cow::Borrowed(raw);
    }
    let inner = &raw[1..raw.len() - 1];
    if memchr::memchr(b'\\', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(escape::decoded(inner))
}
