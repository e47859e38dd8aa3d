"""The chains of commits in the index of states, as they are read.

A link is the document ``WRITER/N``; ``WRITER/sum`` is the sum of the links up to its ``n``, which are then deleted.
What is too large for one document stands in further ones, written before and named in it. The index has one shard, so
that the numbers that OpenSearch gives to what is written (``_seq_no``) order the links of all writers.

A link counts if it is there and no sum has passed it.
"""

import base64
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from logburl.ingest.errors import ConfigError
from logburl.search.cluster.connection import Connection, Declined
from logburl.search.cluster.delta import Delta, place_of, unpack
from logburl.search.cluster.indices import FORMAT
from logburl.search.cluster.pages import pages, refresh
from logburl.search.cluster.sweep import delete_found
from logburl.search.place import Place

PART_BYTES = 8 << 20
SLACK = 1000  # links written side by side appear in no order: so far behind the last one seen it is looked again
TOGETHER = 20  # links read by one request
CONTENT = ("content", "checksum", "parts", "token", "format")


@dataclass(frozen=True, slots=True)
class Head:
    """A link, or a sum of links, without its content.

    Attributes:
        id: Of the document.
        writer: Whose it is.
        n: Number of the link; of a sum, of its last.
        order: Place of that link among those of all writers.
        written: When the document was written, as a number.
        sum: Whether it is a sum.
        entries: How many entries were added.
        places: How far streams are stored; those that changed.
        shows: Whether documents follow from it.
        bytes: Size of the content.
    """

    id: str
    writer: str
    n: int
    order: int
    written: int
    sum: bool
    entries: int
    places: tuple[Place, ...]
    shows: bool
    bytes: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link, or a sum of links."""

    head: Head
    token: str
    delta: Delta


class Chains:
    """The chains of all writers in one index."""

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._index = index

    def heads(self, after: int = -1, writer: str | None = None) -> list[Head]:
        """Return the links and sums, of all writers or one, written behind a place, and some before it, in order."""
        refresh(self._connection, self._index)
        which = [{"terms": {"kind": ["link", "sum"]}}, {"range": {"_seq_no": {"gt": after - SLACK}}}]
        mine = [{"term": {"writer": writer}}] if writer is not None else []
        query = {"bool": {"filter": [*which, *mine]}}
        asked = {"query": query, "sort": ["_seq_no"], "_source": {"excludes": CONTENT}, "size": 2000}
        found = [_head(hit) for page in pages(self._connection, self._index, asked) for hit in page]
        return sorted(found, key=lambda head: (head.order, head.n))

    def links(self, heads: Sequence[Head]) -> Iterator[Link | None]:
        """Yield links with their contents as they now are; None for one that is not there, since it was folded."""
        for at in range(0, len(heads), TOGETHER):
            ids = [head.id for head in heads[at : at + TOGETHER]]
            found = self._connection.ask("POST", f"/{self._index}/_mget", {"ids": ids})["docs"]
            yield from (self._link(one) if one.get("found") else None for one in found)

    def link(self, key: str) -> Link | None:
        """Return a link with its content, None if it is not there."""
        found = self._get(key)
        return None if found is None else self._link(found)

    def _link(self, found: Mapping[str, Any]) -> Link | None:
        told, key = found["_source"], found["_id"]
        if told["format"] > FORMAT:
            raise ConfigError(f"commit {key} has format {told['format']}, this version of logburl reads up to {FORMAT}")
        content = base64.b64decode(told.get("content", ""))
        for part in told.get("parts", ()):
            more = self._get(part)
            if more is None:
                return None
            content += base64.b64decode(more["_source"]["content"])
        return Link(_head(found), told["token"], unpack(content, told["checksum"], key))

    def _get(self, key: str, **asked: Any) -> Any:
        try:
            return self._connection.ask("GET", f"/{self._index}/_doc/{quote(key, safe='')}", **asked)
        except Declined as error:
            if error.status == 404:
                return None
            raise

    def token(self, key: str) -> str | None:
        """Return who wrote a link, None if it is not there."""
        found = self._get(key, _source_includes="token")
        return None if found is None else str(found["_source"]["token"])

    def summed(self, writer: str) -> int:
        """Return up to which link a writer's are folded."""
        found = self._get(f"{writer}/sum", _source_includes="n")
        return -1 if found is None else int(found["_source"]["n"])

    def put(self, key: str, document: Mapping[str, Any], **how: Any) -> None:
        """Write a document, replacing what is there."""
        self._connection.ask("PUT", f"/{self._index}/_doc/{quote(key, safe='')}", document, **how)

    def create(self, key: str, document: Mapping[str, Any]) -> int | None:
        """Write a document unless there is one; return its place among those of all writers, None if there is one."""
        try:
            answer = self._connection.ask("PUT", f"/{self._index}/_create/{quote(key, safe='')}", document)
        except Declined as error:
            if error.status == 409:
                return None
            raise
        return int(answer["_seq_no"])

    def parts(self, key: str, writer: str, n: int, content: bytes) -> dict[str, Any]:
        """Write what of a content is too much for one document; return the fields of the document."""
        inside, rest = content[:PART_BYTES], content[PART_BYTES:]
        names = []
        for at in range(0, len(rest), PART_BYTES):
            names.append(f"{key}/{secrets.token_hex(4)}")
            part = base64.b64encode(rest[at : at + PART_BYTES]).decode()
            self.put(names[-1], {"kind": "part", "writer": writer, "n": n, "content": part})
        told = {"content": base64.b64encode(inside).decode(), "bytes": len(content)}
        return told | ({"parts": names} if names else {})

    def remove(self, query: Mapping[str, Any]) -> None:
        """Delete what a query finds."""
        delete_found(self._connection, self._index, query)


def _head(hit: Mapping[str, Any]) -> Head:
    told, written = hit["_source"], int(hit["_seq_no"])
    return head_of(hit["_id"], told, told.get("order", written), written)


def head_of(key: str, told: Mapping[str, Any], order: int, written: int) -> Head:
    """Return the head of a document."""
    places = tuple(place_of(row) for row in told["places"])
    about = told["entries"], places, told["shows"], told["bytes"]
    return Head(key, told["writer"], told["n"], order, written, told["kind"] == "sum", *about)
