"""Templates: one text with placeholders for all the messages of a group of signatures.

The templates are a pure function of the **set** of signatures: of no order, no clock, no counter. A template's id is a
hash of its text with ``<*>`` for every slot, and of the mask version. The type that is shown for a slot (``<num>``,
``<ip>``, …) is read off its values, so it may become wider as more of them come; the id does not change with it.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.alignment import Item, Plan, common_items, plan
from logburl.ingest.masks import MASK_VERSION
from logburl.ingest.mining import group
from logburl.ingest.pieces import Piece, edges, packed, pieces
from logburl.ingest.signatures import MAX_SAMPLE_BYTES
from logburl.ingest.slots import TYPES, type_of

MAX_PIECES = 2001
_PLACEHOLDER = re.compile(rf"(\\*)<({'|'.join(re.escape(name) for name in TYPES)})>")


@dataclass(frozen=True)
class Template:
    """What some signatures have in common.

    Attributes:
        items: Literals and, as None, slots.
        signatures: Sorted.
        types: The shown type of each slot.
    """

    items: tuple[Item, ...]
    signatures: tuple[int, ...]
    types: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """The text with typed placeholders; a literal that would read as one has a backslash before it."""
        return render(self.items, self.types)

    @cached_property
    def id(self) -> int:
        """64 bits."""
        plain = render(self.items, ("*",) * len(self.types)).encode("utf-8", "surrogateescape")
        return int.from_bytes(hashlib.blake2b(plain, digest_size=8, salt=bytes([MASK_VERSION])).digest(), "big")


def render(items: Sequence[Item], types: Sequence[str]) -> str:
    """Return the text of literals and slots."""
    out, literal, slots = [], b"", iter(types)
    for item in [*items, b""]:
        if item is None:
            out.append(_escaped(literal, before_slot=True) + f"<{next(slots)}>")
            literal = b""
        else:
            literal += item
    return "".join(out) + _escaped(literal, before_slot=False)


def _escaped(literal: bytes, before_slot: bool) -> str:
    text = _PLACEHOLDER.sub(r"\1\1\\<\2>", literal.decode("utf-8", "backslashreplace"))
    if before_slot:
        text += "\\" * (len(text) - len(text.rstrip("\\")))
    return text


def fill(text: str, parameters: Sequence[str]) -> str:
    """Return a template text with its placeholders replaced by parameters in order: the message, white space aside."""
    values = iter(parameters)

    def replaced(found: re.Match[str]) -> str:
        backslashes, name = found[1], found[2]
        literal = "\\" * (len(backslashes) // 2)
        return literal + (f"<{name}>" if len(backslashes) % 2 else next(values))

    return _PLACEHOLDER.sub(replaced, text)


@dataclass
class Templates:
    """The templates of a set of signatures, ``t`` of them, ordered by text.

    Attributes:
        all: The templates.
    """

    all: list[Template]
    _plans: dict[int, Plan] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.all)

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
        offset, edge, _ = edges(text, spans)
        keys, first, inverse = np.unique(signature, return_index=True, return_inverse=True)
        template = self.index_of(keys)
        plans = [self._plan(int(k), int(t), text, spans[i]) for k, t, i in zip(keys, template, first, strict=True)]
        sizes = np.array([len(p.first) for p in plans], np.int64)
        slots = sizes[inverse]
        found = np.concatenate([[0], np.cumsum(slots)])
        begin = np.cumsum(sizes) - sizes
        place = np.arange(found[-1]) + np.repeat(begin[inverse] - found[:-1], slots)
        low = np.concatenate([np.empty(0, np.int64), *(p.first for p in plans)])[place]
        high = np.concatenate([np.empty(0, np.int64), *(p.last for p in plans)])[place]
        base = np.repeat(offset[:-1], slots)
        size = np.repeat(np.diff(offset), slots)
        # Edges counted from the end are negative, as everywhere in Python.
        start = edge[base + np.where(low < 0, size + low, low)]
        end = edge[base + np.where(high < 0, size + high, high)]
        return start, np.maximum(end, start), found

    def _plan(self, signature: int, template: int, text: NDArray[np.uint8], span: NDArray[np.int64]) -> Plan:
        if signature not in self._plans:
            if template < 0 or self.all[template].items == (None,):
                return Plan.whole()
            message = text[span[0] : span[1]].tobytes()
            self._plans[signature] = plan(self.all[template].items, pieces([message])[0])
        return self._plans[signature]


def mine(samples: Mapping[int, bytes]) -> Templates:
    """Return the templates of signatures, each given with one of its messages.

    Costs: about linear in the signatures; quadratic in the length of a message inside a group whose messages differ in
    shape.
    """
    signature = sorted(samples)
    split = pieces([samples[s] for s in signature])
    rows = [_bounded(row, samples[s]) for s, row in zip(signature, split, strict=True)]
    members: dict[int, list[int]] = {}
    for i, g in enumerate(group(rows).tolist()):
        members.setdefault(g, []).append(i)
    by_items: dict[tuple[Item, ...], list[int]] = {}
    for rows_of_group in members.values():
        items = tuple(common_items([rows[i] for i in rows_of_group]))
        by_items.setdefault(items, []).extend(rows_of_group)
    found = [_template(items, sorted(index), signature, rows, samples) for items, index in by_items.items()]
    return Templates(sorted(found, key=lambda template: (template.text, template.id)))


def _bounded(row: list[Piece], sample: bytes) -> list[Piece]:
    """A message of very many words, or one whose sample was cut, is one slot: nobody reads such a template."""
    return row if len(row) <= MAX_PIECES and len(sample) < MAX_SAMPLE_BYTES else [b"", None, b""]


def _template(
    items: tuple[Item, ...],
    index: Sequence[int],
    signature: Sequence[int],
    rows: Sequence[Sequence[Piece]],
    samples: Mapping[int, bytes],
) -> Template:
    slots = sum(item is None for item in items)
    values: list[set[bytes]] = [set() for _ in range(slots)]
    for i in index[:64]:
        message = samples[signature[i]]
        _, spans = packed([message])
        _, edge, _ = edges(np.frombuffer(message, np.uint8), spans)
        for slot, (a, b) in enumerate(plan(items, rows[i]).spans(edge)):
            values[slot].add(message[a:b])
    return Template(items, tuple(signature[i] for i in index), tuple(type_of(found) for found in values))
