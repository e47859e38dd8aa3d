"""Columns of a learned header → the text of its pattern: which field is the service, and how others are called."""

import re
from collections.abc import Sequence

from logburl.ingest.dialects.columns import BLANK, LETTER, LITERAL, NUM, TELLING, TEXT, WORD, Column
from logburl.ingest.format import KINDS_BY_NAME, TIMES

MANY_RATIO = 0.8
FEW_RATIO, FEW_DOTTED_RATIO = 1 / 3, 2 / 3
"""What names something names few things; a program has many classes, though."""

TRIED_VALUES = 30
_NAME = re.compile(rb"[A-Za-z/_][\w.$:/@-]*")
_HEX = re.compile(rb"(?:0x)?[0-9a-f]{6,}", re.IGNORECASE)
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ADDRESS = re.compile(rb"/?[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?")
_SOURCE = re.compile(rb"[\w./-]+\.\w+:[0-9]+")
_DOTTED = re.compile(rb"[A-Za-z_$][\w$]*(?:(?:\.|::)[\w$]+)+")
_DATE = re.compile(rb"[0-9]{2,4}([-./])[0-9]{2}\1[0-9]{2,4}")
_KEY = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_HOST = re.compile(rb"[A-Za-z][A-Za-z.:-]*[0-9][\w.:-]*")
_FIELDS = (
    ("date", _DATE),
    ("id", _UUID),
    ("address", _ADDRESS),
    ("source", _SOURCE),
    ("id", _HEX),
    ("host", _HOST),
)


def pattern_text(columns: Sequence[Column]) -> str:
    """Return the pattern that reads columns and then a message."""
    service = _service(columns)
    parts: list[str] = []
    used: dict[str, int] = {}
    for number, column in enumerate(columns):
        if column.kind == BLANK:
            parts.append(" ")
        elif column.kind == LITERAL:
            parts.append(_escaped(column.literal))
        elif is_key(columns, number):
            parts.append(_escaped(column.values[0]))
        else:
            name = "service" if number == service else _name(columns, number)
            used[name] = used.get(name, 0) + 1
            numbered = name if used[name] == 1 else f"{name}{used[name]}"
            parts.append(_field(numbered, _kind(columns, number)))
    return "".join([*parts, "{message}"])


def _escaped(literal: bytes) -> str:
    """Return a literal as a pattern writes it; one that is no UTF-8 becomes one that fits nothing."""
    return literal.decode("utf-8", "replace").replace("{", "{{")


def _field(name: str, kind: str) -> str:
    return f"{{{name}}}" if KINDS_BY_NAME.get(name, WORD) == kind else f"{{{name}:{kind}}}"


def _kind(columns: Sequence[Column], number: int) -> str:
    """Return the kind that reads a field; a level before bare text is to be in upper case."""
    column, behind = columns[number], columns[number + 1 : number + 2]
    bare = number + 2 >= len(columns) and (not behind or behind[0].kind == BLANK)
    return "column" if column.kind == "level" and bare and all(map(bytes.isupper, column.values)) else column.kind


def is_key(columns: Sequence[Column], number: int) -> bool:
    """Return whether a word is the name of the value behind it: ``pid=7``."""
    behind = columns[number + 1 : number + 2]
    return (
        number >= 0
        and columns[number].kind == WORD
        and len(set(columns[number].values)) == 1
        and _literal(behind) == b"="
    )


def _literal(columns: Sequence[Column]) -> bytes:
    return columns[0].literal if columns else b""


def _service(columns: Sequence[Column]) -> int | None:
    """Return the column that says whose line it is: of the names of few things the one that is marked best."""
    ranked = [(_rank(columns, number), number) for number, column in enumerate(columns) if _may_name(columns, number)]
    return max(ranked)[1] if ranked else None


def _may_name(columns: Sequence[Column], number: int) -> bool:
    column = columns[number]
    dotted = _most(column, _DOTTED)
    few = _are_few(column, FEW_DOTTED_RATIO if dotted else FEW_RATIO)
    named = _is_tag(columns, number) or (few and not _is_other(column))
    return column.kind in (WORD, TEXT) and named and _most(column, _NAME) and not is_key(columns, number)


def _are_few(column: Column, ratio: float) -> bool:
    return len(set(column.values)) <= max(3, len(column.values) * ratio)


def _is_other(column: Column) -> bool:
    """Return whether the values are hosts, ids and the like."""
    return any(_most(column, pattern) for _, pattern in _FIELDS)


def _rank(columns: Sequence[Column], number: int) -> int:
    column = columns[number]
    return 4 * _is_tag(columns, number) + 2 * _most(column, _DOTTED) + (len(set(column.values)) > 1)


def _is_tag(columns: Sequence[Column], number: int) -> bool:
    """Return whether a word is marked as syslog marks a program's name: ``name[7]:`` or ``name:``."""
    behind = [one.literal or b" " for one in columns[number + 1 : number + 3]]
    return behind[:1] == [b"["] or behind == [b":", b" "]


def _most(column: Column, pattern: re.Pattern[bytes]) -> bool:
    tried = column.values[:TRIED_VALUES]
    return sum(bool(pattern.fullmatch(value)) for value in tried) >= MANY_RATIO * len(tried)


def _name(columns: Sequence[Column], number: int) -> str:
    column = columns[number]
    before = columns[number - 1].literal if number else b""
    if column.kind in TIMES:
        return "time"
    if column.kind in TELLING:
        return "level" if column.kind == LETTER else column.kind
    if before == b"=" and number > 1 and is_key(columns, number - 2):
        key = columns[number - 2].values[0].decode("ascii", "replace")
        return key if _KEY.fullmatch(key) else "value"
    if column.kind == NUM:
        return "pid" if before == b"[" and number > 1 and columns[number - 2].kind == WORD else "number"
    inside = before in (b"[", b"(")
    fitting = [name for name, pattern in _FIELDS if _most(column, pattern)]
    if fitting == ["host"] and (inside or not _are_few(column, FEW_RATIO)):
        fitting = []  # a thread of a pool, a number of an order
    return next(iter(fitting), "thread" if inside else "field")
