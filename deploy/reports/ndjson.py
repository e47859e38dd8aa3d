"""The result as lines of JSON, ``kind`` first: each incident, then each pattern, then the account."""

from collections.abc import Iterator
from typing import Any

import orjson

from logburl.deploy.reports.json import document
from logburl.deploy.result import ScanResult


def render(result: ScanResult, *, colour: bool, width: int) -> str:
    """Return the lines."""
    return "".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE).decode() for one in records(result))


def records(result: ScanResult) -> Iterator[dict[str, Any]]:
    """Yield what each line says."""
    whole = document(result)
    for kind in ("incidents", "patterns"):
        for one in whole.pop(kind):
            yield {"kind": kind.removesuffix("s"), **one}
    yield {"kind": "account", **whole.pop("account"), **whole}
