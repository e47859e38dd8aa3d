//! A user's masks: what of a message is a value because an expression says so, whatever the rules of `mask.rs` are.

use crate::expression::compiled;
use crate::fields::Span;
use crate::mask::is_blank;
use crate::token::{self, Sink, SLOT};
use regex_automata::meta::Regex;
use regex_automata::Input;

/// A value is looked for in so many bytes at a time, so that a message costs linear time; one of half as many is found.
const WINDOW: usize = 1 << 10;

/// Expressions, as one: where several fit, the first of them.
pub struct Masks(Regex);

impl Masks {
    pub fn new(text: &str) -> Result<Self, String> {
        compiled(text).map(Masks)
    }

    /// The values in a message, whatever blanks are around it, in order; such as touch are one.
    pub fn spans(&self, message: &[u8]) -> Vec<Span> {
        let first = message.iter().take_while(|byte| is_blank(**byte)).count();
        let behind = message[first..].iter().rev().take_while(|byte| is_blank(**byte)).count();
        let found = self.spans_in(&message[first..message.len() - behind]);
        found.into_iter().map(|(start, end)| (first + start, first + end)).collect()
    }

    fn spans_in(&self, message: &[u8]) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut at = 0;
        while at < message.len() {
            let end = message.len().min(at + WINDOW);
            let is_last = end == message.len();
            let Some(found) = self.0.find(Input::new(message).range(at..end)) else {
                at = if is_last { end } else { end - WINDOW / 2 };
                continue;
            };
            if !is_last && found.start() > at + WINDOW / 2 {
                at = found.start();
                continue;
            }
            match spans.last_mut() {
                Some(last) if last.1 == found.start() => last.1 = found.end(),
                _ if found.is_empty() => {}
                _ => spans.push((found.start(), found.end())),
            }
            at = found.end().max(found.start() + 1);
        }
        spans
    }

    /// Walk over the message `text[first..end]`: what a mask finds is a slot, and no part of its neighbours; the text
    /// between two of them is read as if the message began and ended there.
    pub fn walk<S: Sink>(&self, text: &[u8], first: usize, end: usize, sink: &mut S) {
        let mut at = first;
        for (start, behind) in self.spans(&text[first..end]) {
            let value = (first + start, first + behind);
            token::walk(text, at, value.0, &mut Before { sink, value });
            at = value.1;
        }
        token::walk(text, at, end, sink);
    }
}

/// What stands before a value: where it is finished, the value comes.
struct Before<'a, S> {
    sink: &'a mut S,
    value: Span,
}

impl<S: Sink> Sink for Before<'_, S> {
    fn token(&mut self, text: &[u8], kind: u8, gap: Span, span: Span) {
        self.sink.token(text, kind, gap, span);
    }

    fn extend(&mut self, end: usize) {
        self.sink.extend(end);
    }

    fn finish(&mut self, text: &[u8], gap: Span) {
        self.sink.token(text, SLOT, gap, self.value);
    }
}
