r"""What the fields of header patterns read: in words, and as an example.

>>> example("{time} {level} [{thread}] {service}: {message}")
'2026-03-02 09:04:05 ERROR [main] orders: lost 3 rows'
>>> from logburl.ingest.format import compile_pattern
>>> in_words(compile_pattern("{time} [{thread}] {message}")[3])
"text up to '] '"
"""

from logburl.ingest.format import (
    BLANKS,
    KINDS,
    KINDS_BY_NAME,
    LITERAL,
    TEXT,
    TIME,
    TIMES,
    WORD,
    Operation,
    pieces_of,
)

TIME_EXAMPLES = {
    "iso": "2026-03-02 09:04:05",
    "compact": "260302 090405",
    "short": "26/03/02 09:04:05",
    "clf": "02/Mar/2026:09:04:05 +0000",
    "syslog": "Mar  2 09:04:05",
    "ctime": "Mon Mar  2 09:04:05 2026",
    "dotted": "2026-03-02-09.04.05.678901",
    "joined": "20260302-09:04:05:678",
    "epoch": "1772442245",
    "monthday": "03-02 09:04:05.678",
    "klog": "0302 09:04:05.678901",
    "us": "03/02/2026, 9:04:05 AM",
    "rfc3339": "2026-03-02T09:04:05Z",
    "jul": "Mar 02, 2026 9:04:05 AM",
    "offset": "2026-03-02T09:04:05+00:00",
}
_EXAMPLES = {
    "level": "ERROR",
    "column": "ERROR",
    "letter": "E",
    "sign": "#",
    "pri": "<34>",
    "num": "4711",
    "decimal": "12.345678",
    "clock": "09:04:05",
    "replica": "web-1",
    "pod": "web-x2x7k",
    "data": '[id a="b"]',
    "json": '{"time":"2026-03-02T09:04:05Z","level":"error","msg":"lost 3 rows"}',
    "logfmt": 'time=2026-03-02T09:04:05Z level=error msg="lost 3 rows"',
    "message": "lost 3 rows",
    "line": " lost 3 rows",
    "part": " lost 3 ",
    "more": "",
    "block": "lost 3 rows",
    "request": '"GET /cart HTTP/1.1" 502 157',
    "stored": '192.0.2.7 REST.GET.OBJECT "GET /cart HTTP/1.1" 503 157',
    "proxied": 'app/web-1 0/0/1/5/6 502 157 "GET /cart HTTP/1.1"',
    "balanced": '192.0.2.7:2817 10.0.0.1:80 0.000 0.001 0.000 502 - 34 366 "GET https://shop.example/ HTTP/1.1"',
}
_EXAMPLES_BY_NAME = {
    "service": "orders",
    "host": "gate",
    "thread": "main",
    "pid": "4711",
    "procid": "4711",
    "stream": "stdout",
    "client": "192.0.2.7",
    "user": "ada",
    "source": "a.c:12",
    "date": "2026.03.02",
    "month": "Mar",
    "weekday": "Mon",
    "label": "-",
    "ident": "-",
}
_WORDS = {
    (BLANKS, 0): "a blank",
    KINDS["level"]: "a level",
    KINDS["column"]: "a level in upper case",
    KINDS["letter"]: "the letter of a level",
    KINDS["sign"]: "the sign of a level",
    KINDS["pri"]: "a priority from <0> to <191>",
    KINDS["num"]: "digits",
    KINDS["decimal"]: "digits, a dot and digits",
    KINDS["clock"]: "a time of day",
    KINDS["data"]: "structured data",
    KINDS["json"]: "one JSON object and nothing else",
    KINDS["logfmt"]: "key=value pairs and nothing else, a message or a level among them",
    KINDS["line"]: "a blank, then a line",
    KINDS["part"]: "a blank, then the part of a line",
    KINDS["request"]: "a request in quotes, and the status of its answer",
    KINDS["stored"]: "words, a request in quotes, and the status of its answer",
    KINDS["proxied"]: "a server, five times with slashes between them, and the status of the answer",
    KINDS["balanced"]: "five words, and the status of the answer",
}

_NAMES = {
    KINDS["name"]: "a name",
    KINDS["replica"]: "a name that ends in a number",
    KINDS["pod"]: "the name of a pod",
}


def in_words(operation: Operation) -> str:
    """Return what an operation expects."""
    code, _, kind, literal = operation
    if code == LITERAL:
        return repr(literal.decode())
    if code == TIME:
        return f"a time like {TIME_EXAMPLES[TIMES[kind]]}"
    if code in (WORD, TEXT):
        what = _NAMES.get((code, kind)) or {WORD: "a word", TEXT: "text"}[code]
        return f"{what} up to {literal.decode()!r}" if literal else what
    return _WORDS.get((code, kind), "a message")


def field_of(piece: str) -> str:
    """Return the name of a field, empty if a piece of a pattern is none."""
    return piece[1:-1].partition(":")[0] if piece.startswith("{") and piece.endswith("}") else ""


def example(pattern: str) -> str:
    """Return a line as a pattern reads it."""
    return "".join(_example_of(piece) for piece in pieces_of(pattern))


def _example_of(piece: str) -> str:
    name = field_of(piece)
    if not name:
        return piece.replace("{{", "{")
    kind = piece[1:-1].partition(":")[2] or KINDS_BY_NAME.get(name, "word")
    return TIME_EXAMPLES.get(kind) or _EXAMPLES.get(kind) or _EXAMPLES_BY_NAME.get(name, "" if kind == "more" else name)
