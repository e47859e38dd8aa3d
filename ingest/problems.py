"""What a source that has no end could not read.

>>> problems = Problems(most=2)
>>> for path in ("a", "b", "b", "c", "d", "e"):
...     problems.add(f"{path}: not read")
>>> problems.told
['a: not read', 'b: not read', 'more than 2 problems came: of further ones only the number is told']
"""

from pathlib import Path

MOST = 1000
GROWTH = 10


class Problems:
    """Sentences, each of them once; of very many the first, then at growing distances how many came.

    Args:
        most: So many are told.

    Attributes:
        told: The sentences; more are only ever added.
    """

    def __init__(self, most: int = MOST) -> None:
        self.told: list[str] = []
        self._count, self._next = 0, most
        self._most = most

    def add(self, problem: str) -> None:
        """Keep a problem; beyond the bound one that comes again counts again."""
        if problem in self.told:
            return
        self._count += 1
        if self._count <= self._most:
            self.told.append(problem)
        elif self._count > self._next:
            self.told.append(f"more than {self._next:,} problems came: of further ones only the number is told")
            self._next *= GROWTH


def not_read(path: Path, error: OSError) -> str:
    """Say that a file was not read, and why; a folder is named where nobody may look into it."""
    why = "it may not be looked into" if isinstance(error, IsADirectoryError) else error.strerror or error
    return f"{path}: not read: {why}"
