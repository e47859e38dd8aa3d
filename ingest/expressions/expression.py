r"""Regular expressions over bytes, of the kind that can be matched in linear time; kernel and twin read them alike.

A user writes them as in most languages: ``(?P<level>[A-Z]+) (?:\[(?P<service>[^]]*)\] )?(?P<message>.*)``. There are
literals, ``.`` (a byte that is no line feed), classes, ``\d \w \s`` and their opposites (ASCII), ``\t \n \r \f \v``,
``\xHH``, ``^ $ \b \B``, ``|``, groups, ``* + ? {m,n}`` (lazy with a ``?`` behind), and ``(?i)`` in front. As in Perl,
the first alternative and the longest repetition that lead to a match are taken.

What would need backtracking is refused (references, looking ahead or behind), and so is a repetition of what may be
empty, in which engines differ. An expression is read into a tree (``expression_reader``), and written again in the one
form that kernel and twin are given: with classes spelled out, and without the names that nobody asked for.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple


class Byte(NamedTuple):
    """One byte of a class, whose bits say which."""

    allowed: int


class Edge(NamedTuple):
    """A place between bytes: ``A`` the start, ``z`` the end, ``b`` the edge of a word, ``B`` any other."""

    kind: str


class Sequence(NamedTuple):
    """One part behind the other."""

    parts: tuple["Node", ...]


class Choice(NamedTuple):
    """One of several, the first that leads to a match."""

    branches: tuple["Node", ...]


class Repeat(NamedTuple):
    """A part several times; ``most`` is None for any number."""

    part: "Node"
    least: int
    most: int | None
    is_lazy: bool


class Group(NamedTuple):
    """A part whose place is told under a name."""

    name: str
    part: "Node"


Node = Byte | Edge | Sequence | Choice | Repeat | Group


def size(node: Node) -> int:
    """Return how many bytes and choices a tree has, repetitions written out."""
    match node:
        case Sequence(parts) | Choice(parts):
            return 1 + sum(map(size, parts))
        case Repeat(part, least, most, _):
            return (1 + size(part)) * max(least, most or 0, 1)
        case Group(_, part):
            return 2 + size(part)
    return 1


def may_be_empty(node: Node) -> bool:
    """Return whether a tree matches no bytes at all somewhere."""
    match node:
        case Byte():
            return False
        case Sequence(parts):
            return all(map(may_be_empty, parts))
        case Choice(branches):
            return any(map(may_be_empty, branches))
        case Repeat(part, least, _, _):
            return least == 0 or may_be_empty(part)
        case Group(_, part):
            return may_be_empty(part)
    return True


def names(node: Node) -> Iterator[str]:
    """Yield the names of groups in order."""
    match node:
        case Sequence(parts) | Choice(parts):
            for part in parts:
                yield from names(part)
        case Repeat(part, _, _, _):
            yield from names(part)
        case Group(name, part):
            yield name
            yield from names(part)


def written(node: Node, kept: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a tree as the expression that kernel and twin read; of the groups some are kept, under new names."""
    match node:
        case Byte(allowed):
            return _class(allowed)
        case Edge(kind):
            return f"\\{kind}"
        case Sequence(parts):
            return "".join(written(part, kept) for part in parts)
        case Choice(branches):
            return f"(?:{'|'.join(written(branch, kept) for branch in branches)})"
        case Repeat(part, least, most, is_lazy):
            count = f"{{{least},{'' if most is None else most}}}"
            return f"(?:{written(part, kept)}){count}{'?' if is_lazy else ''}"
        case Group(name, part):
            return f"(?P<{kept[name]}>{written(part, kept)})" if name in kept else written(part, kept)


def _class(allowed: int) -> str:
    edges = allowed ^ allowed << 1
    places = [place for place in range(257) if edges >> place & 1]
    spans = zip(places[::2], places[1::2], strict=True)
    members = (rf"\x{first:02x}-\x{behind - 1:02x}" for first, behind in spans)
    return f"[{''.join(members)}]"
