"""The JSON Schema of the configuration: parts and their arguments are in it, as the catalogue has them."""

from typing import Any

from logburl.deploy import catalogue
from logburl.deploy.settings.arguments import parameters
from logburl.deploy.settings.reading import CONFIG


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, parts and their arguments included."""
    found = CONFIG.json_schema()
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = "logburl configuration"
    definitions = found["$defs"]
    definitions.pop("Part", None)
    for kind in ("detector", "vectorizer", "store"):
        definitions[kind] = _part_schema(kind)
    detect = definitions["Detect"]["properties"]
    detect["detectors"] = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/detector"}}
    detect["vectorizer"] = {"$ref": "#/$defs/vectorizer"}
    found["properties"]["store"] = {"anyOf": [{"$ref": "#/$defs/store"}, {"type": "null"}]}
    return found


def _part_schema(kind: str) -> dict[str, Any]:
    arguments = {name: parameters(kind, name).model_json_schema() for name in catalogue.names(kind)}
    alone = [name for name, given in arguments.items() if "required" not in given]
    forms = [
        {
            "type": "object",
            "properties": {name: {"anyOf": [given, {"type": "null"}]} if name in alone else given},
            "required": [name],
            "additionalProperties": False,
        }
        for name, given in arguments.items()
    ]
    return {"anyOf": [{"enum": alone}, *forms]}
