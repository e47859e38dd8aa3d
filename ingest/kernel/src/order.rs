//! An order of texts in which those of one length stand together: they are mostly alike, so a processor foresees what comes.

/// So many texts are put in order at a time: what is read of them stays in the caches.
pub const CHUNK: usize = 1024;

/// Longer texts are no different from those of this length.
const LENGTHS: usize = 256;

/// Sorts by counting; what it needs is kept from one time to the next.
#[derive(Default)]
pub struct Order {
    lengths: Vec<u8>,
    rows: Vec<u32>,
}

impl Order {
    /// The numbers of texts by their lengths, shorter ones first.
    pub fn by_length(&mut self, lengths: impl Iterator<Item = usize>) -> &[u32] {
        self.lengths.clear();
        self.lengths.extend(lengths.map(|length| length.min(LENGTHS - 1) as u8));
        let mut place = self.places();
        self.rows.resize(self.lengths.len(), 0);
        for (row, length) in (0..).zip(&self.lengths) {
            let place = &mut place[usize::from(*length)];
            self.rows[*place] = row;
            *place += 1;
        }
        &self.rows
    }

    /// Where the first text of each length belongs.
    fn places(&self) -> [usize; LENGTHS] {
        let mut place = [0; LENGTHS];
        for length in &self.lengths {
            place[usize::from(*length)] += 1;
        }
        let mut before = 0;
        for place in &mut place {
            before += std::mem::replace(place, before);
        }
        place
    }
}
