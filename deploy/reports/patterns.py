"""The list of patterns that ``logburl patterns`` prints."""

from collections.abc import Iterator

import orjson

from logburl.deploy.reports.json import plain
from logburl.deploy.reports.plain import cut, visible, when
from logburl.deploy.result import Pattern, ScanResult


def render(result: ScanResult, output: str, *, width: int) -> str:
    """Return the list as ``text``, ``json`` or ``ndjson``."""
    if output == "text":
        return "".join(f"{line}\n" for pattern in result.patterns for line in _lines(pattern, width))
    documents = [plain(pattern, True) for pattern in result.patterns]
    if output == "json":
        return orjson.dumps(documents, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    return "".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE).decode() for one in documents)


def _lines(pattern: Pattern, width: int) -> Iterator[str]:
    yield f"{pattern.count:>10,} {pattern.share:6.1%}  {pattern.id}  {visible(pattern.text)}"
    facts = [", ".join(f"{name} {count:,}" for name, count in pattern.severities)]
    if pattern.first_ns is not None and pattern.last_ns is not None:
        facts.append(f"{when(pattern.first_ns, True)} – {when(pattern.last_ns, True)}")
    yield f"{'':19} {' · '.join(fact for fact in facts if fact)}"
    for slot in pattern.slots:
        yield cut(f"{'':19} <{slot.kind}> {slot.distinct:,} sampled: {', '.join(slot.examples)}", max(width, 60))
