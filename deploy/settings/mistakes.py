r"""What is wrong with a configuration, in our words: where, what was expected, what came.

>>> from pydantic import TypeAdapter
>>> try:
...     TypeAdapter(dict[str, int]).validate_python({"jobs": "many"})
... except ValidationError as error:
...     print(*lines(error, ("ingest",)), sep="\n")
ingest.jobs: expected a whole number, got 'many'
"""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from logburl.deploy.settings.fields import shown

_WORDS = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("string_type", "string_unicode"), "a text"),
    **dict.fromkeys(("tuple_type", "list_type", "set_type"), "a list"),
    **dict.fromkeys(("model_type", "model_attributes_type", "dataclass_type", "dict_type"), "keys with values"),
    "path_type": "a path",
    "invalid_key": "a text as the key",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
    "string_too_short": "a text of at least {min_length} character",
}


def lines(error: ValidationError, prefix: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield a line for each place with a mistake; of alternatives that all failed, the first is told."""
    told: dict[str, str] = {}
    for one in error.errors(include_url=False):
        path = ".".join((*prefix, *(str(part) for part in one["loc"] if not _is_alternative(part)))) or "top"
        if one["type"] != "too_short" or not any(known.startswith(f"{path}.") for known in told):  # wrong, but there
            told.setdefault(path, f"{path}: {_said(one)}")
    yield from told.values()


def _is_alternative(part: int | str) -> bool:
    """Whether a part of a path is no key, but pydantic's name for one of several types."""
    return isinstance(part, str) and (part == "str" or "[" in part)


def _said(one: Any) -> str:
    kind = one["type"]
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return "unknown key"
    if kind == "missing":
        return "expected a value, got none"
    if kind == "value_error":
        return str(one["ctx"]["error"])
    if kind == "literal_error":
        words = _one_of(one["ctx"]["expected"])
    else:
        words = _WORDS[kind].format(**one.get("ctx", {})) if kind in _WORDS else _in_other_words(one["msg"])
    return f"expected {words}, got {shown(one['input'])}"


def _one_of(expected: str) -> str:
    """Return the names among which one is expected, of ``'a', 'b' or 'c'``."""
    names = expected.replace("'", "").replace(" or ", ", ")
    return f"one of {names}" if ", " in names else names


def _in_other_words(message: str) -> str:
    return (message[:1].lower() + message[1:]).removeprefix("input should be ")
