"""The command line: thin, and quick to start, so every command imports what it needs when it runs.

Results go to stdout, progress and the account to stderr.
"""

from pathlib import Path
from typing import Annotated

import typer

from logburl.deploy.choices import FailOn, ListOutput, ParseOutput, ScanOutput
from logburl.deploy.daemon.cli import replay_dlq, run
from logburl.deploy.exits import FINDINGS, Commands, FormatCommands
from logburl.deploy.parameters import (
    Checked,
    ConfigFile,
    DayFirst,
    Follow,
    Format,
    Jobs,
    Known,
    NoFold,
    Paths,
    Quiet,
    Store,
    TimeZone,
    Verbose,
)
from logburl.deploy.services.cli import services

app = typer.Typer(
    name="logburl",
    cls=Commands,
    help="From a log to about ten incidents with their evidence, without labels.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
formats = typer.Typer(
    cls=FormatCommands,
    invoke_without_command=True,
    help="List the formats of lines that are known; try them on a file.",
)
app.add_typer(formats, name="formats")
app.add_typer(services, name="services")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"logburl {version('logburl')}", flush=True)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def scan(
    paths: Paths = None,
    output: Annotated[ScanOutput, typer.Option("--output", "-o", help="Form of the report.")] = ScanOutput.text,
    store: Store = None,
    budget: Annotated[
        int | None, typer.Option("--budget", min=1, max=1_000_000, help="Incidents shown at most. [default: 10]")
    ] = None,
    format: Format = None,
    timezone: TimeZone = None,
    day_first: DayFirst = None,
    no_fold: NoFold = False,
    jobs: Jobs = None,
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="Exit with 1 if an incident is found, or one new to the store.")
    ] = None,
    follow: Follow = False,
    config: ConfigFile = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Find the incidents in logs."""
    from logburl.deploy.commands import print_scan
    from logburl.deploy.options import configured

    settings = configured(
        config,
        paths,
        format=format,
        timezone=timezone,
        day_first=day_first,
        fold=False if no_fold else None,
        jobs=jobs,
        budget=budget,
        store=store,
    )
    if follow:
        from logburl.deploy.live.scan import follow_to_stdout

        if fail_on:
            raise typer.BadParameter("expected a scan that ends, got --follow", param_hint="--fail-on")
        follow_to_stdout(settings, output.value, quiet=quiet, verbose=verbose)
        return
    result = print_scan(settings, output.value, quiet=quiet, verbose=verbose)
    findings = [one for one in result.incidents if fail_on is FailOn.incident or one.seen is None]
    if fail_on and findings:
        raise typer.Exit(FINDINGS)


@app.command()
def parse(
    paths: Paths = None,
    output: Annotated[ParseOutput, typer.Option("--output", "-o", help="Form of the entries.")] = ParseOutput.ndjson,
    format: Format = None,
    timezone: TimeZone = None,
    day_first: DayFirst = None,
    no_fold: NoFold = False,
    jobs: Jobs = None,
    follow: Follow = False,
    config: ConfigFile = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print one record per entry, with its template and parameters."""
    from logburl.deploy.options import configured

    settings = configured(
        config, paths, format=format, timezone=timezone, day_first=day_first, fold=False if no_fold else None, jobs=jobs
    )
    if follow:
        from logburl.deploy.live.parse import follow_to_stdout

        follow_to_stdout(settings.ingest, output.value, quiet=quiet)
        return
    from logburl.deploy.parse import parse_to_stdout

    parse_to_stdout(settings.ingest, output.value, quiet=quiet, verbose=verbose)


@app.command()
def patterns(
    paths: Paths = None,
    output: Annotated[ListOutput, typer.Option("--output", "-o", help="Form of the list.")] = ListOutput.text,
    format: Format = None,
    timezone: TimeZone = None,
    day_first: DayFirst = None,
    no_fold: NoFold = False,
    jobs: Jobs = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """List templates with exact counts, times, levels and values."""
    from logburl.deploy.commands import print_patterns
    from logburl.deploy.options import configured

    settings = configured(
        config, paths, format=format, timezone=timezone, day_first=day_first, fold=False if no_fold else None, jobs=jobs
    )
    print_patterns(settings, output.value, quiet=quiet, verbose=verbose)


@app.command()
def redact(
    paths: Paths = None,
    kinds: Annotated[
        str | None,
        typer.Option("--kinds", help="What is replaced: secrets, personal, or kinds, with commas. [default: secrets]"),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="Random bytes, for the same pseudonyms in every run.")
    ] = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
) -> None:
    """Print logs with secrets replaced by pseudonyms."""
    from logburl.deploy.redact import redact_to_stdout

    redact_to_stdout(config, paths, kinds=kinds, key_file=key_file, quiet=quiet)


@formats.callback()
def formats_known(
    ctx: typer.Context,
    output: Annotated[ListOutput, typer.Option("--output", "-o", help="Form of the list.")] = ListOutput.text,
    config: ConfigFile = None,
) -> None:
    """List the formats of lines that are known, in the order in which they are tried; NAME shows one."""
    from logburl.deploy.formats import print_formats

    if ctx.invoked_subcommand is None:
        print_formats(config, output.value)


@formats.command("show")
def formats_show(
    name: Annotated[str, typer.Argument(help="Name of a format.")],
    output: Annotated[ListOutput, typer.Option("--output", "-o", help="Form.")] = ListOutput.text,
    config: ConfigFile = None,
) -> None:
    """Show a format with examples, as NAME alone does."""
    from logburl.deploy.formats import print_format

    print_format(config, name, output.value)


@formats.command("try")
def formats_try(
    file: Annotated[str, typer.Argument(help="A file, or - for stdin.")],
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=1000, help="How many lines are tried.")] = 10,
    output: Annotated[ListOutput, typer.Option("--output", "-o", help="Form.")] = ListOutput.text,
    config: ConfigFile = None,
) -> None:
    """Explain line by line which format fits, and why others do not."""
    from logburl.deploy.formats import print_tried

    print_tried(config, file, lines, output.value)


app.command()(run)
app.command("replay-dlq")(replay_dlq)


@app.command()
def incidents(
    store: Known = None,
    output: Annotated[ListOutput, typer.Option("--output", "-o", help="Form of the list.")] = ListOutput.text,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 100,
    config: ConfigFile = None,
) -> None:
    """List the incidents that a store keeps."""
    from logburl.deploy.kept import print_incidents
    from logburl.deploy.stores import store_to_read

    print_incidents(store_to_read(store, config), output.value, limit)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="Id of an incident, or its beginning.")],
    store: Known = None,
    output: Annotated[ListOutput, typer.Option("--output", "-o", help="Form.")] = ListOutput.text,
    config: ConfigFile = None,
) -> None:
    """Show one incident that a store keeps."""
    from logburl.deploy.kept import print_incident
    from logburl.deploy.stores import store_to_read

    print_incident(store_to_read(store, config), id, output.value)


@app.command()
def validate(config: Annotated[Path, typer.Argument(help="Configuration (YAML).")]) -> None:
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
def doctor(store: Checked = None, config: ConfigFile = None) -> None:
    """Check installation, store and broker; say what helps."""
    from logburl.deploy.doctor import print_checks

    if not print_checks(store, config):
        raise typer.Exit(1)
