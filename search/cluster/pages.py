"""Results of any length, page by page, of one moment: a point in time and ``search_after``."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from logburl.ingest.errors import LogburlError
from logburl.search.cluster.condition import Condition, Refused
from logburl.search.cluster.connection import Busy, Connection

KEEP = "5m"


def refresh(connection: Connection, index: str) -> None:
    """Let questions see what was written; who may not ask for it sees it a little later."""
    try:
        connection.ask("POST", f"/{index}/_refresh")
    except Refused as error:
        if error.condition is not Condition.FORBIDDEN:
            raise


def pages(connection: Connection, index: str, asked: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield hits of a search, ``size`` at a time; ``sort`` has to tell them all apart."""
    with _moment(connection, index) as moment:
        after: dict[str, Any] = {}
        while True:
            body = {**asked, **after, "pit": {"id": moment, "keep_alive": KEEP}, "track_total_hits": False}
            hits = connection.ask("POST", "/_search", body | {"seq_no_primary_term": True})["hits"]["hits"]
            if hits:
                yield hits
            if len(hits) < asked["size"]:
                return
            after = {"search_after": hits[-1]["sort"]}


@contextmanager
def _moment(connection: Connection, index: str) -> Iterator[str]:
    found = connection.ask("POST", f"/{index}/_search/point_in_time", keep_alive=KEEP)["pit_id"]
    try:
        yield found
    finally:
        with suppress(LogburlError, Busy):  # it ends by itself
            connection.once("DELETE", "/_search/point_in_time", {"pit_id": [found]})
