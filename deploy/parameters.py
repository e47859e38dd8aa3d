"""Arguments and options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[
    list[str] | None, typer.Argument(help="Files (gz, zst, xz, bz2, tar, zip too), folders, globs, or - for stdin.")
]
Store = Annotated[
    str | None, typer.Option("--store", metavar="PLACE", help="Keep what is learned in a file, or opensearch://HOST.")
]
Known = Annotated[
    str | None, typer.Option("--store", metavar="PLACE", help="The store that a scan wrote: a file, opensearch://HOST.")
]
Checked = Annotated[
    str | None, typer.Option("--store", metavar="PLACE", help="A store to check, too: a file, opensearch://HOST.")
]
Format = Annotated[
    str | None,
    typer.Option("--format", help="Format of the lines; 'message': the line is the message. [default: auto]"),
]
TimeZone = Annotated[
    str | None,
    typer.Option("--timezone", help="Zone of times that name none, like Europe/Berlin. [default: UTC]"),
]
DayFirst = Annotated[
    bool | None,
    typer.Option("--day-first/--month-first", help="What 03/04/2026 begins with. [default: what the log shows]"),
]
NoFold = Annotated[bool, typer.Option("--no-fold", help="Every line is an entry of its own.")]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, max=256, help="Threads that work ahead. [default: one a core, at most 4]"),
]
Follow = Annotated[
    bool, typer.Option("--follow", "-f", help="Go on with what comes; rotation is survived. Ctrl-C ends it.")
]
ConfigFile = Annotated[Path | None, typer.Option("--config", "-c", help="Configuration (YAML); options win over it.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Neither progress nor account on stderr.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say what is being done, on stderr.")]
