"""What every vectorizer promises, checked over all that the catalogue lists."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from logburl.deploy import catalogue
from logburl.ingest.errors import ConfigError
from logburl.vectorize.vectorizer import Snapshot

TEXTS = (
    "connection to <ip> lost after <num> ms",
    "connections to <ip> closed",
    r"literal \<num> beside <num>",
    "",
    "\0 NUL \0\0",
    "Grüße, 世界 \ud800",
    "<*>",
    "disk <path> full, disk <path> full",
)
ENTRIES = ((9, "web", 1 << 63), (17, None, "b2"), (0, "", "b2"), (9, "web\0", float("nan")), (13, "Grüße \ud800", 3))
OTHER: dict[str, dict[str, Any]] = {
    "bag_of_words": {"binary": True},
    "tfidf": {"character_share": 0.25},
    "one_hot": {"columns": ("a", "b", "c")},
}
Vectorizers = pytest.mark.parametrize("name", catalogue.names("vectorizer"))


def rows_for(name: str) -> Sequence[Any]:
    return ENTRIES if name == "one_hot" else TEXTS


def make(name: str, **parameters: Any) -> Any:
    return catalogue.find("vectorizer", name)(**parameters)


def fitted(name: str, **parameters: Any) -> Any:
    return make(name, **parameters).fit(rows_for(name))


def dense(vectors: Any) -> NDArray[np.float32]:
    found: NDArray[np.float32] = vectors.toarray() if hasattr(vectors, "toarray") else vectors
    return found


@Vectorizers
def test_shape_and_type(name: str) -> None:
    """A row for each row and a name for each column, in float32."""
    vectorizer = fitted(name)
    vectors = vectorizer.transform(rows_for(name))
    names = vectorizer.get_feature_names_out()
    assert vectors.shape == (len(rows_for(name)), len(names))
    assert vectors.dtype == np.float32
    assert len(set(names)) == len(names)


@Vectorizers
def test_a_row_depends_on_itself_alone(name: str) -> None:
    """Vectors are bit for bit the same alone, among others, and in another order."""
    vectorizer, rows = fitted(name), rows_for(name)
    together = dense(vectorizer.transform(rows))
    alone = np.concatenate([dense(vectorizer.transform([row])) for row in rows])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together[::-1], dense(vectorizer.transform(rows[::-1])))


@Vectorizers
def test_learning_has_no_order(name: str) -> None:
    """What is learned is a function of the rows, not of their order."""
    assert fitted(name).fingerprint == make(name).fit(rows_for(name)[::-1]).fingerprint


@Vectorizers
def test_fit_transform_is_fit_then_transform(name: str) -> None:
    """The short way gives what the long way gives."""
    rows = rows_for(name)
    np.testing.assert_array_equal(dense(make(name).fit_transform(rows)), dense(fitted(name).transform(rows)))


@Vectorizers
def test_what_was_not_seen_adds_nothing(name: str) -> None:
    """Rows of nothing but the unknown are zeros."""
    unseen = [("no", "such", "thing")] if name == "one_hot" else ["zzzz qqqq"]
    assert fitted(name).transform(unseen).nnz == 0


@Vectorizers
def test_nothing_to_learn_from(name: str) -> None:
    """No rows, in fit or in transform, are no mistake."""
    vectorizer = make(name).fit([])
    assert vectorizer.transform(rows_for(name)).shape == (len(rows_for(name)), 0)
    assert fitted(name).transform([]).shape[0] == 0
    assert make(name).restore(vectorizer.snapshot()).fingerprint == vectorizer.fingerprint


@Vectorizers
def test_transform_asks_for_fit(name: str) -> None:
    """Before fit, a sentence says what is missing."""
    with pytest.raises(ValueError, match="call fit first"):
        make(name).transform(rows_for(name))


@Vectorizers
def test_fingerprint_tells_recipes_apart(name: str) -> None:
    """It changes with a parameter and with what was learned, and only then."""
    again, rows = fitted(name).fingerprint, rows_for(name)
    known = {
        make(name).fingerprint,
        again,
        fitted(name, **OTHER[name]).fingerprint,
        make(name).fit(rows[:2]).fingerprint,
    }
    assert len(known) == 4
    assert again == fitted(name).fingerprint
    assert len(again) == 16
    int(again, 16)


@Vectorizers
def test_restored_is_the_same(name: str) -> None:
    """A snapshot goes through JSON and arrays without objects, and gives the same vectors back."""
    vectorizer = fitted(name, **OTHER[name])
    taken = vectorizer.snapshot()
    assert all(not array.dtype.hasobject for array in taken.arrays.values())
    restored = make(name).restore(Snapshot(json.loads(json.dumps(taken.values)), taken.arrays))
    assert restored.fingerprint == vectorizer.fingerprint
    assert restored.get_params() == vectorizer.get_params()
    rows = rows_for(name)
    np.testing.assert_array_equal(dense(restored.transform(rows)), dense(vectorizer.transform(rows)))


@Vectorizers
def test_a_snapshot_of_another_recipe_is_refused(name: str) -> None:
    """Vectors of another version must not be taken for ours."""
    taken = fitted(name).snapshot()
    other = {**taken.values, "recipe": {**taken.values["recipe"], "version": 99}}
    with pytest.raises(ConfigError, match="version 99"):
        make(name).restore(Snapshot(other, taken.arrays))


@Vectorizers
def test_scikit_learn_takes_it(name: str) -> None:
    """It can be cloned, changed and put into a pipeline."""
    copy = clone(fitted(name, **OTHER[name]))
    assert copy.get_params() == make(name, **OTHER[name]).get_params()
    assert copy.fingerprint != fitted(name, **OTHER[name]).fingerprint
    assert copy.set_params(**make(name).get_params()).fingerprint == make(name).fingerprint
    with pytest.raises(ValueError, match="no parameter 'colour'"):
        copy.set_params(colour="red")
    pipeline = make_pipeline(make(name), MaxAbsScaler()).fit(rows_for(name))
    assert pipeline.transform(rows_for(name)).shape[0] == len(rows_for(name))
