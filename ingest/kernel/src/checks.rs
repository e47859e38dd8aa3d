//! What a value must be beside its form, so that a name or a number alone is not taken for a secret.

use memchr::memmem;
use std::borrow::Cow;
use std::collections::HashSet;

pub const PREFIX: &[u8] = b"REDACTED-";
const DIGITS: usize = 12;

pub enum Check {
    Any,
    Set,
    UnlikePath,
    UnlikeCount,
    UnlikeName,
    Made,
    Basic,
    Luhn,
    Iban,
    Groups,
}

impl Check {
    pub fn named(name: &str) -> Option<Check> {
        Some(match name {
            "any" => Check::Any,
            "set" => Check::Set,
            "unlike path" => Check::UnlikePath,
            "unlike count" => Check::UnlikeCount,
            "unlike name" => Check::UnlikeName,
            "made" => Check::Made,
            "basic" => Check::Basic,
            "luhn" => Check::Luhn,
            "iban" => Check::Iban,
            "groups" => Check::Groups,
            _ => return None,
        })
    }

    /// What of a value counts: 4111 1111 … and 4111-1111-… are one number.
    pub fn essence<'a>(&self, value: &'a [u8]) -> Cow<'a, [u8]> {
        match self {
            Check::Luhn | Check::Iban => value.iter().copied().filter(u8::is_ascii_alphanumeric).collect(),
            _ => Cow::Borrowed(value),
        }
    }

    /// Whether a value may be one; it never is where it was redacted already.
    pub fn passes(&self, value: &[u8], placeholders: &HashSet<Vec<u8>>) -> bool {
        if value.is_empty() || is_pseudonym(value) {
            return false;
        }
        let set = || !is_placeholder(value, placeholders);
        match self {
            Check::Any => memmem::find(value, PREFIX).is_none(),
            Check::Set => set(),
            Check::UnlikePath => set() && !is_path(value),
            Check::UnlikeCount => set() && !is_count(value),
            Check::UnlikeName => value.len() >= 6 && set() && !is_name(value),
            Check::Made => set() && is_made(value),
            Check::Basic => is_basic(value),
            Check::Luhn => is_luhn(value),
            Check::Iban => is_iban(value),
            Check::Groups => is_told_by_groups(value),
        }
    }
}

/// `REDACTED-kind-0123456789ab`, and nothing around it.
pub fn is_pseudonym(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(PREFIX) else { return false };
    let Some(dash) = rest.len().checked_sub(DIGITS + 1) else { return false };
    let (kind, digits) = (&rest[..dash], &rest[dash + 1..]);
    rest[dash] == b'-'
        && !kind.is_empty()
        && kind.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-')
        && digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn trim(value: &[u8]) -> &[u8] {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    let Some(start) = value.iter().position(plain) else { return &[] };
    let end = value.iter().rposition(plain).map_or(0, |at| at + 1);
    &value[start..end]
}

fn is_placeholder(value: &[u8], placeholders: &HashSet<Vec<u8>>) -> bool {
    let word = trim(value).to_ascii_lowercase();
    let variable = value[0] == b'$' && value[1..].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let filled_in = [&b"${"[..], b"$(", b"{{", b"%(", b"<%"].iter().any(|sign| value.starts_with(sign));
    let masked = word.iter().all(|byte| *byte == b'x');
    variable || filled_in || masked || placeholders.contains(&word)
}

fn is_path(value: &[u8]) -> bool {
    let drive =
        value.len() > 2 && value[0].is_ascii_alphabetic() && value[1] == b':' && matches!(value[2], b'/' | b'\\');
    drive || matches!(value[0], b'/' | b'~' | b'.')
}

fn is_count(value: &[u8]) -> bool {
    value.len() <= 3 && value.iter().all(u8::is_ascii_digit)
}

fn is_name(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'.' | b'/'))
        && value.iter().any(|byte| matches!(byte, b'-' | b'.' | b'/'))
}

fn is_made(value: &[u8]) -> bool {
    let any = |class: fn(&u8) -> bool| value.iter().any(class);
    (value.len() >= 8 && any(u8::is_ascii_digit))
        || (value.len() >= 20 && any(u8::is_ascii_lowercase) && any(u8::is_ascii_uppercase))
}

fn sextet(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    } as u32)
}

fn is_basic(value: &[u8]) -> bool {
    let (mut bits, mut held, mut colon) = (0u32, 0, false);
    for byte in value.iter().take_while(|byte| **byte != b'=') {
        let Some(six) = sextet(*byte) else { return false };
        (bits, held) = ((bits << 6 | six) & 0xFFF, held + 6);
        if held >= 8 {
            held -= 8;
            let decoded = (bits >> held & 0xFF) as u8;
            colon |= decoded == b':';
            if decoded < 0x20 || decoded == 0x7F {
                return false;
            }
        }
    }
    colon
}

fn is_luhn(value: &[u8]) -> bool {
    let digits = value.iter().rev().filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0'));
    let weighted = digits.enumerate().map(|(place, digit)| match (place % 2, digit) {
        (0, _) => digit,
        (_, 0..=4) => 2 * digit,
        _ => 2 * digit - 9,
    });
    weighted.sum::<u32>() % 10 == 0
}

fn is_iban(value: &[u8]) -> bool {
    let solid: Vec<u8> = value.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let (country, account) = solid.split_at(solid.len().min(4));
    let rest = account.iter().chain(country).fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (10 * rest + u32::from(byte - b'0')) % 97,
        _ => (100 * rest + u32::from(byte.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    rest == 1
}

fn is_told_by_groups(value: &[u8]) -> bool {
    let groups: Vec<&[u8]> = value.split(|byte| *byte == b':').filter(|group| !group.is_empty()).collect();
    groups.len() <= 8 && (groups.len() >= 3 || groups.iter().any(|group| group.len() == 4))
}
