r"""The mask version: what decides which tokens are values, and so which lines share a signature; and a user's masks.

The rules stand in ``kernel/src/mask.rs`` and in the twin, are spelled out slowly in ``tests/naive.py``, and shown by
examples in ``tests/ingest/test_masks.py``. A change of any of them is a new version, since the signatures of stored
lines would change.

A user's masks are expressions (``ingest.expressions``) that find values in messages before the rules are asked;
what they find is a slot by itself. A signature is the hash of what is left, so lines in which they find nothing keep
the signature that they had without them. Counts of lines that were read with other masks must not be mixed: a store
keeps the version, and is used with those masks alone.

>>> orders = Masks((Mask("order", r"ORD-\d+"),))
>>> orders.name_of([b"ORD-17", b"ORD-4"]), orders.name_of([b"ORD-17", b"17"])
('order', None)
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from logburl.ingest.backend import Masking, kernel
from logburl.ingest.errors import ConfigError
from logburl.ingest.expressions.expression import Choice, Node, may_be_empty, written
from logburl.ingest.expressions.reader import parse

MASK_VERSION = 1


class Mask(NamedTuple):
    """What a user calls a value: the name of its placeholder, and the expression that finds it."""

    name: str
    regex: str


@dataclass(frozen=True)
class Masks:
    """A user's masks; where several fit at one place, the first of them does.

    Raises:
        ConfigError: When they are used, if one of them cannot be read, or may find nothing.
    """

    all: tuple[Mask, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(mask.name for mask in self.all)

    @cached_property
    def compiled(self) -> Masking | None:
        """What the kernel takes, None if there is no mask."""
        return _compiled(Choice(tuple(tree_of(mask.regex) for mask in self.all))) if self.all else None

    @cached_property
    def version(self) -> str:
        """What signatures depend on: the version of the rules, and a hash of the expressions if there are any."""
        if not self.all:
            return str(MASK_VERSION)
        expressions = "\n".join(written(tree_of(mask.regex)) for mask in self.all)
        return f"{MASK_VERSION}-{blake2b(expressions.encode(), digest_size=8).hexdigest()}"

    def name_of(self, values: Collection[bytes]) -> str | None:
        """Return the name of the first mask that finds each of some values, as a whole."""
        if not values or not self.all:
            return None
        found = zip(self.names, self._each, strict=True)
        return next((name for name, mask in found if all(mask.whole(list(values)))), None)

    @cached_property
    def _each(self) -> tuple[Masking, ...]:
        return tuple(_compiled(tree_of(mask.regex)) for mask in self.all)


NO_MASKS = Masks()


def tree_of(regex: str) -> Node:
    """Return the expression of a mask.

    Raises:
        ConfigError: If it cannot be read, or may match nothing.
    """
    tree = parse(regex)
    if may_be_empty(tree):
        raise ConfigError(f"regex {regex!r}: expected what finds at least one byte")
    return tree


def _compiled(tree: Node) -> Masking:
    found: Masking = kernel().Masks(written(tree))
    return found
