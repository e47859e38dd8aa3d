"""The command line: thin, and quick to start, so every command imports what it needs when it runs.

Results go to stdout, progress and the account to stderr.

Choice: click 8.5 (BSD-3-Clause), 24 ms of a start. typer (MIT), which is made of the same, takes half as long again,
and since 0.29 imports pydantic for the values of options: three times as long. argparse has no completion for shells.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from logburl.deploy import parameters
from logburl.deploy.daemon.cli import replay_dlq, run
from logburl.deploy.exits import FINDINGS, Commands, FormatCommands
from logburl.deploy.parameters import LIST_OUTPUTS
from logburl.deploy.services.cli import services

if TYPE_CHECKING:
    from logburl.deploy.options import Reading

PROGRAM, COMPLETION = "logburl", "_LOGBURL_COMPLETE"


def _print_version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"{PROGRAM} {version(PROGRAM)}", flush=True)
        ctx.exit()


def _print_completion(ctx: click.Context, parameter: click.Parameter, shell: str | None) -> None:
    if shell:
        from click.shell_completion import shell_complete

        ctx.exit(shell_complete(ctx.command, {}, PROGRAM, COMPLETION, f"{shell}_source"))


@click.group(PROGRAM, cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@click.option(
    "--completion",
    type=click.Choice(["bash", "fish", "zsh"]),
    is_eager=True,
    expose_value=False,
    callback=_print_completion,
    help="Print what completes commands, options and files in a shell: it is to be sourced.",
)
def app() -> None:
    """From a log to about ten incidents with their evidence, without labels."""


@app.command()
@parameters.paths
@parameters.output("text", "json", "ndjson", "html", "md", help="Form of the report.")
@parameters.store("Keep what is learned in a store")
@click.option("--budget", type=parameters.Whole(1, 1_000_000), help="Incidents shown at most.  [default: 10]")
@parameters.reading
@click.option(
    "--fail-on",
    type=click.Choice(["new", "incident"]),
    help="Exit with 1 if an incident is found, or one new to the store.",
)
@parameters.follow
@parameters.config
@parameters.quiet
@parameters.verbose
def scan(
    paths: tuple[str, ...],
    output: str,
    store: str | None,
    budget: int | None,
    fail_on: str | None,
    follow: bool,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    **reading: Unpack["Reading"],
) -> None:
    """Find the incidents in logs."""
    from logburl.deploy.commands import print_scan
    from logburl.deploy.options import configured

    settings = configured(config, paths, budget=budget, store=store, **reading)
    if follow:
        from logburl.deploy.live.scan import follow_to_stdout

        if fail_on:
            raise click.BadParameter("expected a scan that ends, got --follow", param_hint="--fail-on")
        follow_to_stdout(settings, output, quiet=quiet, verbose=verbose)
        return
    result = print_scan(settings, output, quiet=quiet, verbose=verbose)
    findings = [one for one in result.incidents if fail_on == "incident" or one.seen is None]
    if fail_on and findings:
        raise click.exceptions.Exit(FINDINGS)


@app.command()
@parameters.paths
@parameters.output("ndjson", "parquet", "text", "none", default="ndjson", help="Form of the entries.")
@parameters.reading
@parameters.follow
@parameters.config
@parameters.quiet
@parameters.verbose
def parse(
    paths: tuple[str, ...],
    output: str,
    follow: bool,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    **reading: Unpack["Reading"],
) -> None:
    """Print one record per entry, with its template and parameters."""
    from logburl.deploy.options import configured

    settings = configured(config, paths, **reading)
    if follow:
        from logburl.deploy.live.parse import follow_to_stdout

        follow_to_stdout(settings.ingest, output, quiet=quiet)
        return
    from logburl.deploy.parse import parse_to_stdout

    parse_to_stdout(settings.ingest, output, quiet=quiet, verbose=verbose)


@app.command()
@parameters.paths
@parameters.output(*LIST_OUTPUTS)
@parameters.reading
@parameters.config
@parameters.quiet
@parameters.verbose
def patterns(
    paths: tuple[str, ...],
    output: str,
    config: Path | None,
    quiet: bool,
    verbose: bool,
    **reading: Unpack["Reading"],
) -> None:
    """List templates with exact counts, times, levels and values."""
    from logburl.deploy.commands import print_patterns
    from logburl.deploy.options import configured

    print_patterns(configured(config, paths, **reading), output, quiet=quiet, verbose=verbose)


@app.command()
@parameters.paths
@click.option("--kinds", help="What is replaced: secrets, personal, or kinds, with commas.  [default: secrets]")
@click.option("--key-file", type=parameters.A_FILE, help="Random bytes, for the same pseudonyms in every run.")
@parameters.config
@parameters.quiet
def redact(paths: tuple[str, ...], kinds: str | None, key_file: Path | None, config: Path | None, quiet: bool) -> None:
    """Print logs with secrets replaced by pseudonyms."""
    from logburl.deploy.redact import redact_to_stdout

    redact_to_stdout(config, paths, kinds=kinds, key_file=key_file, quiet=quiet)


@app.group(cls=FormatCommands, invoke_without_command=True, short_help="List formats of lines; try them on a file.")
@parameters.output(*LIST_OUTPUTS)
@parameters.config
@click.pass_context
def formats(ctx: click.Context, output: str, config: Path | None) -> None:
    """List the formats of lines that are known, in the order in which they are tried; NAME shows one."""
    from logburl.deploy.formats import print_formats

    if ctx.invoked_subcommand is None:
        print_formats(config, output)


@formats.command("show")
@click.argument("name", help="Name of a format.")
@parameters.output(*LIST_OUTPUTS, help="Form.")
@parameters.config
def formats_show(name: str, output: str, config: Path | None) -> None:
    """Show a format with examples, as NAME alone does."""
    from logburl.deploy.formats import print_format

    print_format(config, name, output)


@formats.command("try")
@click.argument("file", type=parameters.A_NAME, help="A file, or - for stdin.")
@click.option(
    "-n",
    "--lines",
    type=parameters.Whole(1, 1000),
    default=10,
    show_default=True,
    help="How many lines are tried.",
)
@parameters.output(*LIST_OUTPUTS, help="Form.")
@parameters.config
def formats_try(file: str, lines: int, output: str, config: Path | None) -> None:
    """Explain line by line which format fits, and why others do not."""
    from logburl.deploy.formats import print_tried

    print_tried(config, file, lines, output)


app.add_command(run)
app.add_command(replay_dlq)


@app.command()
@parameters.known
@parameters.output(*LIST_OUTPUTS)
@click.option("--limit", type=parameters.Whole(1), default=100, show_default=True, help="How many at most.")
@parameters.config
def incidents(store: str | None, output: str, limit: int, config: Path | None) -> None:
    """List the incidents that a store keeps."""
    from logburl.deploy.kept import print_incidents
    from logburl.deploy.stores import store_to_read

    print_incidents(store_to_read(store, config), output, limit)


@app.command()
@click.argument("id", help="Id of an incident, or its beginning.")
@parameters.known
@parameters.output(*LIST_OUTPUTS, help="Form.")
@parameters.config
def show(id: str, store: str | None, output: str, config: Path | None) -> None:
    """Show one incident that a store keeps."""
    from logburl.deploy.kept import print_incident
    from logburl.deploy.stores import store_to_read

    print_incident(store_to_read(store, config), id, output)


@app.command()
@click.argument("config", type=parameters.A_FILE, help="Configuration (YAML).")
def validate(config: Path) -> None:
    """Check a configuration and try its samples."""
    import time

    from logburl.deploy.settings.samples import validate as validated

    validated(config, time.time_ns())
    print(f"{config}: good")


@app.command()
def schema() -> None:
    """Print the JSON Schema of the configuration."""
    import json

    from logburl.deploy.settings.schema import schema as config_schema

    print(json.dumps(config_schema(), indent=2))


@app.command()
@parameters.store("A store to check, too")
@parameters.config
def doctor(store: str | None, config: Path | None) -> None:
    """Check installation, store and broker; say what helps."""
    from logburl.deploy.doctor import print_checks

    if not print_checks(store, config):
        raise click.exceptions.Exit(1)


app.add_command(services)
