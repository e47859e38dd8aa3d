//! Bytes → columns, in one pass over each line. Everything per template stays Python; `ingest/twin/` gives the same results slowly.
#![forbid(unsafe_code)]

mod ahead;
mod anchors;
mod block;
mod calendar;
mod cells;
mod checks;
mod colour;
mod counting;
mod cursor;
mod cut;
mod digits;
mod escape;
mod expression;
mod fields;
mod fold;
mod frame;
mod header;
mod intern;
mod join;
mod json;
mod logfmt;
mod mask;
mod masks;
mod near;
mod order;
mod overwrite;
mod owned;
mod parse;
mod plain;
mod private_key;
mod reader;
mod redact;
mod redactor;
mod repeat;
mod rule;
mod severity;
mod shapes;
mod step;
mod time;
mod token;
mod trace;
mod tree;
mod weave;
mod western;

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyTuple};

type Column<'py, T> = Bound<'py, PyArray1<T>>;
/// (format, [(code, field, kind, literal)])
type RawProgram = (u8, Vec<(u8, u8, u8, Vec<u8>)>);

/// Compiled headers, tried in their order.
#[pyclass(frozen)]
struct Formats(header::Formats);

#[pymethods]
impl Formats {
    #[new]
    fn new(programs: Vec<RawProgram>) -> PyResult<Self> {
        let op = |(code, field, kind, literal)| step::Op { code, field, kind, literal };
        let program = |(format, ops): RawProgram| header::Program { format, ops: ops.into_iter().map(op).collect() };
        if let Some((_, ops)) = programs.iter().find(|(_, ops)| ops.len() > header::MAX_OPS) {
            return Err(PyValueError::new_err(format!(
                "a header has at most {} parts, got {}",
                header::MAX_OPS,
                ops.len()
            )));
        }
        let formats = header::Formats::new(programs.into_iter().map(program).collect());
        Ok(Formats(formats.map_err(PyValueError::new_err)?))
    }
}

/// A user's masks, as one expression.
#[pyclass(frozen)]
struct Masks(masks::Masks);

#[pymethods]
impl Masks {
    #[new]
    fn new(expression: &str) -> PyResult<Self> {
        Ok(Masks(masks::Masks::new(expression).map_err(PyValueError::new_err)?))
    }

    /// Whether each of some texts is one value as a whole.
    fn whole(&self, texts: Vec<Vec<u8>>) -> Vec<bool> {
        texts.iter().map(|text| self.0.spans(text) == [(0, text.len())]).collect()
    }
}

fn spans_of(spans: &PyReadonlyArray2<i64>, length: usize) -> PyResult<Vec<(usize, usize)>> {
    let rows = spans.as_array();
    if rows.ncols() != 2 {
        return Err(PyValueError::new_err(format!("spans: expected (n, 2), got {:?}", rows.shape())));
    }
    let row = |(start, end): (&i64, &i64)| match (*start, *end) {
        (start, end) if 0 <= start && start <= end && end as usize <= length => Ok((start as usize, end as usize)),
        got => Err(PyValueError::new_err(format!("spans: expected 0 <= start <= end <= {length}, got {got:?}"))),
    };
    rows.column(0).iter().zip(rows.column(1)).map(row).collect()
}

fn bounds(offset: &[i64], length: usize) -> PyResult<Vec<usize>> {
    let rising = offset.windows(2).all(|pair| pair[0] <= pair[1]);
    let inside = offset.first().is_some_and(|o| *o >= 0) && offset.last().is_some_and(|o| *o as usize <= length);
    if !rising || !inside {
        return Err(PyValueError::new_err(format!("offset: expected rising values from 0 to {length}")));
    }
    Ok(offset.iter().map(|o| *o as usize).collect())
}

/// Offsets of the lines of a buffer, (n + 1,); the last line may lack its line end.
#[pyfunction]
fn split<'py>(py: Python<'py>, buffer: PyReadonlyArray1<u8>) -> PyResult<Column<'py, i64>> {
    let bytes = buffer.as_slice()?;
    let offset = py.allow_threads(|| parse::split(bytes));
    Ok(offset.into_pyarray(py))
}

