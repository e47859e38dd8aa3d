//! Signatures and names → small numbers: open addressing, doubled at half full.

use crate::token::hash_bytes;

pub struct Table {
    keys: Vec<u64>,
    codes: Vec<i32>,
    used: usize,
    empty: Option<i32>,
}

impl Table {
    pub fn new() -> Self {
        Table { keys: vec![0; 1 << 8], codes: vec![-1; 1 << 8], used: 0, empty: None }
    }

    pub fn len(&self) -> usize {
        self.used + usize::from(self.empty.is_some())
    }

    pub fn intern(&mut self, keys: &[u64]) -> (Vec<i32>, Vec<i64>) {
        let mut rows = Vec::new();
        let codes = keys.iter().enumerate().map(|(row, key)| {
            let before = self.len();
            let code = self.code(*key);
            if self.len() > before {
                rows.push(row as i64);
            }
            code
        });
        (codes.collect(), rows)
    }

    pub fn code(&mut self, key: u64) -> i32 {
        let next = self.len() as i32;
        if key == 0 {
            return *self.empty.get_or_insert(next);
        }
        let place = self.place(key);
        if self.keys[place] == key {
            return self.codes[place];
        }
        (self.keys[place], self.codes[place]) = (key, next);
        self.used += 1;
        if self.used * 2 > self.keys.len() {
            self.grow();
        }
        next
    }

    /// The number of a name; one that is new is put behind those that are known.
    #[inline(always)]
    pub fn name(&mut self, name: &[u8], known: &mut Vec<Vec<u8>>) -> i32 {
        let code = self.code(hash_bytes(name, 0, name.len()));
        if code as usize == known.len() {
            known.push(name.to_vec());
        }
        code
    }

    /// Where a key stands, or the free place where it belongs. Signatures are hashes already.
    fn place(&self, key: u64) -> usize {
        let mask = self.keys.len() - 1;
        let mut place = (key ^ (key >> 32)) as usize & mask;
        while self.keys[place] != 0 && self.keys[place] != key {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        let size = self.keys.len() * 2;
        let keys = std::mem::replace(&mut self.keys, vec![0; size]);
        let codes = std::mem::replace(&mut self.codes, vec![-1; size]);
        for (key, code) in keys.into_iter().zip(codes).filter(|(key, _)| *key != 0) {
            let place = self.place(key);
            (self.keys[place], self.codes[place]) = (key, code);
        }
    }
}
