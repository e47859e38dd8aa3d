"""Records of a queue: each is an entry, with the time, the service and the host that came with it."""

from dataclasses import replace

import numpy as np

from logburl.ingest.batch import TIMED, ZONED, LogBatch
from logburl.ingest.parser import Parser
from logburl.ingest.source import Envelopes, RawBatch
from logburl.ingest.sources.memory import batch_of


def raw_of(
    records: list[bytes], time_ns: int = -1, services: tuple[str, ...] = (), hosts: tuple[str, ...] = ()
) -> RawBatch:
    """Return records at 100, 101, …; all named after the first service and the first host."""
    plain = batch_of(b"".join(records), "kafka://orders/3", received_ns=99)
    starts = np.cumsum([0, *map(len, records)])[:-1]
    begins = np.isin(plain.offset[:-1], starts)
    service, host = (np.full(len(plain), 0 if names else -1, np.int32) for names in (services, hosts))
    envelopes = Envelopes(begins, np.full(len(plain), time_ns), service, host, services, hosts)
    return replace(plain, position=99 + np.cumsum(begins), envelopes=envelopes, end=100 + len(records))


def parsed(records: list[bytes], time_ns: int = -1, services: tuple[str, ...] = (), *, fold: bool = True) -> LogBatch:
    return Parser(fold=fold).parse(raw_of(records, time_ns, services))


def named(batch: LogBatch) -> list[str | None]:
    """Return the hosts of entries."""
    return [batch.hosts[i] if i >= 0 else None for i in batch.host]


def test_a_record_is_an_entry_whatever_its_lines_are() -> None:
    """Lines with a header stay in it as they are; lines that look like more of the one before do not join that."""
    records = [b"2026-01-02 03:04:05 ERROR a\n2026-01-02 03:04:06 INFO b\n\nc\n", b"  at x.y(Z.java:3)\n", b"\n"]

    for fold in (True, False):
        batch = parsed(records, fold=fold)
        assert batch.messages([0, 1, 2]) == [b"a\n2026-01-02 03:04:06 INFO b\n\nc", b"at x.y(Z.java:3)", b""]
        assert batch.lines.tolist() == [4, 1, 1]
        assert batch.position.tolist() == batch.line.tolist() == [100, 101, 102]


def test_lines_behind_a_document_go_on_with_its_message() -> None:
    """What stands between the message and them is no part of it."""
    batch = parsed([b'{"message":"lost 3","level":"error","n":1}\nmore of it\n'])

    assert batch.messages([0]) == [b"lost 3\nmore of it"]
    assert batch.severity.tolist() == [17]


def test_containers_streams_are_not_taken_apart() -> None:
    """Records of which the lines would belong together in a file stand alone, in their order."""
    line = b'{"log":"%s\\n","stream":"%s","time":"2026-01-02T03:04:05Z"}\n'
    batch = parsed([line % (b"a", b"stdout"), line % (b"b", b"stderr"), line % (b"  at c", b"stdout")])

    assert batch.messages(range(3)) == [b"a", b"b", b"at c"]


def test_a_time_that_came_with_the_record_is_that_of_an_entry_without_one() -> None:
    """One that the line tells counts before it."""
    batch = parsed([b"2026-01-02 03:04:05Z INFO a\n", b"b\n"], time_ns=7)

    assert batch.time_ns.tolist() == [1767323045000000000, 7]
    assert batch.told.tolist() == [TIMED | ZONED] * 2


def test_an_unknown_time_is_none() -> None:
    """An entry has then the time of the one before it, as in a file."""
    batch = parsed([b"2026-01-02 03:04:05Z INFO a\n", b"b\n"])

    assert batch.has_time.tolist() == [True, False]


def test_a_service_that_came_with_the_record_is_that_of_an_entry_without_one() -> None:
    """One that the line names counts before it."""
    batch = parsed([b'{"message":"a","service":"cart"}\n', b"b\n", b"c\n"], services=("orders", "unused"))

    assert [batch.services[number] for number in batch.service] == ["cart", "orders", "orders"]


