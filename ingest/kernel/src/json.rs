//! JSON lines: where the message, time, level and service of one object stand.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

const MESSAGE: [&str; 6] = ["message", "msg", "log", "_msg", "body", "content"];
const TIME: [&str; 5] = ["time", "timestamp", "ts", "@timestamp", "t"];
const LEVEL: [&str; 5] = ["level", "severity", "levelname", "log.level", "lvl"];
const SERVICE: [&str; 6] = ["service", "service.name", "app", "logger", "logger_name", "name"];

/// The raw JSON values of one line, each by the first of its keys in the order above.
#[derive(Default)]
pub struct Fields<'a> {
    pub message: Option<&'a str>,
    pub time: Option<&'a str>,
    pub level: Option<&'a str>,
    pub service: Option<&'a str>,
    rank: [usize; 4],
}

impl<'a> Fields<'a> {
    fn keep(&mut self, key: &str, value: &'a str) {
        let kinds: [(&[&str], &mut Option<&'a str>); 4] = [
            (&MESSAGE, &mut self.message),
            (&TIME, &mut self.time),
            (&LEVEL, &mut self.level),
            (&SERVICE, &mut self.service),
        ];
        for ((keys, field), rank) in kinds.into_iter().zip(self.rank.iter_mut()) {
            if let Some(place) = keys.iter().position(|name| *name == key) {
                if field.is_none() || place < *rank {
                    *field = Some(value);
                    *rank = place;
                }
            }
        }
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Fields<'de>;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key::<Cow<str>>()? {
            if key.len() > 12 {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: &'de RawValue = map.next_value()?;
            fields.keep(&key, value.get());
        }
        Ok(fields)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Fields<'de>, E> {
        Err(E::custom("no object"))
    }
}

/// The fields of a line that is one JSON object and nothing else.
pub fn fields(line: &[u8]) -> Option<Fields<'_>> {
    let mut reader = serde_json::Deserializer::from_slice(line);
    let fields = reader.deserialize_map(Object).ok()?;
    reader.end().ok()?;
    Some(fields)
}

/// The text of a raw JSON value: a string without its quotes and escapes, anything else as it stands.
pub fn text(raw: &str) -> Cow<'_, str> {
    if !raw.starts_with('"') {
        return Cow::Borrowed(raw);
    }
    let inner = &raw[1..raw.len() - 1];
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(raw).map_or(Cow::Borrowed(inner), Cow::Owned)
}
