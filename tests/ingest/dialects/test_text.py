"""Columns become the text of a pattern that reads them."""

import pytest

from logburl.ingest.dialects.columns import columns_of
from logburl.ingest.dialects.text import is_key, pattern_text


@pytest.mark.parametrize(
    ("lines", "length", "expected"),
    [
        (["web1 nginx[7]: x", "web2 cron[8]: y"], 8, "{host} {service}[{pid}]: {message}"),
        (["{a} b", "{c} d"], 3, "{{{service}}{message}"),
        (["INFO x", "ERROR y"], 2, "{level:column} {message}"),
        (["INFO x", "error y"], 2, "{level} {message}"),
        (["ts=5 x", "ts=6 y"], 3, "ts={ts:num}{message}"),
        (["10.0.0.1 2026/01/02 a.py:7 x", "10.0.0.2 2026/01/03 b.py:9 y"], 5, "{address} {date} {source}{message}"),
        (["com.foo.Bar main x", "com.foo.Baz side y"], 4, "{service} {field} {message}"),
        (["web1 [pool-2] x", "web2 [pool-3] y"], 5, "{host} [{thread:word}]{message}"),
        (["deadbeef 7 x", "cafe0123 8 y"], 3, "{id} {number:num}{message}"),
    ],
)
def test_fields_are_named_by_what_they_hold(lines: list[str], length: int, expected: str) -> None:
    """A tag, a dotted name or a word that varies is the service; hosts, ids, dates and addresses are called so."""
    columns = columns_of([line.encode() for line in lines * 10])
    assert expected == pattern_text(columns[:length])


def test_what_is_another_on_each_line_is_no_host() -> None:
    """There are few hosts, while orders have numbers, too."""
    orders, hosts = ([f"web{i % many} says x".encode() for i in range(90)] for many in (90, 9))

    assert pattern_text(columns_of(orders)[:3]) == "{field} {service}{message}"
    assert pattern_text(columns_of(hosts)[:3]) == "{host} {service}{message}"


def test_a_key_is_always_the_same() -> None:
    """A word before an equals sign is a key where no line has another one."""
    same, other = columns_of([b"a=1"] * 9), columns_of([b"a=1", b"b=2"] * 9)
    assert [is_key(same, 0), is_key(same, 2), is_key(other, 0)] == [True, False, False]
