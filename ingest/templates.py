"""Templates: one text with placeholders for all the messages of a group of signatures.

The templates are a pure function of the **set** of signatures: of no order, no clock, no counter. A template's id is a
hash of its text with ``<*>`` for every slot, and of the mask version. The type that is shown for a slot (``<num>``,
``<ip>``, …) is read off its values, so it may become wider as more of them come; the id does not change with it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice, repeat

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.masks import MASK_VERSION, NO_MASKS, Masks
from logburl.ingest.mining.alignment import SOFT, Item, Plan, common_items, plan
from logburl.ingest.mining.groups import mined
from logburl.ingest.mining.parameters import located
from logburl.ingest.mining.pieces import packed, rows_of
from logburl.ingest.values.slots import TYPES, type_of

TYPED_MEMBERS = 64
ANY = ("*",)


@dataclass(frozen=True)
class Template:
    """What some signatures have in common.

    Attributes:
        items: Literals and, as None, slots; an empty literal is a blank that belongs to the slot before it.
        signatures: Sorted.
        types: The shown type of each slot.
        names: All names that a placeholder may have: a literal that reads as one of them is escaped.
    """

    items: tuple[Item, ...]
    signatures: tuple[int, ...]
    types: tuple[str, ...]
    names: tuple[str, ...] = TYPES

    @cached_property
    def text(self) -> str:
        """The text with typed placeholders; a literal that would read as one has a backslash before it."""
        return render(self.items, self.types, self.names)

    @cached_property
    def id(self) -> int:
        """64 bits: a hash of the text with ``<*>`` for every slot."""
        digest = hashlib.blake2b(_rendered(self.items), digest_size=8, salt=bytes([MASK_VERSION])).digest()
        return int.from_bytes(digest, "big")


def render(items: Iterable[Item], types: Iterable[str], names: tuple[str, ...] = TYPES) -> str:
    """Return the text of literals and slots; a literal that would read as a slot is escaped with a backslash."""
    return _rendered(items, types, names).decode("utf-8", "backslashreplace")


def _rendered(items: Iterable[Item], types: Iterable[str] = repeat("*"), names: tuple[str, ...] = ANY) -> bytes:
    out, literal, slots = [], b"", iter(types)
    for item in items:
        if item is None:
            literal = _escaped(literal, names)
            # Backslashes right before a slot are doubled, so that they do not escape it.
            out += [literal, b"\\" * (len(literal) - len(literal.rstrip(b"\\"))), b"<%b>" % next(slots).encode()]
            literal = b""
        else:
            literal += b" " if item == SOFT else item
    return b"".join([*out, _escaped(literal, names)])


def _escaped(literal: bytes, names: tuple[str, ...]) -> bytes:
    if b"<" not in literal:
        return literal
    # Latin-1 keeps bytes as they are; names are ASCII.
    return _placeholder(names).sub(r"\1\1\\<\2>", literal.decode("latin-1")).encode("latin-1")


@cache
def _placeholder(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(\\*)<({'|'.join(map(re.escape, names))})>")


def fill(text: str, parameters: Sequence[str], names: tuple[str, ...] = TYPES) -> str:
    """Return a template text with its placeholders replaced by parameters in order: the message, white space aside.

    Args:
        text: The text.
        parameters: What stands in its slots.
        names: All names that a placeholder may have: those of a user's masks too, where the text was made with some.
    """
    values = iter(parameters)

    def replaced(found: re.Match[str]) -> str:
        backslashes, name = found[1], found[2]
        literal = "\\" * (len(backslashes) // 2)
        return literal + (f"<{name}>" if len(backslashes) % 2 else next(values))

    return _placeholder(names).sub(replaced, text)


@dataclass(repr=False)
class Templates:
    """The templates of a set of signatures, ``t`` of them, ordered by their text with ``<*>`` for every slot.

    Attributes:
        all: The templates.
        masks: The user's, with which they were mined.
    """

    all: list[Template]
    masks: Masks = NO_MASKS
    _plans: dict[int, Plan] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.all)

    def __repr__(self) -> str:
        first = f": {self.all[0].text!r}, …" if self.all else ""
        return f"<{len(self.all):,} templates{first}>"

    @cached_property
    def ids(self) -> NDArray[np.uint64]:
        """(t,) uint64."""
        return np.array([template.id for template in self.all], np.uint64)

    @cached_property
    def text(self) -> tuple[str, ...]:
        """(t,) texts with typed placeholders."""
        return tuple(template.text for template in self.all)

    @cached_property
    def _index(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        signature = np.array([s for template in self.all for s in template.signatures], np.uint64)
        index = np.repeat(np.arange(len(self.all)), [len(template.signatures) for template in self.all])
        order = np.argsort(signature)
        return signature[order], index[order]

    def index_of(self, signature: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the template index of each of ``(n,)`` signatures, -1 for those unknown."""
        known, index = self._index
        if not len(known):
            return np.full(len(signature), -1)
        place = np.minimum(np.searchsorted(known, signature), len(known) - 1)
        return np.where(known[place] == signature, index[place], -1)

    def parameters(self, message: bytes, signature: int) -> list[bytes]:
        """Return what stands in the slots of a message."""
        text, spans = packed([message])
        start, end, _ = self.parameter_spans(text, spans, np.array([signature], np.uint64))
        return [message[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]

    def parameter_spans(
        self, text: NDArray[np.uint8], spans: NDArray[np.int64], signature: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return where the parameters of ``n`` messages stand: starts and ends in order, offset (n + 1,) into those."""
        keys, example, which = np.unique(signature, return_index=True, return_inverse=True)
        known = zip(keys.tolist(), self.index_of(keys).tolist(), spans[example], strict=True)
        plans = [self._plan(key, template, text, span) for key, template, span in known]
        return located(plans, which, text, spans, self.masks)

    def _plan(self, signature: int, template: int, text: NDArray[np.uint8], span: NDArray[np.int64]) -> Plan:
        if template < 0:
            return Plan.whole()
        if signature not in self._plans:
            items = self.all[template].items
            (row,) = rows_of([text[span[0] : span[1]].tobytes()], self.masks)
            try:
                self._plans[signature] = plan(items, row)
            except ValueError:  # Another message with the same hash, made on purpose.
                self._plans[signature] = Plan.whole(items.count(None))
        return self._plans[signature]


def mine(samples: Mapping[int, bytes], masks: Masks = NO_MASKS, typed: bool = True) -> Templates:
    """Return the templates of signatures, each given with one of its messages.

    Args:
        samples: A message of each signature.
        masks: The user's, with which the signatures were made.
        typed: Read the types of slots off the messages; else each is shown as ``<*>``, which is quicker.

    Costs: about linear in the signatures (``ingest.mining.variation``); quadratic in the length of a row inside a
    template whose rows differ in shape.
    """
    signatures = sorted(samples)
    messages = [samples[signature] for signature in signatures]
    rows = rows_of(messages, masks)
    members: dict[bytes, tuple[list[Item], list[int]]] = {}
    for index, shapes in mined(rows):
        items = common_items(shapes)
        members.setdefault(_rendered(items), (items, []))[1].extend(index)
    groups = [(items, sorted(index)) for _, (items, index) in sorted(members.items())]
    some = [(items, i) for items, index in groups for i in index[:TYPED_MEMBERS]] if typed else []
    plans = {i: plan(items, rows[i]) for items, i in some}
    types = _types(groups, messages, plans, masks) if typed else (("*",) * items.count(None) for items, _ in groups)
    return Templates(
        [
            Template(tuple(items), tuple(signatures[i] for i in index), of_slots, (*TYPES, *masks.names))
            for (items, index), of_slots in zip(groups, types, strict=True)
        ],
        masks,
        {signatures[i]: one for i, one in plans.items()},
    )


def _types(
    groups: Sequence[tuple[list[Item], list[int]]], messages: Sequence[bytes], plans: Mapping[int, Plan], masks: Masks
) -> Iterator[tuple[str, ...]]:
    """Return the types of each group's slots, read off the values of the members with plans."""
    text, spans = packed([messages[i] for i in plans])
    start, end, _ = located(list(plans.values()), np.arange(len(plans)), text, spans, masks)
    data = text.tobytes()
    found = iter([data[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)])
    for items, index in groups:
        values = [list(islice(found, items.count(None))) for _ in index[:TYPED_MEMBERS]]
        yield tuple(map(type_of, map(set, zip(*values, strict=True)), before_slots(items), repeat(masks)))


def before_slots(items: Iterable[Item]) -> Iterator[bytes]:
    """Yield what stands between each slot and the slot before it."""
    literal = b""
    for item in items:
        if item is None:
            yield literal
        literal = b"" if item is None else literal + (item or b" ")
