"""A YAML file as plain data."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from logburl.ingest.errors import ConfigError

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

MOST_BYTES = 16 << 20
"""Of a file: more is none that a person wrote, or a device that never ends."""


def read(path: Path) -> Any:
    """Return what a file says, None if nothing.

    Raises:
        ConfigError: It cannot be read, is no YAML, or says something twice.
    """
    import yaml

    try:
        return yaml.load(_text(path), _loader())  # noqa: S506 - it is a safe one
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        raise ConfigError(f"{path}: {_misread(error)}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: expected YAML, found lists in lists in lists, too deep to be read") from error
    except (yaml.YAMLError, ValueError) as error:  # a day that is none, a number too long
        raise ConfigError(f"{path}: expected YAML: {' '.join(str(error).split())}") from error


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ConfigError(f"{path}: expected a file of at most {MOST_BYTES >> 20} MiB")
    return data.decode("utf-8")


def _loader() -> Any:
    """Return a loader that refuses a key that comes twice: the last would win, without a word."""
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(problem=f"found the key {key.value} twice", problem_mark=key.start_mark)
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    return Loader


def _misread(error: "MarkedYAMLError") -> str:
    """Return where a text stops being YAML, and what the reader says of it."""
    mark = error.problem_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{place}expected YAML: {', '.join(filter(None, (error.context, error.problem)))}"
