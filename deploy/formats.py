"""``logburl formats``: which formats are known, what one looks like, and why lines of a file fit or do not."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from io import BufferedReader, BytesIO, RawIOBase
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import orjson

from logburl.deploy.evidence import name_of
from logburl.deploy.inputs import Inputs, parser_of
from logburl.deploy.options import configured
from logburl.deploy.output.stdout import print_report
from logburl.deploy.redaction import redactor_of, shown_text
from logburl.deploy.reports.json import plain
from logburl.deploy.reports.plain import cut, plural, terminal_width, visible
from logburl.deploy.settings.reading import load_config
from logburl.deploy.sources import polled
from logburl.ingest.batch import LogBatch
from logburl.ingest.errors import PartFailed
from logburl.ingest.format import Format
from logburl.ingest.formats import MESSAGE, known, named
from logburl.ingest.headers.describe import example
from logburl.ingest.headers.explain import Attempt, Explained, Explainer
from logburl.ingest.headers.recognition import Recognition, Tally
from logburl.ingest.parser import Parser, in_order
from logburl.ingest.source import RawBatch

OTHERS = 3
MOST_BYTES = 4 << 20  # of what may have no end: more than a batch and the largest entry


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was tried.

    Attributes:
        number: From 1.
        text: The line.
        format: Of the entry that it belongs to.
        begins: Number of that entry's first line.
        explained: What its header says, and how far other formats got.
    """

    number: int
    text: str
    format: str
    begins: int
    explained: Explained


@dataclass(frozen=True, slots=True)
class Tried:
    """The first lines of a stream, explained, and what all of the stream's beginning is.

    Attributes:
        stream: Its name.
        lines: Those that are explained.
        whole: The beginning is all of the stream.
        lines_by_format: How many lines of the beginning have each format.
        recognised: What the beginning is, as `scan -v` says of a whole stream.
    """

    stream: str
    lines: tuple[Line, ...]
    whole: bool
    lines_by_format: dict[str, int]
    recognised: Recognition


def print_formats(file: Path | None, output: str) -> None:
    """List the formats that are known, a user's own too, in the order in which they are tried.

    Raises:
        ConfigError: The configuration is wrong.
    """
    formats = (*own_formats(file), *known())
    if output == "text":
        width = max(len(one.name) for one in formats)
        lines = (f"{one.name:<{width}}  {_summary(one)}\n{'':{width}}  {_example(one)}" for one in formats)
        print_report("".join(f"{line}\n" for line in lines))
    else:
        print_report(_json([_document(one) for one in formats], output))


def print_format(file: Path | None, name: str, output: str) -> None:
    """Show the patterns of a format, each with a line as it reads it.

    Raises:
        ConfigError: The name is unknown, or the configuration is wrong.
    """
    found = named((name,), own_formats(file))
    documents = [_document(one) for one in found]
    if output != "text":
        print_report(_json(documents, output))
        return
    lines = [f"{name}: the line is the message"] if not found else [f"{name}: {_summary(found[0])}"]
    for one in found:
        lines += [f"  {pattern}\n    {example(pattern)}" for pattern in one.patterns]
        lines += [f"  regex {regex}" for regex in one.regex]
    print_report("".join(f"{line}\n" for line in lines))


def own_formats(file: Path | None) -> tuple[Format, ...]:
    """Return the formats of a configuration.

    Raises:
        ConfigError: The configuration is wrong.
    """
    return tuple(one.format for one in load_config(file).ingest.formats) if file else ()


def print_tried(file: Path | None, path: str, lines: int, output: str) -> None:
    """Explain the first lines of a file one by one, and say what it is, by its first megabytes.

    Raises:
        ConfigError: The path names nothing, or the configuration is wrong.
        PartFailed: There is nothing to read.
    """
    config = configured(file, [path]).ingest
    redactor = redactor_of(config.redact)
    inputs = Inputs.named(config, redactor)
    source = replace(inputs, pipes={stream: partial(_beginning, pipe) for stream, pipe in inputs.pipes.items()}).open()
    with closing(source):
        raw = next((raw for raw in polled(source) if len(raw)), None)
        behind = next((more for more in polled(source) if len(more)), None)
    if raw is None:
        raise PartFailed("; ".join(source.problems) or f"{path}: expected lines, it is empty")
    own = [one.format for one in config.formats]
    whole = len(raw.buffer) < MOST_BYTES and (behind is None or behind.stream != raw.stream)
    found = tried(raw, parser_of(config), own, lines, whole=whole)
    found = replace(found, stream=shown_text(found.stream, redactor))
    print_report(_text(found, terminal_width()) if output == "text" else _json(plain(found, timed=True), output))


