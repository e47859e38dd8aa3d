"""Entries as documents: names that users know, and every byte and nanosecond back."""

from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.search.cluster.documents import EntryDocuments, iso, nanoseconds, to_arrow, uid_prefix
from logburl.search.cluster.indices import FIELDS, KINDS, Settings, template
from logburl.search.entries import to_arrow as columns_of
from logburl.search.stores.opensearch import OpenSearchStore
from tests.services.servers import Node
from tests.stores import log, parse, raw

STREAM = "kafka://orders/3"


def documents(lines: list[bytes], stream: str = STREAM, original: bool = True) -> list[dict[str, Any]]:
    made = EntryDocuments("kafka://orders/3", original).items(parse(raw(lines, stream)), 7)
    return [orjson.loads(item.line.splitlines()[1]) for item in made]


def test_an_entry_as_a_document() -> None:
    """OpenTelemetry's and ECS's names; the id is the position in the topic."""
    assert documents([b"18 fail 7\n"]) == [
        {
            "@timestamp": "1970-01-01T00:00:18.000000000Z",
            "message": "fail 7",
            "event.original": "18 fail 7",
            "event.sequence": 7,
            "log.writer": STREAM,
            "log.stream": STREAM,
            "log.offset": 0,
            "log.line": 1,
            "log.lines": 1,
            "log.timed": True,
            "log.format": "message",
            "host.name": "10.0.0.7",
            "severity.number": 18,
            "log.level": "error",
            "log.record.uid": "orders/3/0",
            "log.record.signature": "e661696c20202020",
        }
    ]
    assert "event.original" not in documents([b"18 fail 7\n"], original=False)[0]


def test_ids_tell_all_streams_apart() -> None:
    """Another writer's file of the same name is another stream; a long name is shortened, and still tells."""
    names = [uid_prefix(writer, stream) for writer in "ab" for stream in ("x", "x/1", "y" * 4000, "y" * 4001)]
    assert len(names) == len(set(names))
    assert max(map(len, names)) < 450


@given(st.lists(st.binary(min_size=0, max_size=40).filter(lambda line: b"\n" not in line), min_size=1, max_size=5))
def test_every_byte_comes_back(texts: list[bytes]) -> None:
    """Whatever bytes a message holds, what is read back is what was there."""
    lines = [b"18 fail " + text + b"\n" for text in texts]
    assert columns_of(parse(raw(lines, STREAM))).to_pylist() == to_arrow(documents(lines)).to_pylist()


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), min_size=1))
def test_every_nanosecond_comes_back(times: list[int]) -> None:
    """A time as text is exact."""
    assert times == nanoseconds(iso(np.array(times, np.int64))).tolist()


def test_all_that_is_written_is_mapped() -> None:
    """Mappings are strict, so a field that is not there would be refused; and all that is there has a meaning."""
    batch = parse(raw(log(20), STREAM))
    batch = replace(batch, service=np.zeros(20, np.int32))
    made = [orjson.loads(item.line.splitlines()[1]) for item in EntryDocuments("w", True).items(batch, 0)]
    assert {name for one in made for name in one} <= set(FIELDS["entries"])


@pytest.mark.parametrize("kind", KINDS)
def test_templates_of_indices(kind: str) -> None:
    """Every index is strict, entries are a data stream; k-NN is switched on where vectors are kept."""
    made = template(Settings("mine", vectors="entry"), kind)
    assert ([f"mine-{kind}"], "strict") == (made["index_patterns"], made["template"]["mappings"]["dynamic"])
    assert (kind == "entries") == ("data_stream" in made)
    assert (kind in ("entries", "templates")) == ("knn" in made["template"]["settings"]["index"])
    assert "knn" not in template(Settings(vectors="none"), kind)["template"]["settings"]["index"]


def test_hostile_fields_are_one_field(opensearch: Node, prefix: str) -> None:
    """However many names a log invents, the mapping does not grow."""
    with OpenSearchStore(f"{opensearch.address}/{prefix}") as store:
        index, connection = store._settings.name("entries"), store._connection
        before = connection.ask("GET", f"/{index}/_mapping")
        attributes = {f"name{i}": {"a": i, "b": [i]} for i in range(3000)}
        document = {"@timestamp": "2026-01-02T03:04:05Z", "attributes": attributes}
        connection.ask("POST", f"/{index}/_doc", document, refresh="true")
        assert before == connection.ask("GET", f"/{index}/_mapping")
        asked = {"query": {"term": {"attributes.name7.a": "7"}}}
        assert connection.ask("POST", f"/{index}/_search", asked)["hits"]["total"]["value"] == 1
