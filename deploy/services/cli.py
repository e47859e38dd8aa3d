"""The group of commands ``logburl services``: thin, as ``logburl.deploy.cli``, which it is added to."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logburl.deploy import parameters
from logburl.deploy.exits import InOrder

if TYPE_CHECKING:
    from logburl.deploy.services.home import Home

ENDED = 3  # exit code of `status` where something does not run, as that of `systemctl status`

home = click.option(
    "--home",
    type=parameters.A_FILE,
    help="Where artefacts and data are kept.  [default: ~/.cache/logburl/services]",
)
output = parameters.output("text", "json", help="Form of what is told.")


@click.group(cls=InOrder)
def services() -> None:
    """Run a real Kafka and a real OpenSearch here, to try them."""


def port(name: str, default: int, help: str) -> parameters.Decorator[Any]:
    """Return the option that says where one listens."""
    return click.option(name, type=parameters.Whole(0, 65_000), default=default, show_default=True, help=help)


@services.command()
@click.option("--kafka", is_flag=True, help="Start Kafka.  [default: both]")
@click.option("--opensearch", is_flag=True, help="Start OpenSearch.  [default: both]")
@click.option("--security", is_flag=True, help="With TLS, users and roles.")
@port("--kafka-port", 9092, "For clients; the next one is used, too. 0: free ones.")
@port("--opensearch-port", 9200, "For clients; that + 100 is used, too. 0: free ones.")
@home
@output
def up(
    kafka: bool,
    opensearch: bool,
    security: bool,
    kafka_port: int,
    opensearch_port: int,
    home: Path | None,
    output: str,
) -> None:
    """Start them with empty data, and say where they are.

    The first time some 150 MB are fetched, by Maven (mvn).
    """
    from logburl.deploy.services import commands

    commands.up(_home(home), commands.Wanted(kafka, opensearch, security, kafka_port, opensearch_port), output)


@services.command(short_help="Tell address, process and memory of each.")
@home
@output
def status(home: Path | None, output: str) -> None:
    """Tell address, process and memory of each; exit with 3 if one does not run."""
    from logburl.deploy.services import commands

    if not commands.print_status(_home(home), output):
        raise click.exceptions.Exit(ENDED)


@services.command()
@home
def down(home: Path | None) -> None:
    """End what `up` started, and nothing else."""
    from logburl.deploy.services import commands

    commands.down(_home(home))


def _home(folder: Path | None) -> "Home":
    from logburl.deploy.services.home import Home, default_home

    return Home((folder or default_home()).absolute())
