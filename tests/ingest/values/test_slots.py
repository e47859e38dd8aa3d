"""Slots: the type that all values of one have."""

import pytest

from logburl.ingest.values.slots import TYPES, type_of


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("num", "5|-3.2|+7|.5|1,234,567|12%|1e9|-1.5E-3|2004|1234567b"),
        ("duration", "12ms|0.5 s|1.5s|3h2m|1h 2m 3.5s|-7us|250\u00b5s|PT1.5S|P1DT2H|5 min|2d"),
        ("size", "5 KB|3.5MiB|12MB|4.5 GiB|10kB|512 B|64K|2G"),
        ("ip", "10.0.0.1|/10.0.0.1:50010|10.0.0.0/24|255.255.255.255|::1|fe80::1%eth0|2001:db8::1/64"),
        ("uuid", "54fadb41-2c4e-40cd-baed-9335e4c35a9e"),
        ("hex", "0x1F|deadbeef|a1b2c3|1234567d|12:34:56:78:9a:bc|12-34-56-78-9A-BC"),
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
        ("*", "12:34:56:xx|localhost.x|org.a.B@7|P|PT|1h2"),
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
    assert (type_of([b"5", b"5s"]), type_of([b"0", b"5s"]), type_of([b"0", b"5 MB"])) == ("num", "duration", "size")
    assert type_of([b"5s", b"5 MB"]) == "num"
    assert "*" == type_of([b""]) == type_of([])


@pytest.mark.parametrize(
    ("before", "values", "kind"),
    [
        (b"session opened for user ", "alice|bob", "user"),
        (b"Failed password for invalid user ", "admin.x|www-data", "user"),
        (b"USERNAME='", "DOMAIN$", "user"),
        (b"for user ", "7|8", "num"),
        (b"for superuser ", "alice|bob", "*"),
        (b"user from ", "alice|bob", "*"),
        (b"host=", "db-1|db-2", "host"),
        (b"on node ", "worker.3", "host"),
        (b"user ", "alice bob", "*"),
        (b"user ", "(null)|bob", "*"),
        (b"", "alice", "*"),
    ],
)
def test_names_are_what_the_word_before_them_says(before: bytes, values: str, kind: str) -> None:
    """What shows in the values themselves goes before."""
    assert kind == type_of([value.encode() for value in values.split("|")], before)


def test_hostile_values_are_judged_at_once() -> None:
    """No pattern is tried in more than linear time."""
    for unit in (b"a", b"a.", b"1,", b"/a", b"a@", b"0:", b"1s", b"1 s ", b"P1", b"-", b"\xff"):
        assert type_of([unit * 100_000 + b"!"], b"user ") in ("*", "path")
