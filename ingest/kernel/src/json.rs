//! JSON lines: where the values of one object stand.

use std::fmt;

use serde::de::{Deserialize, Deserializer as _, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::fields::{is_nested, Fields, MAX_KEY};

/// A key in lower case behind the one it is nested in; empty if it is too long to matter.
struct Key {
    bytes: [u8; MAX_KEY],
    length: usize,
}

impl Key {
    fn within(&self, outer: &[u8]) -> Key {
        let mut key = Key { bytes: [0; MAX_KEY], length: 0 };
        if outer.len() + 1 + self.length <= MAX_KEY && self.length > 0 {
            key.bytes[..outer.len()].copy_from_slice(outer);
            key.bytes[outer.len()] = b'.';
            key.bytes[outer.len() + 1..outer.len() + 1 + self.length].copy_from_slice(self.get());
            key.length = outer.len() + 1 + self.length;
        }
        key
    }

    fn get(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

struct Name;

impl Visitor<'_> for Name {
    type Value = Key;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        let mut key = Key { bytes: [0; MAX_KEY], length: 0 };
        if name.len() <= MAX_KEY {
            key.length = name.len();
            for (to, from) in key.bytes.iter_mut().zip(name.bytes()) {
                *to = from.to_ascii_lowercase();
            }
        }
        Ok(key)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Key, D::Error> {
        reader.deserialize_str(Name)
    }
}

/// Reads the object that is a line, or one inside it under the key `outer`.
struct Object<'a> {
    line: &'a [u8],
    outer: &'a [u8],
    fields: &'a mut Fields,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key>()? {
            if key.get().is_empty() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: &'de RawValue = map.next_value()?;
            let key = if self.outer.is_empty() { key } else { key.within(self.outer) };
            let raw = value.get().as_bytes();
            match raw[0] {
                b'"' | b'-' | b'0'..=b'9' => {
                    let start = raw.as_ptr() as usize - self.line.as_ptr() as usize;
                    self.fields.keep(key.get(), (start, start + raw.len()), raw);
                }
                b'{' if self.outer.is_empty() && is_nested(key.get()) => {
                    let inner = Object { line: self.line, outer: key.get(), fields: self.fields };
                    let _ = serde_json::Deserializer::from_slice(raw).deserialize_map(inner);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The fields of a line that is one JSON object and nothing else.
pub fn fields(line: &[u8]) -> Option<Fields> {
    let mut fields = Fields::default();
    let mut reader = serde_json::Deserializer::from_slice(line);
    reader.deserialize_map(Object { line, outer: b"", fields: &mut fields }).ok()?;
    reader.end().ok()?;
    Some(fields)
}
