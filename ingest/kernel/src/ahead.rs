//! What is read of many lines before or behind what depends on their order: headers, and the signatures of messages.
//!
//! Lines of one length come one after the other there (`order.rs`), as they are mostly alike. That costs a tenth of the time
//! that reading them takes, and spares a third of it where the lines of several programs are mixed.

use crate::fields::Span;
use crate::header::Header;
use crate::order::{Order, CHUNK};
use crate::parse::body;
use crate::reader::{Piece, Reader};

/// The headers of records from `first` on, None also where none was looked for.
#[derive(Default)]
pub struct Ahead {
    first: usize,
    headers: Vec<Option<Header>>,
    order: Order,
}

impl Reader<'_> {
    /// Read the headers of the next records, and sign the messages before them.
    pub fn look_ahead(&mut self, first: usize, offset: &[usize]) {
        self.sign();
        let mut ahead = std::mem::take(&mut self.ahead);
        let ends = &offset[first..offset.len().min(first + CHUNK + 1)];
        ahead.first = first;
        ahead.headers.clear();
        // Lines that are not plain are read when their turn comes, as their text is appended.
        if !self.unlike {
            ahead.headers.resize(ends.len() - 1, None);
            for row in ahead.order.by_length(ends.windows(2).map(|pair| pair[1] - pair[0])) {
                let row = *row as usize;
                if !self.goes_on_whole(first + row) {
                    ahead.headers[row] = self.header((ends[row], body(self.bytes, ends[row], ends[row + 1])));
                }
            }
        }
        self.ahead = ahead;
    }

    /// Read a record's line, its header from what is known ahead.
    #[inline(always)]
    pub fn read_record(&mut self, line: Span, record: usize) -> Piece {
        match self.ahead.headers.get(record - self.ahead.first) {
            Some(header) => self.read_headed(line, *header),
            None => self.read(line),
        }
    }

    /// Whether a record goes on with the entry before it as it is.
    pub fn goes_on_whole(&self, record: usize) -> bool {
        record > 0 && self.settings.whole && self.settings.begins.is_some_and(|begins| !begins[record])
    }

    /// Fill in the signatures that messages have none of yet.
    pub fn sign(&mut self) {
        let mut order = std::mem::take(&mut self.ahead.order);
        let first = self.out.signature.len();
        self.out.signature.resize(self.out.record.len(), 0);
        let lengths = self.out.message[2 * first..].chunks_exact(2).map(|span| (span[1] - span[0]) as usize);
        for row in order.by_length(lengths) {
            let row = first + *row as usize;
            let (start, end) = (self.out.message[2 * row], self.out.message[2 * row + 1]);
            self.out.signature[row] = self.signature_of((start as usize, end as usize));
        }
        self.ahead.order = order;
    }
}
