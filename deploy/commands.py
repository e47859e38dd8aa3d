"""What the commands do: options over configuration, a scan, and its report on stdout."""

import sys
from collections.abc import Iterable
from pathlib import Path

from logburl.deploy import catalogue
from logburl.deploy.account import sentence
from logburl.deploy.config import Config, Part, load_config
from logburl.deploy.exits import say
from logburl.deploy.progress import Progress
from logburl.deploy.reports.text import terminal_width
from logburl.deploy.result import Account, ScanResult
from logburl.deploy.scan import scan
from logburl.ingest.errors import ConfigError


def configured(
    file: Path | None,
    paths: list[str] | None,
    *,
    format: str | None = None,
    no_fold: bool = False,
    jobs: int | None = None,
    budget: int | None = None,
    store: Path | None = None,
) -> Config:
    """Return the configuration with the options that were given put over it.

    Raises:
        ConfigError: The file is wrong, or nothing says what to read.
    """
    config = load_config(file) if file else Config()
    given = {
        "paths": paths_or_stdin(paths, config.ingest.paths),
        "format": format,
        "jobs": jobs,
        "fold": False if no_fold else None,
    }
    ingest = config.ingest.model_copy(update={key: value for key, value in given.items() if value is not None})
    detect = config.detect.model_copy(update={"budget": budget} if budget else {})
    kept = Part(name="local", arguments={"path": store}) if store else config.store
    return config.model_copy(update={"ingest": ingest, "detect": detect, "store": kept})


def paths_or_stdin(given: Iterable[str] | None, configured: tuple[str, ...]) -> tuple[str, ...]:
    """Return what to read: the arguments, else what the configuration says, else what is piped in."""
    paths = tuple(given or configured)
    if not paths and sys.stdin.isatty():
        raise ConfigError("expected files, folders or globs to read, or - for standard input")
    return paths or ("-",)


def print_scan(config: Config, output: str, *, quiet: bool, verbose: bool) -> ScanResult:
    """Scan, print the report on stdout and the account on stderr, and return the result."""
    result = _scan(config, quiet, verbose)
    colour = sys.stdout.isatty()
    print_report(catalogue.find("report", output)(result, colour=colour, width=terminal_width()))
    if not (quiet or (output == "text" and colour)):  # on a terminal the report has just said it
        print_account(result.account, result.problems)
    return result


def print_patterns(config: Config, output: str, *, quiet: bool, verbose: bool) -> None:
    """Print the templates of what was read, the most frequent first."""
    from logburl.deploy.reports import patterns

    result = _scan(config, quiet, verbose)
    print_report(patterns.render(result, output, width=terminal_width()))
    if not quiet:
        print_account(result.account, result.problems)


def print_report(text: str) -> None:
    """Write text to stdout as UTF-8, whatever the locale says: a log is not ours to refuse."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def print_account(account: Account, problems: Iterable[str]) -> None:
    """Tell on stderr what could not be read, and where every line went."""
    for problem in problems:
        say(f"problem: {problem}")
    say(sentence(account))


def _scan(config: Config, quiet: bool, verbose: bool) -> ScanResult:
    progress = Progress(shown=not quiet and sys.stderr.isatty())
    try:
        return scan(config, progress, say if verbose else None)
    finally:
        progress.close()
