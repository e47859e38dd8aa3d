//! What Python counts with: tables of signatures and of cells.

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::{cells, intern, Column};

/// Numbers signatures in the order in which they first come.
#[pyclass]
pub struct Interner(intern::Table);

#[pymethods]
impl Interner {
    #[new]
    fn new() -> Self {
        Interner(intern::Table::new())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The number of each signature, and the rows at which a signature comes for the first time.
    fn intern<'py>(
        &mut self,
        py: Python<'py>,
        signature: PyReadonlyArray1<u64>,
    ) -> PyResult<(Column<'py, i32>, Column<'py, i64>)> {
        let keys = signature.as_slice()?;
        let table = &mut self.0;
        let (codes, rows) = py.allow_threads(|| table.intern(keys));
        Ok((codes.into_pyarray(py), rows.into_pyarray(py)))
    }
}

/// Counts entries by window, signature, service, stream and class of severity.
#[pyclass]
pub struct Cells(cells::Table);

/// window, signature, service, stream, count, severity, and of the first entry its time, position and line.
pub type CellColumns<'py> = (
    (Column<'py, i64>, Column<'py, u64>, Column<'py, i32>, Column<'py, i32>),
    (Column<'py, i64>, Column<'py, u8>),
    (Column<'py, i64>, Column<'py, i64>, Column<'py, i64>),
);

#[pymethods]
impl Cells {
    #[new]
    fn new() -> Self {
        Cells(cells::Table::new())
    }

    fn __len__(&self) -> usize {
        self.0.cells.len()
    }

    /// Add cells: keys, counts (None: one each) with severities, and first entries.
    #[allow(clippy::type_complexity)]
    fn add(
        &mut self,
        py: Python,
        keys: (PyReadonlyArray1<i64>, PyReadonlyArray1<u64>, PyReadonlyArray1<i32>, PyReadonlyArray1<i32>),
        counts: (Option<PyReadonlyArray1<i64>>, PyReadonlyArray1<u8>),
        first: (PyReadonlyArray1<i64>, PyReadonlyArray1<i64>, PyReadonlyArray1<i64>),
    ) -> PyResult<()> {
        let (window, signature) = (keys.0.as_slice()?, keys.1.as_slice()?);
        let (service, stream) = (keys.2.as_slice()?, keys.3.as_slice()?);
        let count = counts.0.as_ref().map(|count| count.as_slice()).transpose()?;
        let severity = counts.1.as_slice()?;
        let (time, position, line) = (first.0.as_slice()?, first.1.as_slice()?, first.2.as_slice()?);
        let n = window.len();
        let lengths =
            [signature.len(), service.len(), stream.len(), severity.len(), time.len(), position.len(), line.len()];
        if lengths.iter().any(|length| *length != n) || count.is_some_and(|count| count.len() != n) {
            return Err(PyValueError::new_err(format!("cells: expected columns of {n} rows")));
        }
        let table = &mut self.0;
        py.allow_threads(|| {
            for i in 0..n {
                let key = cells::Key::of(window[i], signature[i], (service[i], stream[i]), severity[i]);
                let count = count.map_or(1, |count| count[i]);
                table.add(&cells::Cell { key, count, severity: severity[i], first: (time[i], position[i], line[i]) });
            }
        });
        Ok(())
    }

    /// How many windows lie between the first and the last.
    fn spread(&self) -> i64 {
        self.0.spread()
    }

    /// Make windows so many times as wide; cells that fall together add up.
    fn widen(&mut self, py: Python, factor: i64) -> PyResult<()> {
        if factor < 1 {
            return Err(PyValueError::new_err(format!("cells: expected a factor of at least 1, got {factor}")));
        }
        self.0 = py.allow_threads(|| self.0.widened(factor));
        Ok(())
    }

    fn columns<'py>(&self, py: Python<'py>) -> CellColumns<'py> {
        fn column<'py, T: numpy::Element>(
            py: Python<'py>,
            cells: &[cells::Cell],
            of: impl Fn(&cells::Cell) -> T,
        ) -> Column<'py, T> {
            cells.iter().map(of).collect::<Vec<T>>().into_pyarray(py)
        }
        let cells = &self.0.cells[..];
        let names = (column(py, cells, |c| c.key.service), column(py, cells, |c| c.key.stream));
        (
            (column(py, cells, |c| c.key.window), column(py, cells, |c| c.key.signature), names.0, names.1),
            (column(py, cells, |c| c.count), column(py, cells, |c| c.severity)),
            (column(py, cells, |c| c.first.0), column(py, cells, |c| c.first.1), column(py, cells, |c| c.first.2)),
        )
    }
}
