"""The host that wrote a line: what headers and fields of many kinds say of it."""

import pytest

from logburl.ingest.format import Format
from logburl.ingest.parser import Parser
from logburl.ingest.sources.memory import batch_of
from tests.ingest.entries import in_batches
from tests.kernels import each_kernel
from tests.kernels import parsed as columns_of

VERBS = ("took", "lost", "sold", "kept", "found")

FIELDS = {
    b'{"host":"web-1","message":"a","source_type":"file"}': "web-1",  # Vector
    b'{"@metadata":{"beat":"filebeat"},"host":{"name":"web-1"},"agent":{"hostname":"b"},"message":"a"}': "web-1",
    b'{"host.name":"web-1","host":{"hostname":"b"},"message":"a"}': "web-1",  # ECS
    b'{"host":{"hostname":"web-1","os":{"name":"b"}},"message":"a"}': "web-1",
    b'{"agent":{"hostname":"web-1","name":"b"},"message":"a"}': "web-1",  # Filebeat 7
    b'{"beat":{"hostname":"web-1"},"message":"a"}': "web-1",  # Filebeat 6
    b'{"log":"a","hostname":"web-1"}': "web-1",  # Fluent Bit
    b'{"log":"a","kubernetes":{"host":"node-1","pod_name":"cart-1"}}': "node-1",
    b'{"version":"1.1","host":"web-1","short_message":"a"}': "web-1",  # GELF
    b'{"MESSAGE":"a","_HOSTNAME":"web-1"}': "web-1",  # journald
    b'{"level":30,"hostname":"web-1","name":"shop","msg":"a"}': "web-1",  # bunyan, pino
    b'{"body":"a","resource":{"attributes":{"host.name":"web-1"}}}': "web-1",  # OpenTelemetry
    b'{"message":"a","host":"10.0.0.7","path":"/var/log/app.log"}': "10.0.0.7",  # Logstash
    b'{"hostname":"web-1","host":"b","message":"a","source_type":"file"}': "web-1",
    b"level=info msg=a host=web-1": "web-1",
    b'level=info msg=a hostname="web-1"': "web-1",
    b'{"host":"web-1","message":"GET / 200","method":"GET","source_type":"file"}': "web-1",
}
NO_HOST = [
    b'{"msg":"listening","host":"0.0.0.0","port":8080}',
    b'{"msg":"a","host":"shop.example","method":"GET","status":200}',
    b'{"msg":"a","host":"shop.example","path":"/cart","status":200}',
    b'at=info msg=a method=GET path="/" host=shop.example',
    b'{"msg":"a","host":"https://shop.example/"}',
    b'{"msg":"a","host":"-"}',
    b'{"msg":"a","host":""}',
    b'{"msg":"a","host":{"ip":["10.0.0.7"]}}',
    b'{"msg":"a","hostname":"a b"}',
    b'{"msg":"a","hostname":"' + b"a" * 254 + b'"}',
]
HEADERS = {
    b"<34>1 2026-01-02T03:04:05Z web-1 su - ID47 - a": "web-1",
    b"<34>1 2026-01-02T03:04:05Z - su - ID47 - a": None,
    b"<13>Jan  2 03:04:05 web-1 cron[7]: a": "web-1",
    b"Jan  2 03:04:05 web-1 kernel: a": "web-1",
    b"Jan  2 03:04:05 kernel: a": None,
    b"2026-01-02T03:04:05.123456+00:00 web-1 cron[7]: a": "web-1",
    b"Jan  2 03:04:05 lb-1 haproxy[7]: 10.0.0.7:5 [02/Jan/2026:03:04:05.6] in app/web 0/0/1/5/6 200 7 - -": "lb-1",
    b"node=web-1 type=SYSCALL msg=audit(1767323045.678:9): a=0": "web-1",
    b"- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond[2915]: a": "dn228",
    b"- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.363779 R02-M1-N0 RAS KERNEL INFO a": None,
    b'10.0.0.7 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 7 "-" "curl/8.5"': None,
    b"2026-01-02 03:04:05 ERROR cart: a": None,
    b"a": None,
}


@each_kernel
@pytest.mark.parametrize("line", FIELDS)
def test_a_field_tells_the_host(name: str, line: bytes) -> None:
    """Log shippers and libraries write it under many keys, the most telling counts."""
    assert columns_of(name, line)["hosts"] == (FIELDS[line].encode(),)


@each_kernel
@pytest.mark.parametrize("line", NO_HOST)
def test_what_is_no_host_of_a_writer(name: str, line: bytes) -> None:
    """Whom a request is for, an address with a port, and what is no name of a host."""
    found = columns_of(name, line)
    assert (found["hosts"], found["host"].tolist()) == ((), [-1])


@each_kernel
@pytest.mark.parametrize("line", HEADERS)
def test_a_header_tells_the_host(name: str, line: bytes) -> None:
    """Where a format has a place for it."""
    found = columns_of(name, line)
    assert [host.decode() for host in found["hosts"]] == [HEADERS[line]] * (HEADERS[line] is not None)


@each_kernel
def test_hosts_are_numbered_as_they_come(name: str) -> None:
    """Each has one number, apart from those of services."""
    data = b"".join(b"Jan  2 03:04:05 %s cron[7]: a\n" % host for host in (b"b", b"a", b"b"))
    found = columns_of(name, data + b"plain\n")

    assert (found["hosts"], found["services"], found["host"].tolist()) == ((b"b", b"a"), (b"cron",), [0, 1, 0, -1])


def test_a_user_s_own_format_tells_the_host() -> None:
    """By a field of a pattern, or a group of an expression."""
    own = Format("own", ("{time}|{host}|{message}",), regex=(r"(?P<host>\w+)> (?P<message>.*)",))
    batch = Parser((own,)).parse(batch_of(b"2026-01-02 03:04:05|web-1|a\nweb2> b\n"))

    assert [batch.hosts[i] for i in batch.host] == ["web-1", "web2"]


@each_kernel
@pytest.mark.parametrize(
    ("pattern", "line", "host"),
    [
        ("{host} {rest:json}", b'web-1 {"msg":"a","hostname":"web-2"}', b"web-2"),
        ("{host} {rest:json}", b'web-1 {"msg":"a"}', b"web-1"),
        ("{host}|{host} {message}", b"web-1|web-2 a", b"web-2"),
    ],
)
def test_what_stands_further_behind_tells_it_best(name: str, pattern: str, line: bytes, host: bytes) -> None:
    """Of two fields the last counts, and before both what an object says, as for services."""
    assert columns_of(name, line, patterns=((0, pattern),))["hosts"] == (host,)


def test_a_learned_header_tells_the_host() -> None:
    """A column of few names that end in digits is one; what stands in brackets is a thread."""
    lines = (f"{i % 7}/{i % 5} web{i % 3} [pool-{i % 4}] cart[{i}]: {VERBS[i % 5]} {i}\n" for i in range(200))
    batches = in_batches("".join(lines).encode(), 1 << 20)

    assert {name for batch in batches for name in batch.hosts} == {"web0", "web1", "web2"}
