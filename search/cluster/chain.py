"""The chains of commits in the index of states: reading them, adding a link, folding old ones into their sum.

A link is the document ``WRITER/N``; ``WRITER/sum`` is the sum of the links up to its ``n``, which are then deleted.
What is too large for one document stands in further ones, written before and named in it. The index has one shard, so
that the numbers that OpenSearch gives to what is written (``_seq_no``) order the links of all writers.

A link counts if it is there and no sum has passed it. So whoever slept while others went on, and finds the document
that he creates to be new since it was deleted long ago, has to look at the sum too (``Chain.append``).
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from logburl.ingest.errors import ConfigError, Fenced
from logburl.search.cluster.connection import Connection, Declined
from logburl.search.cluster.delta import Delta, pack, unpack
from logburl.search.cluster.indices import FORMAT
from logburl.search.cluster.pages import pages, refresh
from logburl.search.cluster.sweep import delete_found

PART_BYTES = 8 << 20
LONGEST_NAME = 300  # bytes: an id has at most 512
SLACK = 1000  # links written side by side appear in no order: so far behind the last one seen it is looked again


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
    """

    id: str
    writer: str
    n: int
    order: int
    written: int
    sum: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link, or a sum of links."""

    head: Head
    token: str
    delta: Delta


def must_name_a_writer(writer: str) -> None:
    """Refuse a name that no writer can have."""
    if not writer or len(writer.encode("utf-8", "replace")) > LONGEST_NAME:
        raise ConfigError(f"store: expected the name of a writer of 1 to {LONGEST_NAME} bytes, got {writer[:80]!r}")


class Chains:
    """The chains of all writers in one index."""

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._index = index

    def heads(self, after: int = -1) -> list[Head]:
        """Return the links and sums written behind a place, and some before it, in order."""
        refresh(self._connection, self._index)
        query = {
            "bool": {
                "filter": [
                    {"terms": {"kind": ["link", "sum"]}},
                    {"range": {"_seq_no": {"gt": after - SLACK}}},
                ]
            }
        }
        asked = {"query": query, "sort": ["_seq_no"], "_source": ["kind", "writer", "n", "order"], "size": 5000}
        found = [hit for page in pages(self._connection, self._index, asked) for hit in page]
        return sorted((_head(hit) for hit in found), key=lambda head: (head.order, head.n))

    def link(self, key: str) -> Link | None:
        """Return a link with its content as it now is, refreshed or not; None if it is not there."""
        found = self._get(key)
        if found is None:
            return None
        told = found["_source"]
        if told["format"] > FORMAT:
            raise ConfigError(f"commit {key} has format {told['format']}, this version of logburl reads up to {FORMAT}")
        content = base64.b64decode(told.get("content", ""))
        for part in told.get("parts", ()):
            more = self._get(part)
            if more is None:
                return None  # it was folded while we read
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
        return {"content": base64.b64encode(inside).decode()} | ({"parts": names} if names else {})

    def remove(self, query: Mapping[str, Any]) -> None:
        """Delete what a query finds."""
        delete_found(self._connection, self._index, query)


def _head(hit: Mapping[str, Any]) -> Head:
    told = hit["_source"]
    order = int(told.get("order", hit["_seq_no"]))
    return Head(hit["_id"], told["writer"], int(told["n"]), order, int(hit["_seq_no"]), told["kind"] == "sum")


class Chain:
    """One writer's chain, of which he adds the links.

    Args:
        chains: Where it is.
        writer: His name.

    Attributes:
        n: Number of the last link.
    """

    def __init__(self, chains: Chains, writer: str) -> None:
        must_name_a_writer(writer)
        self._chains = chains
        self.writer = writer
        self.n = 0
        self._me = secrets.token_hex(8)

    def open(self, last: int) -> None:
        """Add an empty link behind the last one, which fences the one who wrote before off.

        Raises:
            Fenced: Another one opens the chain at the same time.
        """
        self.n = last
        for _ in range(100):
            try:
                self.append(Delta())
            except Fenced:
                last = self.n
                while self._chains.token(f"{self.writer}/{self.n + 1}") is not None:
                    self.n += 1
                if self.n == last:  # its links were folded in between
                    self.n = self._chains.summed(self.writer)
            else:
                return
        raise Fenced(f"{self.writer}: others open this writer again and again")

    def append(self, delta: Delta) -> Link:
        """Add a link: all of it or nothing.

        Raises:
            Fenced: Another one has opened the chain; nothing was added.
        """
        key, n = f"{self.writer}/{self.n + 1}", self.n + 1
        content, checksum = pack(delta)
        token = f"{self._me}/{checksum[:16]}"
        told = {"kind": "link", "writer": self.writer, "n": n, "format": FORMAT, "token": token, "checksum": checksum}
        order = self._chains.create(key, told | self._chains.parts(key, self.writer, n, content))
        if order is None:
            order = self._written_before(key, token)
        if self._chains.summed(self.writer) >= n:
            raise self._fenced()
        self.n = n
        return Link(Head(key, self.writer, n, order, order, sum=False), token, unpack(content, checksum, key))

    def _written_before(self, key: str, token: str) -> int:
        """Return the place of a link whose first answer was lost."""
        found = self._chains.link(key)
        if found is None or found.token != token:
            raise self._fenced()
        return found.head.order

    def _fenced(self) -> Fenced:
        return Fenced(f"{self.writer} was opened by another process: what this one added since is not its to commit")

    def catch_up(self, last: int) -> None:
        """Go on behind a link whose answer never came.

        Raises:
            Fenced: Another one has opened the chain.
        """
        if last != self.n:
            token = self._chains.token(f"{self.writer}/{last}")
            if last < self.n or token is None or not token.startswith(self._me):
                raise self._fenced()
            self.n = last

    def fold(self, up_to: Head, whole: Delta) -> None:
        """Replace the links up to one by their sum."""
        key = f"{self.writer}/sum"
        content, checksum = pack(whole)
        told = {"kind": "sum", "writer": self.writer, "n": up_to.n, "order": up_to.order, "format": FORMAT}
        parts = self._chains.parts(key, self.writer, up_to.n, content)
        document = told | {"token": self._me, "checksum": checksum} | parts
        try:
            self._chains.put(key, document, version=up_to.n, version_type="external")
        except Declined as error:
            if error.status != 409:  # another one has folded further
                raise
            return
        old = [{"term": {"writer": self.writer}}, {"range": {"n": {"lte": up_to.n}}}]
        kinds = {"terms": {"kind": ["link", "part"]}}
        self._chains.remove(
            {"bool": {"filter": [*old, kinds], "must_not": {"ids": {"values": parts.get("parts", [])}}}}
        )