def test_a_host_that_came_with_the_record_is_that_of_an_entry_without_one() -> None:
    """One that the line names, in a field or in its header, counts before it, and changes nothing of the service."""
    fields, syslog = b'{"message":"a","hostname":"web-1"}\n', b"<13>Jan  2 03:04:05 web-2 cron[7]: b\n"
    batch = Parser().parse(raw_of([fields, syslog, b"c\n"], hosts=("relay", "unused")))

    assert named(batch) == ["web-1", "web-2", "relay"]
    assert [batch.services[i] if i >= 0 else None for i in batch.service] == [None, "cron", None]


def test_lines_that_others_sent_on() -> None:
    """Vector, Filebeat and Fluent Bit send a line as a message: its own header is read, the sender's time counts."""
    line = b"2026-01-02 03:04:05 ERROR cart: lost 3"
    vector = (
        b'{"file":"/a.log","host":"web-1","message":"%s","source_type":"file","timestamp":"2026-01-02T03:04:06Z"}\n'
    )
    filebeat = (
        b'{"@timestamp":"2026-01-02T03:04:06Z","@metadata":{"beat":"filebeat"},"host":{"name":"h"},"message":"%s"}\n'
    )
    fluent = b'{"@timestamp":"2026-01-02T03:04:06Z","log":"%s"}\n'

    batch = parsed([vector % line, filebeat % line, fluent % line])

    assert batch.messages(range(3)) == [b"lost 3"] * 3
    assert batch.severity.tolist() == [17] * 3
    assert [batch.services[number] for number in batch.service] == ["cart"] * 3
    assert named(batch) == ["web-1", "h", None]
    assert batch.time_ns.tolist() == [1767323046000000000] * 3


def test_the_host_of_a_line_counts_before_that_of_its_shipper() -> None:
    """A line of syslog inside a shipper's object says where it was written, the shipper where it was read."""
    line = b'{"host":"collector","message":"<13>Jan  2 03:04:05 web-2 cron[7]: b","source_type":"syslog"}\n'

    assert named(parsed([line])) == ["web-2"]


def test_a_container_s_log_names_its_service_by_its_place() -> None:
    """Kubernetes keeps a container's log under its name, which is the service of lines that name none."""
    lines = b'2026-03-02T09:04:05Z stdout F plain text\n2026-03-02T09:04:06Z stdout F {"service":"own","msg":"b"}\n'
    pods = (
        "file:///var/log/pods/shop_cart-7d9f-x2x4k_0f1e2d3c-0000-4000-8000-000000000000/cart/0.log.20260302-090405.gz"
    )
    found = {stream: Parser().parse(batch_of(lines, stream)) for stream in (pods, "file:///var/log/cart/0.log")}

    named = [[batch.services[i] if i >= 0 else None for i in batch.service.tolist()] for batch in found.values()]
    assert named == [["cart", "own"], [None, "own"]]


def test_names_that_read_alike_are_one_name() -> None:
    """Bytes that are no UTF-8 and the escapes that stand for them read alike; none takes another one's place."""
    names = [b"a\xff", rb"a\xff", b"b", b"a\xfe", rb"a\xfe", b"c"]
    read = [r"a\xff", r"a\xff", "b", r"a\xfe", r"a\xfe", "c"]
    records = [b"<13>Jan  2 03:04:05 %s %s: \xc3\xbc\n" % (name, name) for name in names]

    for raw in (raw_of(records), raw_of(records, services=("cart",), hosts=("web-1",))):
        batch = Parser().parse(raw)
        assert named(batch) == read
        assert [batch.services[i] for i in batch.service] == read
        assert len({*batch.hosts}) == len(batch.hosts)
        assert len({*batch.services}) == len(batch.services)
