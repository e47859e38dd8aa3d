"""Types of the compiled kernel; ``backend.Kernel`` documents what each function does."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import CellCounts, CellFirst, CellKeys, CellSums

class Cells:
    def __new__(cls) -> Cells: ...
    def __len__(self) -> int: ...
    def add(self, keys: CellKeys, counts: CellCounts, first: CellFirst) -> None: ...
    def columns(self) -> CellSums: ...

class Formats:
    def __new__(cls, programs: Sequence[tuple[int, Sequence[tuple[int, int, int, bytes]]]]) -> Formats: ...

class Interner:
    def __new__(cls) -> Interner: ...
    def __len__(self) -> int: ...
    def intern(self, signature: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]: ...

class Masks:
    def __new__(cls, expression: str) -> Masks: ...
    def whole(self, texts: Sequence[bytes]) -> list[bool]: ...

class Redactor:
    def __new__(cls, rules: Sequence[tuple[Any, ...]], placeholders: Sequence[bytes], key: bytes) -> Redactor: ...
    def redact(
        self, buffer: NDArray[np.uint8], offset: NDArray[np.int64], still_open: tuple[int, int]
    ) -> tuple[tuple[NDArray[np.uint8], NDArray[np.int64]] | None, NDArray[np.int64], tuple[int, int]]: ...

def split(buffer: NDArray[np.uint8]) -> NDArray[np.int64]: ...
def last_entry(buffer: NDArray[np.uint8], formats: Formats) -> int: ...
def parse_batch(
    buffer: NDArray[np.uint8],
    offset: NDArray[np.int64],
    formats: Formats,
    fallback: int,
    fold: int,
    received_ns: int,
    masks: Masks | None = None,
    begins: NDArray[np.bool_] | None = None,
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.uint8],
    NDArray[np.uint8],
    NDArray[np.int32],
    tuple[bytes, ...],
    NDArray[np.uint8],
    NDArray[np.uint8],
    NDArray[np.int64],
    NDArray[np.uint64],
    bool,
    int,
]: ...
def unwoven(
    buffer: NDArray[np.uint8], offset: NDArray[np.int64], formats: Formats
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]: ...
def tokens(
    text: NDArray[np.uint8], spans: NDArray[np.int64], masks: Masks | None = None, most: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]: ...
def exceptions(text: NDArray[np.uint8], spans: NDArray[np.int64]) -> NDArray[np.int64]: ...
def gather(text: NDArray[np.uint8], spans: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]: ...
def signatures(text: NDArray[np.uint8], spans: NDArray[np.int64], masks: Masks | None = None) -> NDArray[np.uint64]: ...
