"""What a source that is followed could not read, told when it is found: the end may be days away."""

from collections.abc import Callable

from logburl.deploy.account import print_problems
from logburl.ingest.source import Source


class Unread:
    """Tells the problems of a source on stderr, each once.

    Args:
        source: The source.
        before: Is called before something is told.
    """

    def __init__(self, source: Source, before: Callable[[], None] = lambda: None) -> None:
        self.source = source
        self.before = before
        self._told = 0

    def tell(self) -> None:
        """Tell what came since."""
        new = self.source.problems[self._told :]
        if new:
            self.before()
            print_problems(new)
            self._told += len(new)
