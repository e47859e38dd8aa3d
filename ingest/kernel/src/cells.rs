//! Cells: entries counted by window, signature, service, stream and class of severity, with the first entry of each. Cells
//! add up, so what is added is a cell itself.

use crate::severity;

/// What is counted together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub window: i64,
    pub signature: u64,
    pub service: i32,
    pub stream: i32,
    class: u8,
}

impl Key {
    /// The key of entries of a severity.
    pub fn of(window: i64, signature: u64, (service, stream): (i32, i32), severity: u8) -> Self {
        Key { window, signature, service, stream, class: severity::class_of(severity) }
    }
}

/// Entries of a key: how many, the highest severity among them, and the first by (time, position, line).
#[derive(Clone, Copy)]
pub struct Cell {
    pub key: Key,
    pub count: i64,
    pub severity: u8,
    pub first: (i64, i64, i64),
}

impl Cell {
    fn take_in(&mut self, other: &Cell) {
        self.count += other.count;
        self.severity = self.severity.max(other.severity);
        self.first = self.first.min(other.first);
    }
}

const FREE: u32 = u32::MAX;

/// Cells by their keys, in the order in which these first come: open addressing, doubled at half full.
pub struct Table {
    pub cells: Vec<Cell>,
    places: Vec<u32>,
}

impl Table {
    pub fn new() -> Self {
        Table { cells: Vec::new(), places: vec![FREE; 1 << 8] }
    }

    pub fn add(&mut self, cell: &Cell) {
        let place = self.place(&cell.key);
        match self.cells.get_mut(self.places[place] as usize) {
            Some(known) => known.take_in(cell),
            None => {
                self.places[place] = self.cells.len() as u32;
                self.cells.push(*cell);
                if self.cells.len() * 2 > self.places.len() {
                    self.grow();
                }
            }
        }
    }

    /// How many windows lie between the first and the last.
    pub fn spread(&self) -> i64 {
        let windows = || self.cells.iter().map(|cell| cell.key.window);
        windows().max().unwrap_or(0).saturating_sub(windows().min().unwrap_or(0))
    }

    /// The same in windows so many times as wide.
    pub fn widened(&self, factor: i64) -> Self {
        let mut wide = Table { cells: Vec::with_capacity(self.cells.len()), places: vec![FREE; self.places.len()] };
        for cell in &self.cells {
            let window = cell.key.window.div_euclid(factor);
            wide.add(&Cell { key: Key { window, ..cell.key }, ..*cell });
        }
        wide
    }

    /// Where a key's cell is noted, or the free place where it belongs.
    fn place(&self, key: &Key) -> usize {
        let mask = self.places.len() - 1;
        let mut place = mixed(key) as usize & mask;
        while self.cells.get(self.places[place] as usize).is_some_and(|cell| cell.key != *key) {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        self.places = vec![FREE; self.places.len() * 2];
        for number in 0..self.cells.len() {
            let place = self.place(&self.cells[number].key);
            self.places[place] = number as u32;
        }
    }
}

/// Signatures are hashes already; odd factors spread the rest (Steele and Vigna, DOI 10.1002/spe.3030).
fn mixed(key: &Key) -> u64 {
    let names = u64::from(key.service as u32) << 32 | u64::from(key.stream as u32);
    let when = (key.window as u64) << 2 | u64::from(key.class);
    let mixed = key.signature ^ when.wrapping_mul(0xd1342543de82ef95) ^ names.wrapping_mul(0xaf251af3b0f025b5);
    let mixed = mixed.wrapping_mul(0xda942042e4dd58b5);
    mixed ^ mixed >> 32
}
