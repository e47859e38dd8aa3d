"""What reads bytes: the compiled kernel, or its numpy twin where there is none.

Choice: Rust through PyO3. It starts in a millisecond (numba: 1.4 s), checks its bounds on hostile bytes, and is the
quickest of those measured. The twin gives the same results twenty to thirty times slower; it is the
readable specification, and runs where neither a wheel nor a toolchain is.
"""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

NO_KERNEL = (
    "logburl: the compiled kernel is not installed, the numpy twin reads the log (slower, same results); "
    "install a wheel, or cargo and then logburl again"
)

WHOLE = 2
"""How lines are folded where it is known what belongs together: see ``Kernel.parse_batch``."""

UNNAMED = 4
"""Added to that, where nobody wants the names of services and hosts."""

Program = tuple[int, Sequence[tuple[int, int, int, bytes]]]
PlainColumns = tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.uint8],
    NDArray[np.uint8],
    NDArray[np.int32],
    tuple[bytes, ...],
    NDArray[np.int32],
    tuple[bytes, ...],
    NDArray[np.uint8],
    NDArray[np.uint8],
    NDArray[np.int64],
    NDArray[np.uint64],
    bool,
    int,
]
CellKeys = tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32]]
CellCounts = tuple[NDArray[np.int64] | None, NDArray[np.uint8]]
CellFirst = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
CellSums = tuple[CellKeys, tuple[NDArray[np.int64], NDArray[np.uint8]], CellFirst]
Open = tuple[int, int]
Redacted = tuple[tuple[NDArray[np.uint8], NDArray[np.int64]] | None, NDArray[np.int64], Open]
Tokens = tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]


class Columns(NamedTuple):
    """What ``parse_batch`` returns, by name: ``Columns(*kernel().parse_batch(…))``."""

    record: NDArray[np.int64]
    time_ns: NDArray[np.int64]
    told: NDArray[np.uint8]
    severity: NDArray[np.uint8]
    service: NDArray[np.int32]
    services: tuple[bytes, ...]
    host: NDArray[np.int32]
    hosts: tuple[bytes, ...]
    format: NDArray[np.uint8]
    extra: NDArray[np.uint8]
    message: NDArray[np.int64]
    signature: NDArray[np.uint64]
    woven: bool
    cut: int


class Numbering(Protocol):
    """**Protocol:** a table that numbers signatures in the order in which they first come."""

    def __len__(self) -> int: ...

    def intern(self, signature: NDArray[np.uint64], /) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the numbers of ``(n,)`` signatures, and the rows at which one comes for the first time."""
        ...


class Counting(Protocol):
    """**Protocol:** a table of cells, in the order in which their keys first come."""

    def __len__(self) -> int: ...

    def add(self, keys: CellKeys, counts: CellCounts, first: CellFirst, /) -> None:
        """Add ``n`` cells, columns of ``(n,)``: counts add up, the highest severity and the first entry stay.

        Args:
            keys: Window, signature, service and stream.
            counts: How many entries, None for one each; and the highest severity.
            first: Time, position and line of the first entry, which is compared by these.

        Raises:
            ValueError: The columns differ in length.
        """
        ...

    def spread(self) -> int:
        """Return how many windows lie between the first and the last."""
        ...

    def widen(self, factor: int, /) -> None:
        """Make windows so many times as wide; cells that fall together add up.

        Raises:
            ValueError: The factor is less than 1.
        """
        ...

    def columns(self) -> CellSums:
        """Return all cells."""
        ...


class Redacting(Protocol):
    """**Protocol:** rules of what is secret or personal, and the key of the pseudonyms that replace it."""

    def redact(self, buffer: NDArray[np.uint8], offset: NDArray[np.int64], still_open: Open, /) -> Redacted:
        """Return records with pseudonyms in place of values.

        Args:
            buffer: The bytes of all records.
            offset: (n + 1,) rising; record ``i`` is ``buffer[offset[i]:offset[i + 1]]``.
            still_open: The private key that the records before these have not ended: how many more lines it may have,
                and the column of its text, -1 if that is not known; (0, -1) for none.

        Returns:
            Buffer and offset, or None where nothing was found; how many values each rule found, (rules,); and the key
            that these records have not ended.
        """
        ...


class Masking(Protocol):
    """**Protocol:** a user's masks."""

    def whole(self, texts: Sequence[bytes], /) -> list[bool]:
        """Return whether each of some texts is one value as a whole."""
        ...


