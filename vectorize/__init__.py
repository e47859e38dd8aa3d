"""Templates, made into vectors: scikit-learn's conventions, and a fingerprint on each set.

The classes can be asked for by name here (``logburl.vectorize.TfIdf``); each is imported when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if __name__ != "logburl.vectorize":
    raise ImportError("import this folder as logburl.vectorize")

if TYPE_CHECKING:
    from logburl.vectorize.bag_of_words import BagOfWords
    from logburl.vectorize.one_hot import OneHot
    from logburl.vectorize.tfidf import TfIdf

__all__ = ["BagOfWords", "OneHot", "TfIdf"]

_MODULES = {"BagOfWords": "bag_of_words", "OneHot": "one_hot", "TfIdf": "tfidf"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
