"""Bytes of the world, made into columns of entries: sources, formats, the kernel, signatures and templates.

On the data's path: ``sources`` hand over records, which ``streams`` unpack, decode and cut; ``redact`` (``secrets``)
replaces what nobody may see; ``parser`` finds headers by ``formats``, a stream's own by ``dialects``, and ``headers``
tells how sure that is; ``times`` dates the entries; ``masks`` (``expressions``) decide their signatures, ``mining``
makes ``templates`` of those, and ``values`` are what stands in the slots. ``kernel`` reads bytes, ``twin`` where it is
not built.

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