/// How lines are read to tell which belong together.
fn folding(formats: &Formats) -> parse::Settings<'_> {
    parse::Settings {
        formats: &formats.0,
        fallback: header::NO_FORMAT,
        fold: true,
        begins: None,
        whole: false,
        received_ns: 0,
        masks: None,
        named: false,
    }
}

/// Where the last entry begins, among whole lines of which the first begins one; 0 if there is but that.
#[pyfunction]
fn last_entry(py: Python, buffer: PyReadonlyArray1<u8>, formats: &Formats) -> PyResult<usize> {
    let bytes = buffer.as_slice()?;
    let settings = folding(formats);
    Ok(py.allow_threads(|| cut::last_entry(bytes, &settings)))
}

/// An order of the records in which those of an entry stand together, and which of them then begin one.
#[pyfunction]
fn unwoven<'py>(
    py: Python<'py>,
    buffer: PyReadonlyArray1<u8>,
    offset: PyReadonlyArray1<i64>,
    formats: &Formats,
) -> PyResult<(Column<'py, i64>, Column<'py, bool>)> {
    let bytes = buffer.as_slice()?;
    let offset = bounds(offset.as_slice()?, bytes.len())?;
    let settings = folding(formats);
    let (order, begins) = py.allow_threads(|| weave::read(bytes, &offset, &settings).unwoven());
    Ok((order.into_pyarray(py), begins.into_pyarray(py)))
}

/// How lines are folded where it is known what belongs together.
const WHOLE: u8 = 2;

/// Added to that, where nobody wants the names of services and hosts.
const UNNAMED: u8 = 4;

/// The columns of a batch: record, time_ns, told, severity, service, services, host, hosts, format, extra, message (2n,), signature,
/// woven, cut.
#[pyfunction]
#[pyo3(signature = (buffer, offset, formats, fallback, fold, received_ns, masks = None, begins = None))]
#[allow(clippy::too_many_arguments)]
fn parse_batch<'py>(
    py: Python<'py>,
    buffer: PyReadonlyArray1<u8>,
    offset: PyReadonlyArray1<i64>,
    formats: &Formats,
    fallback: u8,
    fold: u8,
    received_ns: i64,
    masks: Option<&Masks>,
    begins: Option<PyReadonlyArray1<bool>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let bytes = buffer.as_slice()?;
    let offset = bounds(offset.as_slice()?, bytes.len())?;
    let begins = begins.as_ref().map(|begins| begins.as_slice()).transpose()?;
    if begins.is_some_and(|begins| begins.len() + 1 != offset.len()) {
        return Err(PyValueError::new_err(format!("begins: expected {} records", offset.len() - 1)));
    }
    let masks = masks.map(|masks| &masks.0);
    let settings = parse::Settings {
        formats: &formats.0,
        fallback,
        fold: fold & !UNNAMED > 0,
        begins,
        whole: fold & !UNNAMED == WHOLE,
        received_ns,
        masks,
        named: fold & UNNAMED == 0,
    };
    let c = py.allow_threads(|| parse::parse(bytes, &offset, &settings));
    let names = |names: &[Vec<u8>]| PyTuple::new(py, names.iter().map(|name| PyBytes::new(py, name)));
    let columns: [Bound<PyAny>; 14] = [
        c.record.into_pyarray(py).into_any(),
        c.time_ns.into_pyarray(py).into_any(),
        c.told.into_pyarray(py).into_any(),
        c.severity.into_pyarray(py).into_any(),
        c.service.into_pyarray(py).into_any(),
        names(&c.services)?.into_any(),
        c.host.into_pyarray(py).into_any(),
        names(&c.hosts)?.into_any(),
        c.format.into_pyarray(py).into_any(),
        c.extra.into_pyarray(py).into_any(),
        c.message.into_pyarray(py).into_any(),
        c.signature.into_pyarray(py).into_any(),
        PyBool::new(py, c.woven).to_owned().into_any(),
        c.cut.into_pyobject(py)?.into_any(),
    ];
    PyTuple::new(py, columns)
}

