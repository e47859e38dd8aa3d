"""Rows of a local store for vectors of templates: float32, sparse or dense, each set with its recipe's fingerprint."""

import sqlite3

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from logburl.search.store import VectorSet, must_match
from logburl.vectorize.vectorizer import Vectors


def write_vectors(db: sqlite3.Connection, vectors: VectorSet) -> None:
    """Add vectors to those of the same recipe; those of another under the same name are removed."""
    sparse = isinstance(vectors.rows, csr_matrix)
    recipe = (vectors.name, vectors.fingerprint, vectors.rows.shape[1], int(sparse))
    if db.execute("SELECT * FROM vector_set WHERE name = ?", (vectors.name,)).fetchone() != recipe:
        db.execute("DELETE FROM vector WHERE name = ?", (vectors.name,))
        db.execute("REPLACE INTO vector_set VALUES (?, ?, ?, ?)", recipe)
    ids = vectors.ids.view(np.int64).tolist()
    rows = [(vectors.name, key, *_blobs(vectors.rows, i)) for i, key in enumerate(ids)]
    db.executemany("REPLACE INTO vector VALUES (?, ?, ?, ?)", rows)


def _blobs(rows: Vectors, i: int) -> tuple[bytes | None, bytes]:
    if not isinstance(rows, csr_matrix):
        return None, rows[i].astype("<f4").tobytes()
    part = slice(rows.indptr[i], rows.indptr[i + 1])
    return rows.indices[part].astype("<i4").tobytes(), rows.data[part].astype("<f4").tobytes()


def read_vectors(db: sqlite3.Connection, name: str, fingerprint: str) -> tuple[NDArray[np.uint64], Vectors] | None:
    """Return ids and vectors of a set, None if there is none.

    Raises:
        ConfigError: The stored vectors are of another recipe.
    """
    recipe = db.execute("SELECT fingerprint, components, sparse FROM vector_set WHERE name = ?", (name,)).fetchone()
    if recipe is None:
        return None
    must_match(name, recipe[0], fingerprint)
    query = "SELECT template, component, value FROM vector WHERE name = ? ORDER BY template < 0, template"
    rows = db.execute(query, (name,)).fetchall()
    ids = np.array([row[0] for row in rows], np.int64).view(np.uint64)
    value = np.frombuffer(b"".join(row[2] for row in rows), "<f4")
    if not recipe[2]:
        return ids, value.reshape(len(rows), recipe[1])
    component = np.frombuffer(b"".join(row[1] for row in rows), "<i4")
    edges = np.cumsum([0, *(len(row[2]) // 4 for row in rows)])
    return ids, csr_matrix((value, component, edges), shape=(len(rows), recipe[1]))
