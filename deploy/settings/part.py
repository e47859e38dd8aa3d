"""A part of the catalogue in a configuration: its name alone, or with its constructor's arguments."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Protocol, get_type_hints, runtime_checkable

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError, create_model
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError

from logburl.deploy import catalogue
from logburl.deploy.settings.mistakes import lines
from logburl.deploy.settings.model import Model
from logburl.deploy.settings.own import mistake

DEFAULT_VECTORIZER = "tfidf"


@runtime_checkable
class TellsMistakes(Protocol):
    """**Protocol:** a part that knows more of its arguments than their types say.

    ``mistakes`` yields what of those that are given cannot be; it is asked before the part is made, and opens nothing.
    """

    @staticmethod
    def mistakes(given: Mapping[str, Any]) -> Iterator[str]: ...


class Part(Model):
    """A part of the catalogue: its name and its constructor's arguments."""

    name: str
    arguments: dict[str, Any] = Field({})

    def make(self, kind: str, **more: Any) -> Any:
        """Build the part; ``more`` are arguments that only the caller knows."""
        return catalogue.find(kind, self.name)(**{**self.checked(kind), **more})

    def checked(self, kind: str) -> dict[str, Any]:
        """Return the arguments as the part takes them: paths, not text."""
        given = parameters(kind, self.name).model_validate(self.arguments)
        return {name: getattr(given, name) for name in given.model_fields_set}


def as_part(given: Any) -> Any:
    """Turn ``name`` or ``{name: {argument: value}}`` into the fields of `Part`; anything else is a mistake."""
    if isinstance(given, Part):
        return given
    if isinstance(given, str):
        return {"name": given}
    if isinstance(given, dict) and len(given) == 1:
        [(name, arguments)] = given.items()
        if isinstance(name, str) and isinstance(arguments, dict | None):
            return {"name": name, "arguments": arguments or {}}
    raise mistake(f"expected a name, or one name with its arguments, got {given!r}")


GivenPart = Annotated[Part, BeforeValidator(as_part)]


def parameters(kind: str, name: str) -> type[BaseModel]:
    """Return a model of the arguments that a part's constructor takes from a configuration."""
    constructor = catalogue.find(kind, name).__init__
    hints = get_type_hints(constructor, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(constructor).parameters.values())[1:]:
        annotation = hints.get(parameter.name, Any)
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) or not _is_plain(annotation):
            continue
        fields[parameter.name] = (annotation, ... if parameter.default is parameter.empty else parameter.default)
    return create_model(f"{kind}_{name}", __base__=Model, **fields)


def _is_plain(annotation: Any) -> bool:
    """Whether a value of this type can be written in YAML."""
    try:
        TypeAdapter(annotation).json_schema()
    except (PydanticSchemaGenerationError, PydanticInvalidForJsonSchema, ValueError, TypeError):
        return False
    return True


def check(kind: str, path: str, part: Part) -> Iterator[str]:
    """Yield what is wrong with a part."""
    if part.name not in catalogue.names(kind):
        yield f"{path}: expected one of {', '.join(catalogue.names(kind))}, got {part.name!r}"
        return
    try:
        parameters(kind, part.name).model_validate(part.arguments)
    except ValidationError as error:
        yield from lines(error, (path, part.name))
        return
    found = catalogue.find(kind, part.name)
    if issubclass(found, TellsMistakes):
        yield from (f"{path}.{part.name}: {mistake}" for mistake in found.mistakes(part.checked(kind)))
    if kind == "vectorizer" and part.name != DEFAULT_VECTORIZER and not _takes_text(part):
        yield f"{path}: expected a vectorizer of texts, got {part.name!r}, which takes other columns"


def _takes_text(part: Part) -> bool:
    """Whether a vectorizer takes texts: by its contract, one that does refuses none."""
    try:
        part.make("vectorizer").fit(["any text"] * 10)
    except (ValueError, TypeError):
        return False
    return True
