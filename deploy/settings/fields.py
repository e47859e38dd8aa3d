"""Fields of a configuration: what pydantic is to check when a file is read, said without importing it.

What every command takes are dataclasses of the standard library. pydantic, which takes a quarter of the start of a
command and is needed for a file alone, finds descriptions and bounds in their fields' metadata, and checks here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from reprlib import Repr
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

SHOWN_CHARACTERS = 100

T = TypeVar("T")

_REPR = Repr()
_REPR.maxlevel, _REPR.maxlist, _REPR.maxdict, _REPR.maxtuple, _REPR.maxset = 3, 10, 10, 10, 10
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = 3 * SHOWN_CHARACTERS
"""Aliases make a list of a billion out of ten lines of YAML."""


def shown(given: Any) -> str:
    """Return how a mistake shows what was given: the beginning of what is long."""
    text = _REPR.repr(given)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


class Settings:
    """What all settings have in common: an unknown key is a mistake."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


def told(description: str, **bounds: float) -> dict[str, Any]:
    """Return what pydantic is to know of a field; ``bounds`` are its own, as ``gt`` and ``min_length``."""
    return {"description": description, **bounds}


def setting(default: T, description: str, **bounds: float) -> T:
    """Return a field with its default, and what pydantic is to know of it."""
    made: T = field(default=default, metadata=told(description, **bounds))
    return made


@dataclass(frozen=True, slots=True)
class Check:
    """In an annotation: what a value passes when it is read, ``before`` its type is looked at or ``after``.

    Attributes:
        function: Returns what is taken for the value, or raises `ValueError`.
        when: Before or after.
    """

    function: Callable[[Any], Any]
    when: Literal["before", "after"] = "after"

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Return what pydantic asks an annotation for."""
        from pydantic import AfterValidator, BeforeValidator

        kind = AfterValidator if self.when == "after" else BeforeValidator
        return kind(self.function).__get_pydantic_core_schema__(source, handler)


@dataclass(frozen=True, slots=True)
class OneOf:
    """In an annotation: one of these texts, and no other."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Return what pydantic asks an annotation for."""
        return handler.generate_schema(Literal[self.names])


def _no_truth(expected: str) -> Check:
    """Refuse true and false, which are numbers to Python."""

    def checked(given: Any) -> Any:
        if isinstance(given, bool):
            raise ValueError(f"expected {expected}, got {given}")
        return given

    return Check(checked, "before")


Whole = Annotated[int, _no_truth("a whole number")]
Number = Annotated[float, _no_truth("a number")]
NumberOrNone = Annotated[float | None, _no_truth("a number")]
