"""Logs that hypothesis makes: lines of every format and trace known, and what is hard about folding and headers."""

from pathlib import Path

from hypothesis import strategies as st

KNOWN = [
    line
    for folder in ("formats", "traces")
    for path in sorted((Path(__file__).parent / folder).glob("*.log"))
    for line in path.read_bytes().splitlines()
]
HARD = (
    *(
        b"",
        b" ",
        b"\t",
        b"}",
        b"{",
        b"word",
        b"a: b",
        b"Error: x",
        b"\r",
        b"\0",
        b"\xff\xfe",
        b"caf\xe9",
        b"5%\r",
        b"\r a",
        b"\x1b[1mb\x1b[0m",
    ),
    *(b"caf\xe9", b"5%\r", b"\r a"),
    *(b"goroutine 1 [running]:", b"main.f()", b"During handling of the above exception, another exception occurred:"),
    *(b"thread 'main' panicked at a.rs:1:2:", b"Jan 02, 2024 3:04:05 AM a.B c", b"INFO: d", b"    ^", b"b.C: d"),
    *(b"2024-01-02T03:04:05Z stdout P x", b"2024-01-02T03:04:05Z stdout F  y", b"2024-01-02T03:04:05Z stderr P z"),
    *(b'{"log":"\\ta\\n"}', b'{"log":"b\\n"}', b'{"log":"Traceback (most recent call last):\\n"}', b"\x1b[0m"),
    *(b"2024-01-02 03:04:05 Traceback (most recent call last):", b'{"log":"\\u001b[0m\\n"}', b'{"log":"\\n"}'),
)
LINES = st.one_of(st.sampled_from(KNOWN), st.sampled_from(HARD), st.binary(max_size=6))
TEXTS = st.builds(
    lambda lines, end: b"\n".join(lines) + end, st.lists(LINES, max_size=40), st.sampled_from([b"\n", b""])
)
