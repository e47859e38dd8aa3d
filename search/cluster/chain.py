"""One writer's chain of commits, which he alone adds to.

Whoever slept while others went on may find the document that he creates to be new, since the one that was there has
been folded and deleted long ago: so he looks at the sum, too, before he believes that it counts.
"""

import secrets
from typing import Any

from logburl.ingest.errors import ConfigError, Fenced
from logburl.search.cluster.chains import Chains, Head, Link, head_of
from logburl.search.cluster.connection import Declined
from logburl.search.cluster.delta import Delta, pack, place_row, unpack
from logburl.search.cluster.indices import FORMAT

LONGEST_NAME = 300  # bytes: an id has at most 512


def must_name_a_writer(writer: str) -> None:
    """Refuse a name that no writer can have."""
    if not writer or len(writer.encode("utf-8", "replace")) > LONGEST_NAME:
        raise ConfigError(f"store: expected the name of a writer of 1 to {LONGEST_NAME} bytes, got {writer[:80]!r}")


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
        told = self._told("link", n, delta, f"{self._me}/{checksum[:16]}", checksum)
        document = told | self._chains.parts(key, self.writer, n, content)
        order = self._chains.create(key, document)
        if order is None:
            order = self._written_before(key, told["token"])
        if self._chains.summed(self.writer) >= n:
            raise self._fenced()
        self.n = n
        return Link(head_of(key, document, order, order), told["token"], unpack(content, checksum, key))

    def _told(self, kind: str, n: int, delta: Delta, token: str, checksum: str) -> dict[str, Any]:
        shows = bool(delta.incidents or delta.templates is not None or delta.vectors)
        about = {"entries": delta.entries, "places": [place_row(place) for place in delta.places], "shows": shows}
        named = {"kind": kind, "writer": self.writer, "n": n, "format": FORMAT, "token": token, "checksum": checksum}
        return named | about

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
        parts = self._chains.parts(key, self.writer, up_to.n, content)
        document = self._told("sum", up_to.n, whole, self._me, checksum) | {"order": up_to.order} | parts
        try:
            self._chains.put(key, document, version=up_to.n, version_type="external")
        except Declined as error:
            if error.status != 409:  # another one has folded further
                raise
            return
        old = [{"term": {"writer": self.writer}}, {"range": {"n": {"lte": up_to.n}}}]
        query = {"filter": [*old, {"terms": {"kind": ["link", "part"]}}]}
        self._chains.remove({"bool": query | {"must_not": {"ids": {"values": parts.get("parts", [])}}}})
