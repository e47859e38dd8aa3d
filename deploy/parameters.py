"""Arguments and options that several commands take, as decorators."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]

A_FILE = click.Path(readable=False, path_type=Path)
A_NAME = click.Path(readable=False)
"""What may be the name of a file, as text. Both are completed by shells; whoever reads it says why it cannot be."""

LIST_OUTPUTS = ("text", "json", "ndjson")


class Whole(click.IntRange):
    """A whole number within bounds."""

    name = "integer"


def several(*parameters: Decorator[Any]) -> Decorator[Any]:
    """Return what gives a command all of these, told in this order."""

    def decorated(function: Function) -> Function:
        for parameter in reversed(parameters):
            function = parameter(function)
        return function

    return decorated


def output(*forms: str, default: str = "text", help: str = "Form of the list.") -> Decorator[Any]:
    """Return the option that says in which of some forms results are printed."""
    return click.option("-o", "--output", type=click.Choice(forms), default=default, show_default=True, help=help)


def store(help: str) -> Decorator[Any]:
    """Return the option that names a store."""
    return click.option("--store", type=A_NAME, metavar="PLACE", help=f"{help}: a file, or opensearch://HOST.")


paths = click.argument(
    "paths", nargs=-1, type=A_NAME, help="Files (gz, zst, xz, bz2, tar, zip too), folders, globs, or - for stdin."
)
reading = several(
    click.option("--format", help="Format of the lines; 'message': the line is the message.  [default: auto]"),
    click.option("--timezone", help="Zone of times that name none, like Europe/Berlin.  [default: UTC]"),
    click.option(
        "--day-first/--month-first",
        default=None,
        help="What 03/04/2026 begins with.  [default: what the log shows]",
    ),
    click.option(
        "--no-fold", "fold", is_flag=True, flag_value=False, default=None, help="Every line is an entry of its own."
    ),
    click.option(
        "-j",
        "--jobs",
        type=Whole(1, 256),
        help="Threads that work ahead.  [default: one a core, at most 4]",
    ),
)
follow = click.option(
    "-f", "--follow", is_flag=True, help="Go on with what comes; rotation is survived. Ctrl-C ends it."
)
config = click.option("-c", "--config", type=A_FILE, help="Configuration (YAML); options win over it.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Neither progress nor account on stderr.")
verbose = click.option("-v", "--verbose", is_flag=True, help="Say what is being done, on stderr.")
known = store("The store that a scan wrote")