class Kernel(Protocol):
    """**Protocol:** a module that turns bytes into columns.

    No bytes make it fail. Places outside a buffer raise ``ValueError``. All cost time linear in the bytes.
    """

    def Formats(self, programs: Sequence[Program], /) -> Any:
        """Return header programs, compiled; only the module that made them can read with them.

        Args:
            programs: Numbers of formats (0 to 255), each with the operations of one of its headers, in the order in
                which they are tried.

        Raises:
            ValueError: If a program has more than 31 operations.
        """
        ...

    def Cells(self) -> Counting:
        """Return an empty table."""
        ...

    def Interner(self) -> Numbering:
        """Return an empty table."""
        ...

    def Masks(self, expression: str, /) -> Masking:
        """Return a user's masks, compiled; only the module that made them can read with them.

        Args:
            expression: As ``logburl.ingest.expressions.expression.written`` writes it; it never matches nothing.

        Raises:
            ValueError: If it cannot be read.
        """
        ...

    def Redactor(self, rules: Sequence[tuple[Any, ...]], placeholders: Sequence[bytes], key: bytes, /) -> Redacting:
        """Return rules, compiled.

        Args:
            rules: As ``logburl.ingest.redact.plain`` returns them, in the order of their rank.
            placeholders: Words, in lower case, that stand where no value is told.
            key: At most 64 bytes.

        Raises:
            ValueError: If a pattern cannot be read, or a name is not known.
        """
        ...

    def split(self, buffer: NDArray[np.uint8], /) -> NDArray[np.int64]:
        """Return the ``(n + 1,)`` offsets of the lines of a buffer; the last may lack its line feed."""
        ...

    def last_entry(self, buffer: NDArray[np.uint8], formats: Any, /) -> int:
        """Return where the last entry begins among whole lines of which the first begins one; 0 if it is that."""
        ...

    def parse_batch(
        self,
        buffer: NDArray[np.uint8],
        offset: NDArray[np.int64],
        formats: Any,
        fallback: int,
        fold: int,
        received_ns: int,
        masks: Any = None,
        begins: NDArray[np.bool_] | None = None,
        /,
    ) -> PlainColumns:
        """Return the columns of the ``m`` entries that ``n`` records make.

        Args:
            buffer: The bytes of all records.
            offset: (n + 1,) rising; record ``i`` is ``buffer[offset[i]:offset[i + 1]]``.
            formats: The headers that are known.
            fallback: Format number of an entry without a header.
            fold: 1 (True): continuation lines belong to the entry before them; 0: no line does; ``WHOLE``: all those do
                that begin none by ``begins``, whatever they are: no header is looked for in them. ``UNNAMED`` may be
                added: no entry has a service or a host then.
            received_ns: The time of the first entry, if it has none; it also tells the year where a header does not.
            masks: What is a value besides, None for nothing.
            begins: (n,) which records begin an entry, where that is known (``unwoven``).

        Returns:
            record (m + 1,), time_ns (m,), told (m,), severity (m,), service (m,) and services, host (m,) and hosts,
            format (m,), as in ``LogBatch``; then extra, uint8: messages that had to be unescaped; message (2m,): start
            and end of each, in the buffer with extra behind it, without the blanks around it; signature (m,); woven,
            whether a line may go on with an entry that others stand between: if so, ``unwoven`` tells with which; cut,
            how many entries would have gone on, had they not been so large (1 MiB, 10,000 lines).
        """
        ...

    def unwoven(
        self, buffer: NDArray[np.uint8], offset: NDArray[np.int64], formats: Any, /
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return an order of ``n`` records in which those of an entry stand together, and which of them then begin one.

        Entries stand in the order of their first records. Containers' lines are told apart by their streams; between
        two lines of an entry are at most 128 records.
        """
        ...

    def tokens(
        self, text: NDArray[np.uint8], spans: NDArray[np.int64], masks: Any = None, most: int | None = None, /
    ) -> Tokens:
        """Return the words and slots of the messages at ``(n, 2)`` spans of a text; of a user's masks, too.

        Of each message the first ``most`` are returned: a line of megabytes has millions.

        Returns:
            offset (n + 1,): message ``i`` has the tokens from ``offset[i]`` to ``offset[i + 1]``; kind, 1 for a slot;
            start and end in the text.
        """
        ...

    def exceptions(self, text: NDArray[np.uint8], spans: NDArray[np.int64], /) -> NDArray[np.int64]:
        """Return what is told of the exceptions whose traces the messages at ``(n, 2)`` spans of a text hold.

        Returns:
            (6n,): of each message, start and end in the text of the exception's type, of its message, and of the first
            frame that is neither of a runtime nor of an installed library, of the package that is called by reflection
            or as ``main`` where calls tell; -1 where there is none.
        """
        ...

    def gather(
        self, text: NDArray[np.uint8], spans: NDArray[np.int64], /
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return the bytes at ``(n, 2)`` spans of a text, one after the other, behind where each begins, (n + 1,)."""
        ...

    def signatures(self, text: NDArray[np.uint8], spans: NDArray[np.int64], masks: Any = None, /) -> NDArray[np.uint64]:
        """Return the signatures of the messages at ``(n, 2)`` spans of a text."""
        ...


@cache
def kernel() -> Kernel:
    """Return the module that reads bytes; the twin is announced on standard error."""
    try:
        from logburl.ingest import _kernel
    except ImportError:
        from logburl.ingest import twin

        print(NO_KERNEL, file=sys.stderr)
        return twin
    return _kernel
