"""What the commands do: a scan or a survey, and its report on stdout."""

import sys
from contextlib import closing

from logburl.deploy import catalogue
from logburl.deploy.account import check_read, print_account
from logburl.deploy.config import Config
from logburl.deploy.exits import say
from logburl.deploy.output.progress import Progress
from logburl.deploy.output.stdout import print_report
from logburl.deploy.preload import import_meanwhile
from logburl.deploy.reports.plain import terminal_width
from logburl.deploy.result import ScanResult
from logburl.deploy.scan import scan


def print_scan(config: Config, output: str, *, quiet: bool, verbose: bool) -> ScanResult:
    """Scan, print the report on stdout and the account on stderr, and return the result."""
    import_meanwhile(config.detect, output)
    result = _scan(config, quiet, verbose)
    colour = sys.stdout.isatty()
    print_report(catalogue.find("report", output)(result, colour=colour, width=terminal_width()))
    if not (output == "text" and colour):  # on a terminal the report has just said it
        print_account(result.account, result.problems, quiet=quiet)
    check_read(result.account, result.problems, result.streams)
    return result


def print_patterns(config: Config, output: str, *, quiet: bool, verbose: bool) -> None:
    """Print the templates of what was read, the most frequent first."""
    from logburl.deploy.reports import patterns
    from logburl.deploy.survey import survey

    with closing(Progress.on_terminal(quiet=quiet)) as progress:
        found = survey(config.ingest, progress, say if verbose else None)
    print_report(patterns.render(found.patterns, output, width=terminal_width()))
    print_account(found.account, found.problems, quiet=quiet)
    check_read(found.account, found.problems)


def _scan(config: Config, quiet: bool, verbose: bool) -> ScanResult:
    with closing(Progress.on_terminal(quiet=quiet)) as progress:
        return scan(config, progress, say if verbose else None)
