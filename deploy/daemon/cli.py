"""The commands of the daemon, ``run`` and ``replay-dlq``: thin, as ``logburl.deploy.cli``, which they are added to."""

from pathlib import Path
from typing import Annotated

import typer

from logburl.deploy.choices import ListOutput


def run(
    config: Annotated[Path, typer.Option("--config", "-c", help="Configuration (YAML).")],
) -> None:
    """Run as a daemon: read, keep and judge until SIGTERM."""
    from logburl.deploy.daemon.run import run as run_daemon

    run_daemon(config)


def replay_dlq(
    config: Annotated[Path, typer.Option("--config", "-c", help="Configuration of the daemon (YAML).")],
    topic: Annotated[str, typer.Option("--topic", help="Only what came from this topic.")] = "",
    filter: Annotated[str, typer.Option("--filter", help="Only what was refused with an error that says this.")] = "",
    since: Annotated[str, typer.Option("--since", help="Only what was refused then or later.")] = "",
    until: Annotated[str, typer.Option("--until", help="Only what was refused before.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List them, and send nothing.")] = False,
    output: Annotated[ListOutput, typer.Option("--output", "-o", help="Form of the list.")] = ListOutput.text,
) -> None:
    """Send records that the store had refused again."""
    from logburl.deploy.daemon.replay import replay

    replay(config, topic, filter, since, until, output.value, dry_run=dry_run)
