"""What a file holds: one stream of lines, or an archive in which each member is one. The content tells, not the name.

Archives are tar (plain or compressed) and zip, read forward in bounded memory; nothing is written to disk, and names
are only shown. A member may be compressed itself; an archive in an archive is not opened. Members are read in the
order in which they stand, and a log's rotated parts are streams of their own.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote, unquote_to_bytes

from logburl.ingest.streams import pkzip, tar
from logburl.ingest.streams.compression import DAMAGED, Unpacked
from logburl.ingest.streams.window import Held

# Where names are written as a URI, no exclamation mark stands in them.
MARK = "!"
MAX_NAME_BYTES = 4096
SECOND_NS = 1_000_000_000
LEAST_WRITTEN_NS = 631_152_000 * SECOND_NS  # 1990: what makes files with fixed times writes 1970 or 1980
LATEST_NS = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Content:
    """A stream of bytes in a file.

    Attributes:
        member: What it is called there, as a URI; empty for the file itself.
        file: Its bytes.
        written_ns: When a member was written last, by what the archive says; None if that says nothing.
    """

    member: str
    file: Unpacked
    written_ns: int | None = None


def known_ns(written_ns: int) -> int | None:
    """Return when something was written last, None where that tells nothing."""
    return written_ns if LEAST_WRITTEN_NS <= written_ns <= LATEST_NS else None


def stream_in(outer: str, member: str) -> str:
    """Return the name of a stream in a file whose own is known.

    >>> stream_in("file:///k8s.tar", "pods/a/0.log"), stream_in("file:///app.log", "")
    ('file:///k8s.tar!/pods/a/0.log', 'file:///app.log')
    """
    return f"{outer}{MARK}/{member}" if member else outer


def divided(stream: str) -> tuple[str, str]:
    """Return the name of the file's stream and that of the member, empty if there is none.

    >>> divided("file:///k8s.tar!/pods/a/0.log#1b2c3d4e")
    ('file:///k8s.tar', 'pods/a/0.log')
    """
    outer, _, member = stream.partition("#")[0].partition(f"{MARK}/")
    return outer, member


def shown(name: str, member: str) -> str:
    r"""Return how a member is called for a person, its file being called ``name``.

    >>> print(shown("k8s.tar", "pods/a%20b/%FF.log"))
    k8s.tar!pods/a b/\xff.log
    """
    return f"{name}{MARK}{unquote_to_bytes(member).decode('utf-8', 'backslashreplace')}" if member else name


class Contents:
    """The streams of a file, one after the other: each is to be read before the next is asked for.

    Args:
        file: Standing at its start.

    Attributes:
        remarks: What was not read, and why: each the end of a sentence about the file.
    """

    def __init__(self, file: Unpacked) -> None:
        self.file = file
        self.remarks: list[str] = []
        self._refused: Counter[str] = Counter()
        self._first: dict[str, str] = {}
        self._names: Counter[bytes] = Counter()

    def __iter__(self) -> Iterator[Content]:
        members = _members(self.file)
        if members is None:
            yield Content("", self.file)
        else:
            yield from self._each(members)

    def _each(self, members: Iterator[Held]) -> Iterator[Content]:
        content: Content | None = None
        ending: str | None = None
        most = self.file.bounds.max_members
        try:
            for number, held in enumerate(members):
                if number == most:
                    told = f"more than {most:,} members, ingest.unpack.max_members"
                    ending = f"read up to a bound ({told}): the rest is dropped"
                    break
                content = self._content(held)
                if content is not None:
                    yield content
        except DAMAGED as error:
            ending = f"read up to where it ends early or is damaged ({error})"
        ending = self.file.ending or ending
        # Where the member told already why it ends, that is enough.
        if ending and not (content and content.file.problem):
            self.remarks.append(ending)
        if self._refused:
            listed = (f"{what} {self._first[what]}{_more(count - 1)}" for what, count in self._refused.items())
            self.remarks.append(f"not read: {', '.join(listed)}")

    def _content(self, held: Held) -> Content | None:
        """Return what a member holds; None, having noted that, if it holds no lines that can be read."""
        member = self._named(held.name)
        refused = held.refused
        if len(held.name) > MAX_NAME_BYTES:
            refused, member = "name that is too long:", member[:100]
        if not refused:
            file = Unpacked(held.file, self.file.bounds, self.file.meter)
            if _members(file) is None:
                return Content(member, file, known_ns(held.written_s * SECOND_NS))
            refused = "archive in the archive:"
        self._refused[refused] += 1
        self._first.setdefault(refused, shown("", member).removeprefix(MARK))
        return None

    def _named(self, name: bytes) -> str:
        """Return a member's name as a URI; where it came before, with its number."""
        while name.startswith(b"./"):
            name = name[2:].lstrip(b"/")
        key = blake2b(name, digest_size=8).digest()
        self._names[key] += 1
        return quote(name) + f"{MARK}{self._names[key]}" * (self._names[key] > 1)


def is_archive(file: Unpacked) -> bool:
    """Whether a file that stands at its start, and stays there, is an archive."""
    return _members(file) is not None


def _members(file: Unpacked) -> Iterator[Held] | None:
    """Return the members of an archive that stands at its start, None if it is none."""
    head = file.first(tar.BLOCK_BYTES)
    if pkzip.is_zip(head):
        return pkzip.members(file)
    return tar.members(file) if tar.is_tar(head) else None


def _more(count: int) -> str:
    return f" and {count:,} more" if count else ""
