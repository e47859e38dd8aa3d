"""Whole raw lines of two public corpora, as the systems wrote them. The files lie beside the checkout, not in it."""

import os
from functools import cache
from pathlib import Path

import pandas as pd
import py7zr

DATA = Path(os.environ.get("LOGBURL_DATA", Path(__file__).parents[3] / "shared" / "data"))
HDFS_FILE = DATA / "hdfs_raw" / "hdfs_events_2percent.parquet"
BGL_FILE = DATA / "bgl_raw" / "bgl2_100k.7z"


@cache
def hdfs() -> bytes:
    """Return 222,579 lines of HDFS, put together again from their columns."""
    columns = ["date", "time", "id", "level", "component", "m_message"]
    rows = pd.read_parquet(HDFS_FILE, columns=columns).itertuples(index=False)
    return "".join(" ".join(row) + "\n" for row in rows).encode()


@cache
def bgl() -> bytes:
    """Return the first 100,000 lines of BGL as published: each begins with its label, ``-`` or an alert's class."""
    return _unpacked(BGL_FILE)


@cache
def bgl_unlabelled() -> tuple[bytes, list[str]]:
    """Return the same lines without their labels, as the system wrote them, and the labels."""
    labels, _, lines = zip(*(line.partition(b" ") for line in bgl().splitlines(keepends=True)), strict=True)
    return b"".join(lines), [label.decode() for label in labels]


def _unpacked(path: Path) -> bytes:
    factory = py7zr.io.BytesIOFactory(1 << 30)
    with py7zr.SevenZipFile(path) as archive:
        archive.extractall(factory=factory)
    (content,) = factory.products.values()
    content.seek(0)
    raw: bytes = content.read()
    return raw
