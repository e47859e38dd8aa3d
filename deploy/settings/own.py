"""A user's own formats and masks in the configuration, with samples that say what they should make of lines.

>>> OwnFormat(name="shop", patterns="{time} <{level}> {message}").format
Format(name='shop', patterns=('{time} <{level}> {message}',), summary='', regex=(), general=False)
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from logburl.deploy.config import AUTO
from logburl.deploy.settings.model import Model
from logburl.ingest.errors import ConfigError
from logburl.ingest.format import Format, compile_expression, compile_pattern
from logburl.ingest.formats import MESSAGE, known
from logburl.ingest.masks import tree_of
from logburl.ingest.values.slots import TYPES

MAX_FORMATS = MAX_MASKS = 100
MAX_PARTS = 31
"""Of a header, since the kernel has no more places."""

Level = Annotated[
    Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"],
    BeforeValidator(lambda given: given.upper() if isinstance(given, str) else given),
]


def checked(check: Callable[[str], Any]) -> AfterValidator:
    """Return what makes a mistake of the ConfigError that a check raises."""

    def validated(given: str) -> str:
        try:
            check(given)
        except ConfigError as error:
            raise ValueError(str(error)) from error
        return given

    return AfterValidator(validated)


def as_tuple(given: Any) -> Any:
    """Turn one value into several, and a list into what is frozen."""
    return (given,) if isinstance(given, str) else given


def header(pattern: str) -> None:
    """Check a header pattern.

    Raises:
        ConfigError: It cannot be read, or has too many parts.
    """
    parts = len(compile_pattern(pattern))
    if parts > MAX_PARTS:
        raise ConfigError(f"header pattern {pattern!r}: expected at most {MAX_PARTS} parts, got {parts}")


Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]*$", max_length=32)]
_one_or_several = BeforeValidator(as_tuple, json_schema_input_type=str | tuple[str, ...])
Patterns = Annotated[tuple[Annotated[str, checked(header)], ...], _one_or_several]
Expressions = Annotated[tuple[Annotated[str, checked(compile_expression)], ...], _one_or_several]


class Sample(Model):
    """A line, and what is to be read in it; what is not given is not looked at, null is nothing."""

    line: str = Field(description="as it stands in the log")
    time: datetime | None = Field(None, description="UTC, if it has no offset")
    level: Level | None = None
    service: str | None = None
    host: str | None = None
    message: str | None = None


class MaskSample(Model):
    """A message, and the template that it is to have."""

    message: str
    template: str


class OwnFormat(Model):
    """A format of a user's own; such formats are tried before all others, in their order."""

    name: Name
    patterns: Patterns = Field((), description="headers in our own notation, {time:iso} <{level}> {message}")
    regex: Expressions = Field(
        (),
        description="headers as regular expressions of whole lines, with groups time, level, service, host, message",
    )
    summary: str = Field("", description="what writes such lines")
    samples: tuple[Sample, ...] = Field((), description="lines that `logburl validate` reads")

    @property
    def format(self) -> Format:
        """The format."""
        return Format(self.name, self.patterns, self.summary, self.regex)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.patterns and not self.regex:
            raise ValueError("expected patterns or regex, got neither")
        if self.name in {AUTO, MESSAGE, *(format_.name for format_ in known())}:
            raise ValueError(f"name: expected one that no format has, got {self.name!r}")
        return self


def distinct(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what has a name, if no two have the same."""
    names = [one.name for one in given]
    if len(set(names)) < len(names):
        raise ValueError(f"expected each name once, got {', '.join(names)}")
    return given


class OwnMask(Model):
    """What a user takes for a value."""

    name: Name = Field(description="of the placeholder: order for <order>")
    regex: Annotated[str, checked(tree_of)] = Field(description="what finds it in messages")
    samples: tuple[MaskSample, ...] = Field((), description="messages that `logburl validate` reads")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.name in TYPES:
            raise ValueError(f"name: expected one that no placeholder has, got {self.name!r}")
        return self


OwnFormats = Annotated[tuple[OwnFormat, ...], Field(max_length=MAX_FORMATS), AfterValidator(distinct)]
OwnMasks = Annotated[tuple[OwnMask, ...], Field(max_length=MAX_MASKS), AfterValidator(distinct)]