/// Words and slots of some messages, of each the first `most`: offset (n + 1,), kind, start, end.
#[pyfunction]
#[pyo3(signature = (text, spans, masks = None, most = None))]
#[allow(clippy::type_complexity)]
fn tokens<'py>(
    py: Python<'py>,
    text: PyReadonlyArray1<u8>,
    spans: PyReadonlyArray2<i64>,
    masks: Option<&Masks>,
    most: Option<usize>,
) -> PyResult<(Column<'py, i64>, Column<'py, u8>, Column<'py, i64>, Column<'py, i64>)> {
    let bytes = text.as_slice()?;
    let spans = spans_of(&spans, bytes.len())?;
    let (offset, found) = py.allow_threads(|| {
        let mut found = token::Tokens::at_most(most.unwrap_or(usize::MAX));
        let mut offset = vec![0i64];
        for (start, end) in spans {
            trace::walk(bytes, start, end, masks.map(|masks| &masks.0), &mut found);
            offset.push(found.kind.len() as i64);
        }
        (offset, found)
    });
    Ok((offset.into_pyarray(py), found.kind.into_pyarray(py), found.start.into_pyarray(py), found.end.into_pyarray(py)))
}

/// Type, message and frame of the exceptions whose traces some messages hold: (3n, 2) spans, -1 where there is none.
#[pyfunction]
fn exceptions<'py>(
    py: Python<'py>,
    text: PyReadonlyArray1<u8>,
    spans: PyReadonlyArray2<i64>,
) -> PyResult<Column<'py, i64>> {
    let bytes = text.as_slice()?;
    let spans = spans_of(&spans, bytes.len())?;
    let found: Vec<i64> = py.allow_threads(|| {
        let told = |(start, end): (usize, usize)| {
            let exception = trace::exception(bytes, start, end).unwrap_or_default();
            let place = |span: Option<(usize, usize)>| span.map_or([-1, -1], |(a, b)| [a as i64, b as i64]);
            [exception.kind, exception.message, exception.frame].map(place).concat()
        };
        spans.into_iter().flat_map(told).collect()
    });
    Ok(found.into_pyarray(py))
}

/// The bytes at some spans, one after the other: offset (n + 1,), bytes.
#[pyfunction]
fn gather<'py>(
    py: Python<'py>,
    text: PyReadonlyArray1<u8>,
    spans: PyReadonlyArray2<i64>,
) -> PyResult<(Column<'py, i64>, Column<'py, u8>)> {
    let bytes = text.as_slice()?;
    let spans = spans_of(&spans, bytes.len())?;
    let (offset, gathered) = py.allow_threads(|| {
        let mut gathered = Vec::with_capacity(spans.iter().map(|(start, end)| end - start).sum());
        let mut offset = vec![0i64];
        for (start, end) in spans {
            gathered.extend_from_slice(&bytes[start..end]);
            offset.push(gathered.len() as i64);
        }
        (offset, gathered)
    });
    Ok((offset.into_pyarray(py), gathered.into_pyarray(py)))
}

/// The signatures of some messages.
#[pyfunction]
#[pyo3(signature = (text, spans, masks = None))]
fn signatures<'py>(
    py: Python<'py>,
    text: PyReadonlyArray1<u8>,
    spans: PyReadonlyArray2<i64>,
    masks: Option<&Masks>,
) -> PyResult<Column<'py, u64>> {
    let bytes = text.as_slice()?;
    let spans = spans_of(&spans, bytes.len())?;
    let found: Vec<u64> = py.allow_threads(|| {
        let mut signature = token::Signature::new();
        spans.iter().map(|(start, end)| signature.of(bytes, *start, *end, masks.map(|masks| &masks.0))).collect()
    });
    Ok(found.into_pyarray(py))
}

#[pymodule]
fn _kernel(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<counting::Cells>()?;
    m.add_class::<Formats>()?;
    m.add_class::<counting::Interner>()?;
    m.add_class::<Masks>()?;
    m.add_class::<redactor::Redactor>()?;
    m.add_function(wrap_pyfunction!(split, m)?)?;
    m.add_function(wrap_pyfunction!(last_entry, m)?)?;
    m.add_function(wrap_pyfunction!(parse_batch, m)?)?;
    m.add_function(wrap_pyfunction!(unwoven, m)?)?;
    m.add_function(wrap_pyfunction!(gather, m)?)?;
    m.add_function(wrap_pyfunction!(tokens, m)?)?;
    m.add_function(wrap_pyfunction!(exceptions, m)?)?;
    m.add_function(wrap_pyfunction!(signatures, m)?)
}
