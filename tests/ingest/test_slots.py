"""Slots: the type that all values of one have."""

import pytest

from logburl.ingest.slots import TYPES, type_of


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("num", "5|-3.2|+7|.5|1,234,567|12%|1e9|-1.5E-3|5 KB|3.5MiB|12ms|0.5 s|2004"),
        ("ip", "10.0.0.1|/10.0.0.1:50010|10.0.0.0/24|255.255.255.255|::1|fe80::1%eth0|2001:db8::1/64"),
        ("uuid", "54fadb41-2c4e-40cd-baed-9335e4c35a9e"),
        ("hex", "0x1F|deadbeef|a1b2c3|12:34:56:78:9a:bc|12-34-56-78-9A-BC"),
        (
            "path",
            "/|/var/log/a.log|C:\\dir\\file|C:/dir|\\\\host\\share|./x|../y/z|~/x|conf/server.xml|a/b/c|/find?q=a",
        ),
        ("ts", "2017-05-16 00:00:01.1|2017-05-16T00:00:01Z|2017/05/16|2005-06-03-15.42.50.363779|12:34:56|9:05 PM"),
        ("ts", "Jun 14 15:16:01|Fri Jul 01 08:16:53 PDT 2005|14/Jun/2005:15:16:01 +0000|Sat Jun 18 02:08:10 2005"),
        ("email", "a@b.com|first.last+tag@mail.example.org"),
        ("url", "http://host/x?y=1|amqp://user:word@host:1|file:///x"),
        ("host", "db.example.com|db-1.rack.internal:80|localhost:80|node.rack.x:7070"),
        ("*", "3/4|client/8.0|Pool.java:120|v1.2.3|some.Class|300.1.1.1|1:2:3|5 6|10.0.0.1,10.0.0.2|[1]|a b|é"),
        ("*", "12:34:56:xx|localhost.x|org.a.B@7"),
    ],
)
def test_values_have_a_type(kind: str, values: str) -> None:
    """Each value by itself, and where all of a slot are of one type, the slot."""
    assert {kind} == {type_of([value.encode()]) for value in values.split("|")}
    assert kind in TYPES
    assert kind == type_of([value.encode() for value in values.split("|")])


def test_values_of_several_types_have_none() -> None:
    """The slot is shown as unknown; an empty value does not count."""
    assert type_of([b"5", b"10.0.0.1"]) == "*"
    assert type_of([b"5", b""]) == "num"
    assert "*" == type_of([b""]) == type_of([])


def test_hostile_values_are_judged_at_once() -> None:
    """No pattern is tried in more than linear time."""
    for unit in (b"a", b"a.", b"1,", b"/a", b"a@", b"0:", b"-", b"\xff"):
        assert type_of([unit * 100_000 + b"!"]) in ("*", "path")
