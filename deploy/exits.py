"""How the command ends: errors become one clear line and an exit code, signals the codes that shells expect.

0 done; 1 findings (only with ``--fail-on``), or a part failed; 2 usage or configuration; 130 Ctrl-C; 141 nobody reads
the output; 143 SIGTERM.
"""

import os
import signal
import sys
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from logburl.ingest.errors import ConfigError, LogburlError

FINDINGS, USAGE, INTERRUPTED, BROKEN_PIPE, TERMINATED = 1, 2, 130, 141, 143


class Terminated(BaseException):
    """SIGTERM came."""


class Commands(TyperGroup):
    """A group whose commands end as said above, whatever they raise on purpose."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command and turn its end into an exit code."""
        signal.signal(signal.SIGTERM, _terminate)
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()
            raise typer.Exit(BROKEN_PIPE) from None
        except KeyboardInterrupt:
            say("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except Terminated:
            say("terminated")
            raise typer.Exit(TERMINATED) from None
        except OSError as error:  # a full disk behind stdout
            _forget_stdout()
            say(f"error: {error}")
            raise typer.Exit(1) from None
        except LogburlError as error:
            say(f"error: {error}")
            raise typer.Exit(USAGE if isinstance(error, ConfigError) else 1) from None


def say(message: str) -> None:
    """Print to stderr, where progress and errors go; if nobody reads that either, go on."""
    try:
        sys.stderr.write(f"logburl: {message}\n")
        sys.stderr.flush()
    except OSError:
        return


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


def _forget_stdout() -> None:
    """Keep the interpreter from complaining, at its end, about what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
