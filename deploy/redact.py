"""``logburl redact``: the bytes of logs with what is secret replaced."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from logburl.deploy.account import Book
from logburl.deploy.exits import say
from logburl.deploy.inputs import Inputs
from logburl.deploy.options import configured
from logburl.deploy.output.progress import Progress
from logburl.deploy.output.stdout import results
from logburl.deploy.redaction import key_of, replaced
from logburl.deploy.reports.plain import plural, visible
from logburl.deploy.sources import polled
from logburl.ingest.errors import PartFailed
from logburl.ingest.redact import Redactor


def redact_to_stdout(
    file: Path | None, paths: Iterable[str], *, kinds: str | None, key_file: Path | None, quiet: bool
) -> None:
    """Print all bytes of what is named, unpacked, with values replaced, and on stderr how many of which kind.

    Raises:
        ConfigError: A path, a kind, the key or the configuration is wrong.
        PartFailed: Nothing could be read.
    """
    config = configured(file, paths).ingest
    wanted = kinds.split(",") if kinds else config.redact.kinds
    redactor = Redactor(key_of(key_file or config.redact.key_file), wanted)
    source = Inputs.named(config, redactor).open()
    progress, book = Progress.on_terminal(quiet=quiet, results_between=True), Book()
    with closing(source), closing(progress), results() as out:
        for raw in polled(source):
            out.write(raw.buffer.data)
            book.read += len(raw)
            book.dropped_bytes += raw.dropped_bytes
            progress.update(book)
    for problem in source.problems:
        say(visible(f"problem: {problem}"))
    if source.problems and not book.read:
        raise PartFailed("nothing could be read")
    if not quiet:
        say(sentence(book, redactor.counts))


def sentence(book: Book, counts: Mapping[str, int]) -> str:
    """Return the account as a person reads it.

    >>> sentence(Book(read=3), {"card": 1, "password": 2})
    '3 lines read, 3 values replaced: 2 password, 1 card'
    """
    dropped = f"; {plural(book.dropped_bytes, 'byte')} of overlong lines dropped" if book.dropped_bytes else ""
    return f"{plural(book.read, 'line')} read, {replaced(counts)}{dropped}"
