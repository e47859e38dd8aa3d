"""What can go wrong, as a tree.

::

    LogburlError
    ├── ConfigError     the user's mistake: stop, exit code 2
    │   └── Mistakes    several of them, one to a line
    ├── BadRecord       a record that cannot be read: set it aside with its bytes, go on
    ├── RetryLater      a service says "not now": pause, replay from the last commit
    └── PartFailed      a part cannot go on: stop, exit code 1
        ├── Fenced      another process has taken our work over: leave it to that one
        └── Miscounted  the account does not add up: a bug of ours, never hidden

A message says what was expected, what came, and where.
"""


class LogburlError(Exception):
    """Any error that logburl raises on purpose."""


class ConfigError(LogburlError):
    """The user asked for something that cannot be: a missing file, an unknown name, a wrong value."""


class Mistakes(ConfigError):
    """All that is wrong with a configuration, one mistake to a line."""


class BadRecord(LogburlError):
    """A record cannot be read; its bytes are kept aside and counted."""


class RetryLater(LogburlError):
    """A service is busy or away.

    Args:
        after_s: How long to wait before the next try, in seconds.
    """

    def __init__(self, message: str, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


class PartFailed(LogburlError):
    """A part cannot do its work (disk full, store damaged); nothing more is read."""


class Fenced(PartFailed):
    """Another process has opened what we write to: what we added since our last commit is not ours to commit."""


class Miscounted(PartFailed):
    """Lines read and lines accounted for differ."""
