"""The group of commands ``logburl services``: thin, as ``logburl.deploy.cli``, which it is added to."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logburl.deploy.choices import ServicesOutput

if TYPE_CHECKING:
    from logburl.deploy.services.home import Home

ENDED = 3  # exit code of `status` where something does not run, as that of `systemctl status`

services = typer.Typer(
    no_args_is_help=True,
    help="Run a real Kafka and a real OpenSearch here, to try them.",
)

HomeFolder = Annotated[
    Path | None,
    typer.Option("--home", help="Where artefacts and data are kept. [default: ~/.cache/logburl/services]"),
]
Output = Annotated[ServicesOutput, typer.Option("--output", "-o", help="Form of what is told.")]


@services.command()
def up(
    kafka: Annotated[bool, typer.Option("--kafka", help="Start Kafka. [default: both]")] = False,
    opensearch: Annotated[bool, typer.Option("--opensearch", help="Start OpenSearch. [default: both]")] = False,
    security: Annotated[bool, typer.Option("--security", help="With TLS, users and roles.")] = False,
    kafka_port: Annotated[
        int,
        typer.Option("--kafka-port", min=0, max=65000, help="For clients; the next one is used, too. 0: free ones."),
    ] = 9092,
    opensearch_port: Annotated[
        int,
        typer.Option("--opensearch-port", min=0, max=65000, help="For clients; that + 100 is used, too. 0: free ones."),
    ] = 9200,
    home: HomeFolder = None,
    output: Output = ServicesOutput.text,
) -> None:
    """Start them with empty data, and say where they are.

    The first time some 150 MB are fetched, by Maven (mvn).
    """
    from logburl.deploy.services import commands

    wanted = commands.Wanted(kafka, opensearch, security, kafka_port, opensearch_port)
    commands.up(_home(home), wanted, output.value)


@services.command()
def status(home: HomeFolder = None, output: Output = ServicesOutput.text) -> None:
    """Tell address, process and memory of each; exit with 3 if one does not run."""
    from logburl.deploy.services import commands

    if not commands.print_status(_home(home), output.value):
        raise typer.Exit(ENDED)


@services.command()
def down(home: HomeFolder = None) -> None:
    """End what `up` started, and nothing else."""
    from logburl.deploy.services import commands

    commands.down(_home(home))


def _home(folder: Path | None) -> "Home":
    from logburl.deploy.services.home import Home, default_home

    return Home((folder or default_home()).absolute())
