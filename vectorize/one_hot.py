"""One-hot: a component for each severity, service and template, 1 where an entry has it."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from logburl.vectorize import recipe
from logburl.vectorize.transformer import Transformer
from logburl.vectorize.vectorizer import Snapshot
from logburl.vectorize.words import count

VERSION = 1
_MISSING = ("None", "nan", "NaT", "<NA>")


class OneHot(Transformer):
    """Names turned into components. A category that ``fit`` did not see, or a missing one, gives zeros.

    Rows are tuples with one value per column, or columns by name (a mapping or a DataFrame, which may hold others too).
    Values are compared as text, so that 17 and ``"17"`` are one category; None and NaN are missing.

    Args:
        columns: Names of the columns, by default of a frame of entries'.

    Example:
        >>> one_hot = OneHot().fit([("INFO", "web", "a1"), ("ERROR", "web", "b2")])
        >>> one_hot.get_feature_names_out().tolist()
        ['severity_text=ERROR', 'severity_text=INFO', 'service=web', 'template=a1', 'template=b2']
        >>> one_hot.transform([("ERROR", None, "never seen")]).toarray()
        array([[1., 0., 0., 0., 0.]], dtype=float32)
    """

    def __init__(self, columns: tuple[str, ...] = ("severity_text", "service", "template")) -> None:
        self.columns = columns

    def fit(self, rows: Any, y: None = None) -> Self:
        """Learn the categories of each column."""
        self.categories_ = [sorted({value for value in column if value is not None}) for column in self._columns(rows)]
        return self

    def transform(self, rows: Any) -> csr_matrix:
        """Return (n, d) float32 of zeros and ones, the components of a column together."""
        self.must_be_fitted("categories_")
        found = self._columns(rows)
        blocks = [count(map(_known, values), known) for values, known in zip(found, self.categories_, strict=True)]
        return csr_matrix(hstack(blocks, format="csr", dtype=np.float32))

    def _columns(self, rows: Any) -> list[list[str | None]]:
        """Return one list of values per column.

        Raises:
            ValueError: A row has too few or too many values, or a column is missing.
        """
        if hasattr(rows, "keys"):
            missing = [name for name in self.columns if name not in rows]
            if missing:
                raise ValueError(f"expected columns {', '.join(self.columns)}; missing: {', '.join(missing)}")
            return [_as_text(rows[name]) for name in self.columns]
        found = [tuple(row) for row in rows]
        if wrong := next((row for row in found if len(row) != len(self.columns)), None):
            raise ValueError(f"expected rows of {len(self.columns)} values ({', '.join(self.columns)}), got {wrong!r}")
        return [_as_text(row[i] for row in found) for i in range(len(self.columns))]

    def get_feature_names_out(self, input_features: None = None) -> NDArray[np.object_]:
        """Return (d,) names, ``column=category``."""
        self.must_be_fitted("categories_")
        pairs = zip(self.columns, self.categories_, strict=True)
        return np.array([f"{name}={value}" for name, known in pairs for value in known], dtype=object)

    @property
    def fingerprint(self) -> str:
        """Hash of the recipe and the categories."""
        return recipe.fingerprint(self.snapshot())

    def snapshot(self) -> Snapshot:
        """Return recipe and categories."""
        values = {"recipe": recipe.recipe("one_hot", VERSION, self.get_params())}
        return Snapshot(values | {"categories": getattr(self, "categories_", None)})

    @classmethod
    def restore(cls, snapshot: Snapshot) -> Self:
        """Return the vectorizer that the snapshot was taken of."""
        found = cls(**recipe.parameters_of(snapshot, "one_hot", VERSION))
        if snapshot.values["categories"] is not None:
            found.categories_ = [list(known) for known in snapshot.values["categories"]]
        return found


def _as_text(column: Iterable[Any]) -> list[str | None]:
    """Return values as text, None where one is missing (None, NaN, NaT, pandas.NA)."""
    return [None if not isinstance(value, str) and str(value) in _MISSING else str(value) for value in column]


def _known(value: str | None) -> list[str]:
    return [] if value is None else [value]
