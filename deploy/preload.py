"""Parts that a scan needs when all is read, imported while it reads.

What reads leaves Python idle: the kernel does most of it. So importing costs nothing where there is a second core.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import numpy as np

from logburl.deploy import catalogue
from logburl.deploy.config import Detect

UNUSED = ("ctypeslib", "f2py", "polynomial", "testing")


def import_meanwhile(detect: Detect, output: str) -> Thread:
    """Import what judges and what reports, in a thread; who needs one of them waits for it, and meets its mistakes."""
    parts = [("vectorizer", detect.vectorizer.name), *(("detector", one.name) for one in detect.detectors)]
    thread = Thread(target=_import, args=([*parts, ("report", output)],))
    thread.start()
    return thread


def _import(parts: list[tuple[str, str]]) -> None:
    with suppress(Exception), without_unused():
        for kind, name in parts:
            catalogue.find(kind, name)


@contextmanager
def without_unused() -> Iterator[None]:
    """Keep scipy from importing what of numpy nothing here uses.

    scipy copies all names that numpy lists, and numpy imports these when they are asked for: half of the time that
    ``scipy.sparse`` takes, 37 ms of a scan. So numpy does not list them meanwhile; who asks for them has them.
    """
    public, listed = np.__all__, np.__dir__
    some = {"__all__": _used(public), "__dir__": lambda: _used(listed())}
    vars(np).update(some)
    try:
        yield
    finally:
        vars(np).update({"__all__": public, "__dir__": listed})


def _used(names: Iterable[str]) -> list[str]:
    return [name for name in names if name not in UNUSED]
