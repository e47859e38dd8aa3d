"""Lines that hypothesis makes: words, values, and whatever is hard about a line.

None begins as a compressed file does, or with a byte-order mark: at a file's start, that would not be a line.
"""

import codecs

from hypothesis import strategies as st

from logburl.ingest.streams.compression import MAGIC

WORDS = (
    b"session",
    b"opened",
    b"for",
    b"user",
    b"alice",
    b"bob",
    b"carol",
    b"dave",
    b"erin",
    b"frank",
    b"error",
    b"Mon",
)
VALUES = (
    *(b"-7", b"12", b"3.5", b"5 KB", b"0xdeadbeef", b"abcdefab", b"10.0.0.1:80", b"/var/log/x", b"a.b.com:80"),
    *(b"http://a.b/c?d=1", b"x@y.com", b"a=1", b"a=", b"="),
)
HARD = (
    *(
        b"<num>",
        b"\\<num>",
        b"\\\\<ip>",
        b"<*>",
        b"\\",
        b"\\\\",
        b"<",
        b">",
        b"[",
        b"](",
        b"):",
        b"{",
        b'"q"',
        b"'",
        b"~,;",
    ),
    *(b"\t", b"\x00", b"\x0b", b"\x1c", b"\x1b[31m", b"\r", b"\xff", b"\xe4\xb8", "é\u2028\u00a0\u0085".encode()),
)
HEADERS = (
    b"",
    b"2026-01-02 03:04:05,123 ERROR [svc] ",
    b"2026-01-02T03:04:05Z INFO x: ",
    b"<34>1 2026-10-11T22:14:15.003Z host app 1 ID47 - ",
    b"Jan  2 03:04:05 host sshd[12]: ",
    b"\tat com.x.Y(Z.java:1)",
    b"Caused by: ",
    b'{"ts":"2026-01-02T03:04:05Z","level":"warn","msg":"a\\"b\\u00e9 \\ud800 12 x"}',
    b'{"msg":"',
)

words = st.one_of(*map(st.sampled_from, (WORDS, WORDS, VALUES, HARD)))
messages = st.builds(bytes.join, st.sampled_from([b" ", b"  ", b""]), st.lists(words, max_size=8))
anything = st.binary(max_size=20).map(lambda data: data.replace(b"\n", b""))
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, *(magic for magic, _ in MAGIC))
lines = st.one_of(st.builds(bytes.__add__, st.sampled_from(HEADERS), messages), messages, anything).filter(
    lambda line: not line.startswith(MARKS)
)
