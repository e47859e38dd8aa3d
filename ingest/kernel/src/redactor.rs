//! What Python redacts with.

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::{bounds, checks, redact, rule, shapes, Column};

/// (kind, anchors, (pattern, unless, more), (back, before, after), reach, check, shape, lines)
pub type RawRule =
    (Vec<u8>, Vec<Vec<u8>>, (String, String, String), (Vec<u8>, Vec<u8>, Vec<u8>), usize, String, String, bool);

/// Rules of what is secret or personal, and the key of the pseudonyms that replace it.
#[pyclass(frozen)]
pub struct Redactor(redact::Engine);

fn class(table: &[u8]) -> PyResult<rule::Class> {
    let bits: Vec<bool> = table.iter().map(|byte| *byte != 0).collect();
    bits.try_into()
        .map_err(|bits: Vec<bool>| PyValueError::new_err(format!("class: expected 256 bytes, got {}", bits.len())))
}

fn rule_of(
    (kind, anchors, (pattern, unless, more), (back, before, after), reach, check, shape, lines): RawRule,
) -> PyResult<rule::Rule> {
    let wrong = |what: &str, got: &str| PyValueError::new_err(format!("{what}: not known: {got:?}"));
    if anchors.iter().any(|anchor| anchor.is_empty()) {
        return Err(wrong("anchor", "a text that is too short"));
    }
    let compile = |pattern| rule::Pattern::new(pattern).map_err(PyValueError::new_err);
    let optional = |pattern: String| if pattern.is_empty() { Ok(None) } else { compile(pattern).map(Some) };
    let unless = if unless.is_empty() { unless } else { format!(r"(?:{unless})\z") };
    Ok(rule::Rule {
        kind,
        pattern: compile(pattern)?,
        unless: optional(unless)?,
        more: optional(more)?,
        back: class(&back)?,
        reach,
        before: class(&before)?,
        after: class(&after)?,
        check: checks::Check::named(&check).ok_or_else(|| wrong("check", &check))?,
        shape: match &shape[..] {
            "" => None,
            name => Some(shapes::Shape::named(name).ok_or_else(|| wrong("shape", name))?),
        },
        lines,
    })
}

#[pymethods]
impl Redactor {
    #[new]
    fn new(rules: Vec<RawRule>, placeholders: Vec<Vec<u8>>, key: Vec<u8>) -> PyResult<Self> {
        if key.len() > 64 {
            return Err(PyValueError::new_err(format!("key: expected at most 64 bytes, got {}", key.len())));
        }
        let numbered = (0u16..).zip(&rules);
        let anchors = numbered.flat_map(|(i, rule)| rule.1.iter().map(move |anchor| (anchor.clone(), i))).collect();
        let rules = rules.into_iter().map(rule_of).collect::<PyResult<Vec<_>>>()?;
        Ok(Redactor(redact::Engine::new(rules, anchors, placeholders.into_iter().collect(), key)))
    }

    /// The records with pseudonyms in place of values (None: nothing was found), counts by rule, and what is still open.
    #[allow(clippy::type_complexity)]
    fn redact<'py>(
        &self,
        py: Python<'py>,
        buffer: PyReadonlyArray1<u8>,
        offset: PyReadonlyArray1<i64>,
        still_open: (i64, i64),
    ) -> PyResult<(Option<(Column<'py, u8>, Column<'py, i64>)>, Column<'py, i64>, (i64, i64))> {
        let bytes = buffer.as_slice()?;
        let offset = bounds(offset.as_slice()?, bytes.len())?;
        let found = py.allow_threads(|| self.0.redact(bytes, &offset, still_open));
        let text = found.text.map(|(text, offset)| (text.into_pyarray(py), offset.into_pyarray(py)));
        Ok((text, found.counts.into_pyarray(py), found.open))
    }
}
