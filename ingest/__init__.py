"""Bytes of the world, made into columns of entries: sources, formats, the kernel, signatures and templates.

``read`` can be asked for by name here (``logburl.ingest.read``); it is imported when it is asked for, since it needs
pyarrow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if __name__ != "logburl.ingest":
    raise ImportError("import this folder as logburl.ingest")

if TYPE_CHECKING:
    from logburl.ingest.entries import Entries, read

__all__ = ["Entries", "read"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.entries"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
