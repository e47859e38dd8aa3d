"""The commands of the daemon, ``run`` and ``replay-dlq``: thin, as ``logburl.deploy.cli``, which they are added to."""

from pathlib import Path

import click

from logburl.deploy import parameters


@click.command()
@click.option("-c", "--config", type=parameters.A_FILE, required=True, help="Configuration (YAML).")
def run(config: Path) -> None:
    """Run as a daemon: read, keep and judge until SIGTERM."""
    from logburl.deploy.daemon.run import run as run_daemon

    run_daemon(config)


@click.command("replay-dlq")
@click.option("-c", "--config", type=parameters.A_FILE, required=True, help="Configuration of the daemon (YAML).")
@click.option("--topic", default="", help="Only what came from this topic.")
@click.option("--filter", default="", help="Only what was refused with an error that says this.")
@click.option("--since", default="", help="Only what was refused then or later.")
@click.option("--until", default="", help="Only what was refused before.")
@click.option("--dry-run", is_flag=True, help="List them, and send nothing.")
@parameters.output(*parameters.LIST_OUTPUTS)
def replay_dlq(config: Path, topic: str, filter: str, since: str, until: str, dry_run: bool, output: str) -> None:
    """Send records that the store had refused again."""
    from logburl.deploy.daemon.replay import replay

    replay(config, topic, filter, since, until, output, dry_run=dry_run)
