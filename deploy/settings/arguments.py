"""Arguments of parts in a configuration: checked against the constructors that take them."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, get_type_hints, runtime_checkable

from pydantic import BaseModel, TypeAdapter, ValidationError, create_model
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError

from logburl.deploy import catalogue
from logburl.deploy.settings.mistakes import lines
from logburl.deploy.settings.model import Model
from logburl.deploy.settings.part import DEFAULT_VECTORIZER, Part
from logburl.ingest.errors import ConfigError


@runtime_checkable
class TellsMistakes(Protocol):
    """**Protocol:** a part that knows more of its arguments than their types say.

    ``mistakes`` yields what of those that are given cannot be; it is asked before the part is made, and opens nothing.
    """

    @staticmethod
    def mistakes(given: Mapping[str, Any]) -> Iterator[str]: ...


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
    except ConfigError as error:
        yield f"{path}: {error}"
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