def _beginning(pipe: Callable[[], BinaryIO]) -> BinaryIO:
    """Return the first bytes of a pipe, or of a device, which may have no end."""
    with pipe() as raw:
        return BytesIO(BufferedReader(cast(RawIOBase, raw)).read(MOST_BYTES))


def tried(
    raw: RawBatch, parser: Parser, own: Sequence[Format] = (), most: int = sys.maxsize, *, whole: bool = True
) -> Tried:
    """Explain the first lines of a stream's first batch, by a user's own formats, too.

    Costs: some hundredths of a second a line that is explained.
    """
    batch, tally = parser.parse(raw), Tally()
    explainer = Explainer(in_order((*own, *known()), raw.dialect.patterns), raw.received_ns)
    tally.add(batch)
    lines = tuple(islice(_lines(batch, explainer), most))
    count: Counter[str] = Counter()
    for i, records in zip(batch.format.tolist(), np.diff(batch.record).tolist(), strict=True):
        count[batch.formats[i]] += records
    return Tried(name_of(raw.stream), lines, whole, count, tally.recognised(raw.stream))


def _lines(batch: LogBatch, explainer: Explainer) -> Iterator[Line]:
    offset, first = batch.raw.offset.tolist(), batch.raw.first_line
    for entry, (begin, end) in enumerate(pairwise(batch.record.tolist())):
        for record in range(begin, end):
            line = batch.raw.buffer[offset[record] : offset[record + 1]].tobytes()
            text = line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
            name = batch.formats[batch.format[entry]]
            yield Line(first + record, text, name, first + begin, explainer.explain(line))


def _text(found: Tried, width: int) -> str:
    lines = [shown for line in found.lines for shown in _line(line, found.stream, max(width, 60))]
    count = plural(sum(found.lines_by_format.values()), "line")
    lines.append(f"{'' if found.whole else 'the first '}{count} of {found.stream}: {found.recognised}")
    for one in found.recognised.shares:
        count = plural(found.lines_by_format[one.format], "line")
        lines.append(f"  {one.format}: {count}, {plural(one.entries, 'entry', 'entries')}, {one.confidence:.2f}")
    return "".join(f"{visible(line)}\n" for line in lines)


def _line(line: Line, stream: str, width: int) -> Iterator[str]:
    goes_on = f", goes on with line {line.begins}" if line.begins != line.number else ""
    yield f"{stream}:{line.number}: {line.format}{goes_on}"
    yield cut(f"  | {line.text}", width)
    yield from _explained(line.explained, "  ", width)
    yield ""


def _explained(explained: Explained, indent: str, width: int) -> Iterator[str]:
    if explained.chosen:
        yield f"{indent}{explained.chosen.format} fits: {explained.chosen.pattern}"
        yield from (cut(f"{indent}  {name}: {text}", width) for name, text in explained.chosen.fields)
    for other in explained.others[:OTHERS]:
        yield f"{indent}{_other(other)}  {other.pattern}"
    if explained.inside:
        yield f"{indent}the line inside: {explained.inside.chosen.format if explained.inside.chosen else MESSAGE}"
        yield from _explained(explained.inside, f"{indent}  ", width)


def _other(attempt: Attempt) -> str:
    if attempt.fits:
        return f"{attempt.format}: fits too, but is tried later:"
    return f"{attempt.format}: expected {attempt.expected} at byte {attempt.byte}, got {attempt.got}:"


def _summary(format_: Format) -> str:
    return format_.summary or "of your own"


def _example(format_: Format) -> str:
    return example(format_.patterns[0]) if format_.patterns else format_.regex[0]


def _document(format_: Format) -> dict[str, Any]:
    examples = [{"pattern": pattern, "example": example(pattern)} for pattern in format_.patterns]
    document = {"name": format_.name, "summary": format_.summary, "patterns": examples}
    return document | ({"regex": format_.regex} if format_.regex else {})


def _json(document: Any, output: str) -> str:
    if output == "json":
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    rows = document if isinstance(document, list) else [document]
    return "".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode() for row in rows)
