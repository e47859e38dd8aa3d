"""What makes two sets of vectors comparable: the recipe, what was learned, and a hash over both."""

import hashlib
import json
from typing import Any

import numpy as np

from logburl.ingest.errors import ConfigError
from logburl.vectorize.vectorizer import Snapshot


def recipe(name: str, version: int, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the recipe as plain JSON values; tuples become lists."""
    plain: dict[str, Any] = json.loads(json.dumps({"name": name, "version": version, "parameters": parameters}))
    return plain


def fingerprint(snapshot: Snapshot) -> str:
    """Return 16 hex digits of a SHA-256 over the recipe and what was learned.

    >>> fingerprint(Snapshot({"recipe": {"name": "tfidf", "version": 1}, "words": ["disk", "full"]}))
    'ad431cdca0b7a5f2'
    """
    digest = hashlib.sha256(json.dumps(snapshot.values, sort_keys=True).encode())
    for name, array in sorted(snapshot.arrays.items()):
        digest.update(f"\0{name}\0{array.dtype.newbyteorder('<').str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()[:16]


def parameters_of(snapshot: Snapshot, name: str, version: int) -> dict[str, Any]:
    """Return the constructor's arguments that a snapshot was made with.

    Raises:
        ConfigError: The snapshot is of another vectorizer, or of another version of its recipe.
    """
    found = snapshot.values.get("recipe", {})
    if (found.get("name"), found.get("version")) != (name, version):
        given = f"{found.get('name')!r} version {found.get('version')}"
        raise ConfigError(f"snapshot of a vectorizer: expected {name!r} version {version}, got {given}")
    parameters: dict[str, Any] = found["parameters"]
    return {key: tuple(value) if isinstance(value, list) else value for key, value in parameters.items()}
