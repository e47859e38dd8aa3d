"""A part of the catalogue in a configuration: its name alone, or with its constructor's arguments."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from logburl.deploy import catalogue
from logburl.deploy.settings.fields import Check, Settings, shown

DEFAULT_VECTORIZER = "tfidf"


@dataclass(frozen=True, kw_only=True)
class Part(Settings):
    """A part of the catalogue: its name and its constructor's arguments."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def make(self, kind: str, **more: Any) -> Any:
        """Build the part; ``more`` are arguments that only the caller knows."""
        return catalogue.find(kind, self.name)(**{**self.checked(kind), **more})

    def checked(self, kind: str) -> dict[str, Any]:
        """Return the arguments as the part takes them: paths, not text."""
        if not self.arguments:
            return {}
        from logburl.deploy.settings.arguments import parameters

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
    raise ValueError(f"expected a name, or one name with its arguments, got {shown(given)}")


GivenPart = Annotated[Part, Check(as_part, "before")]
