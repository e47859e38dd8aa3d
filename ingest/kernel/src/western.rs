//! Windows-1252, of which Latin-1 is a part but for its control characters, told from UTF-8 and from binary data, line by line.

/// The letters of the bytes from 0x80 to 0x9f; NUL where there is none.
const LETTERS: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', //
    '\0', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Whether there is anything but ASCII in some bytes.
pub fn any(bytes: &[u8]) -> bool {
    !bytes.is_ascii()
}

/// The line in UTF-8, if it is Windows-1252.
pub fn utf8(line: &[u8]) -> Option<Vec<u8>> {
    is_western(line).then(|| line.iter().map(|byte| letter(*byte)).collect::<String>().into_bytes())
}

fn letter(byte: u8) -> char {
    if (0x80..0xa0).contains(&byte) {
        LETTERS[byte as usize - 0x80]
    } else {
        char::from(byte)
    }
}

/// Nothing of it is UTF-8, not even damaged; no byte means nothing; and as many words have ASCII letters among the others
/// as have none: they do in no other script.
fn is_western(line: &[u8]) -> bool {
    let (mut western, mut foreign, mut before) = (0, 0, 0);
    let mut word = Word::default();
    for byte in line {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' => word.ascii += 1,
            0x80..=0xbf if before >= 0xc0 => return false,
            0x80..=0x9f if letter(*byte) == '\0' => return false,
            0x80..=0xff => word.high += 1,
            0..=6 | 0xe..=0x1a | 0x1c..=0x1f | 0x7f => return false,
            _ => std::mem::take(&mut word).count(&mut western, &mut foreign),
        }
        before = *byte;
    }
    word.count(&mut western, &mut foreign);
    foreign <= western
}

/// How many letters of each kind a word has.
#[derive(Default)]
struct Word {
    ascii: usize,
    high: usize,
}

impl Word {
    /// One letter alone may be of any script, or a sign.
    fn count(self, western: &mut usize, foreign: &mut usize) {
        *western += usize::from(self.ascii > 0 && self.high > 0);
        *foreign += usize::from(self.ascii == 0 && self.high > 1);
    }
}
