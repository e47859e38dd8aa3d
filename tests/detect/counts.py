"""Counts made up for tests: rows of a table, laid out as detectors are given them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.detect.detector import Anomaly, Scored
from logburl.detect.observed import Observed, observe
from logburl.detect.windows import SECOND_NS, Cells
from logburl.vectorize.tfidf import TfIdf

W = 240
LINE_BYTES = 50


@dataclass(frozen=True, slots=True)
class Row:
    """Entries of one template and service in each window; ``stream`` is where they stand."""

    text: str
    count: Sequence[float] | NDArray[Any]
    service: str | None = "api"
    severity: int = 9
    stream: str = "file:///a.log"


def cells_of(rows: Sequence[Row], width_ns: int = SECOND_NS) -> tuple[Cells, NDArray[np.int64], tuple[str, ...]]:
    """Return the cells of some rows, the template of each, and the template texts."""
    texts = tuple(sorted({row.text for row in rows}))
    services = tuple(sorted({row.service for row in rows if row.service is not None}))
    streams = tuple(sorted({row.stream for row in rows}))
    found = sorted(
        (
            window,
            texts.index(row.text),
            -1 if row.service is None else services.index(row.service),
            streams.index(row.stream),
            int(count),
            row.severity,
        )
        for row in rows
        for window, count in enumerate(row.count)
        if count
    )
    table = np.array(found, np.int64).reshape(-1, 6).T
    line = np.arange(len(found)) + 1
    columns = table[0], table[1].astype(np.uint64) + 1, table[2].astype(np.int32), table[3].astype(np.int32)
    places = table[0] * width_ns + line, line * LINE_BYTES, line
    cells = Cells(width_ns, *columns, table[4], table[5].astype(np.uint8), *places, services, streams)
    return cells, table[1], texts


def observed(rows: Sequence[Row], **more: Any) -> Observed:
    """Return rows laid out over their windows."""
    cells, template, texts = cells_of(rows)
    return observe(cells, template, TfIdf().fit_transform(texts), texts, **more)


def anomalies(scored: Iterable[Scored]) -> list[Anomaly]:
    """Return what a detector found, of all kinds."""
    return [one for kind in scored for one in kind.anomalies]


def steady(rate: float, seed: int, windows: int = W) -> NDArray[np.int64]:
    """Return Poisson counts."""
    return np.random.default_rng(seed).poisson(rate, windows)


def normal(seed: int = 0) -> list[Row]:
    """Return the rows of a quiet log: eight templates of several rates in two services, one of them bursty."""
    rng = np.random.default_rng(seed)
    rows = [
        Row(f"request {name} served in <num> ms", steady(rate, seed + i), service)
        for i, (name, rate, service) in enumerate(
            [("cart", 40, "web"), ("item", 12, "web"), ("order", 5, "api"), ("pay", 2, "api"), ("login", 1, "api")]
        )
    ]
    rows.append(Row("cache holds <num> entries", np.arange(W) % 10 == 3, "api"))
    rows.append(Row("slow query took <num> ms", steady(0.2, seed + 7), "api", 13))
    rows.append(Row("batch of <num> rows loaded", np.where(rng.random(W) < 0.05, rng.integers(5, 60, W), 0), "web"))
    return rows


def plus(counts: Sequence[float] | NDArray[Any], at: int, more: int, lasting: int = 1) -> NDArray[np.int64]:
    """Return counts with some more in each of a few windows."""
    changed = np.array(counts, np.int64)
    changed[at : at + lasting] += more
    return changed
