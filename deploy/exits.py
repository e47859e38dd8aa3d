"""How the command ends: errors become one clear line and an exit code, signals the codes that shells expect.

0 done; 1 findings (only with ``--fail-on``), or a part failed; 2 usage or configuration; 130 Ctrl-C; 141 nobody reads
the output; 143 SIGTERM.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from types import FrameType
from typing import Any, Protocol

import click
from click.exceptions import Exit

from logburl.deploy.start import INTERRUPTED, end_at_once
from logburl.ingest.errors import ConfigError, LogburlError, Mistakes

FINDINGS, USAGE, BROKEN_PIPE, TERMINATED = 1, 2, 141, 143


class Terminated(BaseException):
    """SIGTERM came."""


class InOrder(click.Group):
    """A group whose commands are listed in the order in which they were written."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names."""
        return list(self.commands)


class Commands(InOrder):
    """A group whose commands end as said above, whatever they raise on purpose."""

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Read the arguments; help and version are printed here."""
        with ends():
            return super().make_context(*given, **more)

    def invoke(self, ctx: Any) -> Any:
        """Run a command and turn its end into an exit code."""
        signal.signal(signal.SIGTERM, _terminate)
        with ends():
            super().invoke(ctx)
            sys.stdout.flush()


class FormatCommands(InOrder):
    """Commands about formats; a name that is no command is a format to show."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return what to do, and with which arguments."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


class Tell(Protocol):
    """**Protocol:** says how the command ended, and why if it failed, in several ``lines`` perhaps."""

    def __call__(self, how: str, reason: str = "", *, lines: bool = False) -> None: ...


def say_end(how: str, reason: str = "", *, lines: bool = False) -> None:
    """Print how the command ended to stderr."""
    say(f"{how}: {reason}" if reason else how, lines=lines)


@contextmanager
def ends(tell: Tell = say_end) -> Iterator[None]:
    """Turn what is raised on purpose into an exit code, and have it told."""
    try:
        with _interruptible():
            yield
    except BrokenPipeError:
        _forget_stdout()
        raise Exit(BROKEN_PIPE) from None
    except KeyboardInterrupt:
        tell("interrupted")
        raise Exit(INTERRUPTED) from None
    except Terminated:
        tell("terminated")
        raise Exit(TERMINATED) from None
    except OSError as error:  # a full disk behind stdout
        _forget_stdout()
        tell("error", str(error))
        raise Exit(1) from None
    except LogburlError as error:
        tell("error", str(error), lines=isinstance(error, Mistakes))
        raise Exit(USAGE if isinstance(error, ConfigError) else 1) from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C be an exception for a while, where it would end the process at once."""
    outside = signal.getsignal(signal.SIGINT)
    try:
        if outside is end_at_once:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    except RuntimeError as error:  # Python 3.11 wraps what comes while a class is made, as in an import
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise
    finally:
        if outside is end_at_once:
            signal.signal(signal.SIGINT, outside)


def prepare_standard_streams() -> None:
    """Print in UTF-8 whatever the locale is, and put something in the place of streams that were closed.

    Else the next file to be opened, a store perhaps, would be what is written to. What takes the place of stdin or
    stdout fails when it is used; what is said to a closed stderr is gone.
    """
    for name, access, mode in (("stdin", os.O_WRONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:  # the lowest number that is free is its own
            setattr(sys, name, os.fdopen(os.open(os.devnull, access), mode, encoding="utf-8"))
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def say(message: str, *, lines: bool = False) -> None:
    """Print to stderr, where progress and errors go; if nobody reads that either, go on.

    What a name or a file says in it is shown, not obeyed: a terminal would take escapes for commands, a person the end
    of a line in a name for the end of the message, unless there are several ``lines``.
    """
    from logburl.deploy.reports.plain import visible  # not needed for help

    try:
        shown = "\n".join(map(visible, message.split("\n"))) if lines else visible(message)
        sys.stderr.write(f"logburl: {shown}\n")
        sys.stderr.flush()
    except OSError:
        return


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


def _forget_stdout() -> None:
    """Keep the interpreter from complaining, at its end, about what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
