"""The contract of everything that turns entries or templates into vectors."""

from collections.abc import Sequence
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Vectors = csr_matrix | NDArray[np.float32]


class Vectorizer(Protocol):
    """**Protocol:** scikit-learn's conventions for transformers, with a recipe that can be compared.

    ``fit`` learns from ``n`` rows and returns itself; ``transform`` gives an ``(n, d)`` float32 matrix,
    sparse where most components are 0; a row depends on its own input and what was learned, not on
    the rows beside it. ``fingerprint`` is a hash over the recipe (class, version, parameters) and what was
    learned: vectors with different fingerprints must never be compared.
    """

    def fit(self, rows: Sequence[Any], y: None = None) -> Self: ...

    def transform(self, rows: Sequence[Any]) -> Vectors: ...

    def get_feature_names_out(self, input_features: None = None) -> NDArray[np.object_]: ...

    @property
    def fingerprint(self) -> str: ...
