"""What was handed over of a partition and is not finished."""

from collections import deque


class Unfinished:
    """Keeps the offset below which all is finished.

    Args:
        floor: Where reading began.

    Example:
        >>> unfinished = Unfinished(10)
        >>> unfinished.hand(20)
        >>> unfinished.hand(30)
        >>> unfinished.finish(30), unfinished.floor
        (True, 10)
        >>> unfinished.finish(20), unfinished.floor, unfinished.finish(20)
        (True, 30, False)
    """

    def __init__(self, floor: int) -> None:
        self.floor = floor
        self._ends: deque[int] = deque()
        self._finished: set[int] = set()

    def __len__(self) -> int:
        return len(self._ends) - len(self._finished)

    def hand(self, end: int) -> None:
        """Note a batch that ends at an offset; ends rise."""
        self._ends.append(end)

    def finish(self, end: int) -> bool:
        """Note that the batch with this end is finished; return False if there is none, or it was already."""
        if end not in self._ends or end in self._finished:
            return False
        self._finished.add(end)
        while self._ends and self._ends[0] in self._finished:
            self.floor = self._ends.popleft()
            self._finished.discard(self.floor)
        return True
