"""The contract of everything that turns entries or templates into vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # it takes long to import, and is a name here
    from scipy.sparse import csr_matrix

Vectors: TypeAlias = "csr_matrix | NDArray[np.float32]"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A vectorizer as a value: ``values`` can be written as JSON, ``arrays`` as numpy files; never pickle."""

    values: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


class Vectorizer(Protocol):
    """**Protocol:** scikit-learn's conventions for transformers, with a recipe that can be compared.

    The constructor only stores its arguments. ``fit`` learns from ``n`` rows and returns itself; ``transform`` gives an
    ``(n, d)`` float32 matrix, csr where most components are 0; a row depends on its own input and what was learned, not
    on the rows beside it. What was never seen in ``fit`` adds nothing, and no text is refused.

    ``fingerprint`` is a hash over the recipe (class, version, parameters) and what was learned, 16 hex digits: vectors
    with different fingerprints must never be compared. ``restore(snapshot())`` has the same fingerprint and gives the
    same vectors, ``fit_transform`` what ``fit`` and ``transform`` give.

    Raises:
        ConfigError: ``restore`` was given a snapshot of another recipe.
    """

    def fit(self, rows: Sequence[Any], y: None = None) -> Self: ...

    def transform(self, rows: Sequence[Any]) -> Vectors: ...

    def fit_transform(self, rows: Sequence[Any], y: None = None) -> Vectors: ...

    def get_feature_names_out(self, input_features: None = None) -> NDArray[np.object_]: ...

    @property
    def fingerprint(self) -> str: ...

    def snapshot(self) -> Snapshot: ...

    @classmethod
    def restore(cls, snapshot: Snapshot) -> Self: ...
