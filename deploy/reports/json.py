"""The result as one JSON document: the fields of `ScanResult`, times as RFC 3339, widths in seconds."""

from dataclasses import fields, is_dataclass
from typing import Any

import orjson

from logburl.deploy.reports.plain import SECOND_NS, iso
from logburl.deploy.result import Incident, ScanResult


def render(result: ScanResult, *, colour: bool, width: int) -> str:
    """Return the document, indented."""
    return orjson.dumps(document(result), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def document(result: ScanResult) -> dict[str, Any]:
    """Return the result as plain dictionaries and lists."""
    found: dict[str, Any] = plain(result, result.timeline is None or result.timeline.timed)
    return found


def plain(value: Any, timed: bool) -> Any:
    """Turn dataclasses into dictionaries; ``start_ns`` becomes ``start``, a string (without times, a number)."""
    if isinstance(value, Incident):
        timed = value.timed
    if is_dataclass(value):
        return dict(_item(field.name, getattr(value, field.name), timed) for field in fields(value))
    if isinstance(value, tuple):
        return [plain(one, timed) for one in value]
    return value


def _item(name: str, value: Any, timed: bool) -> tuple[str, Any]:
    if name == "width_ns":
        return ("width_s", value / SECOND_NS) if timed else ("width", value)
    if name.endswith("_ns"):
        return name.removesuffix("_ns"), iso(value) if timed and value is not None else value
    return name, plain(value, timed)
