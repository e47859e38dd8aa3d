"""A result with everything a report has to show, made up, and a hostile log in it."""

import random

from logburl.deploy.account import Account
from logburl.deploy.pattern import Pattern, Slot
from logburl.deploy.result import (
    Comparison,
    Evidence,
    Fragment,
    Incident,
    Member,
    Onset,
    ScanResult,
    StreamRead,
    Timeline,
)
from logburl.ingest.headers.recognition import Recognition, Share

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
HOSTILE = "<script>alert(1)</script> \x1b[31m=cmd|'/C calc'!A0 \u202egpj.exe ../../etc/passwd \" onload=\"x"


def sample() -> ScanResult:
    """Return a result with two incidents, a timeline and patterns."""
    rng = random.Random(7)
    info = tuple(rng.randint(300, 420) for _ in range(96))
    warn = tuple(rng.choice((0, 0, 1, 2)) for _ in range(96))
    error = tuple(30 - abs(i - 60) * 3 if 55 < i < 68 else 0 for i in range(96))
    timeline = Timeline(START, 60 * SECOND, True, (("INFO", info), ("WARN", warn), ("ERROR", error)))
    entries = sum(timeline.totals)
    incidents = (refused(error), hostile())
    account = Account(entries + 40, entries + 40, 0, 0, entries, entries, 0, 5, 4)
    patterns = (
        Pattern(
            "1" * 16,
            "GET <path> took <num> ms",
            entries - 500,
            0.97,
            (("INFO", entries - 500),),
            START,
            START + 5760 * SECOND,
            "GET /cart took 12 ms",
            (Slot("path", 14, ("/cart", "/orders/7")), Slot("num", 500, ("12", "19"))),
        ),
        Pattern(
            "2" * 16,
            "connection to <ip> refused: no route to host",
            258,
            0.0071,
            (("ERROR", 258),),
            START + 3360 * SECOND,
            START + 4060 * SECOND,
            "connection to 10.0.0.7 refused: no route to host",
            (),
            ("a" * 16,),
        ),
        Pattern(
            "3" * 16,
            "session of <*> closed",
            238,
            0.006,
            (("WARN", 20), ("INFO", 218)),
            START,
            START + 5000 * SECOND,
            "session of x closed",
        ),
        Pattern(
            "4" * 16,
            HOSTILE,
            4,
            0.0001,
            (("WARN", 4),),
            START + 400 * SECOND,
            START + 420 * SECOND,
            HOSTILE,
            (),
            ("b" * 16,),
        ),
    )
    streams = (
        StreamRead("/var/log/shop/orders.log", entries, 1, 4_123_456, recognised(entries)),
        StreamRead("/var/log/shop/web.log.gz", 40, 1, 3_100),
    )
    learned = "normal was learned from this log alone: each window is compared with all the others"
    problems = ("/var/log/shop/old.log.gz: the compressed data ends early; what came before was read",)
    return ScanResult("0.1.0", streams, account, learned, incidents, 3, 10, patterns, timeline, problems, (), 1.24)


def recognised(entries: int) -> Recognition:
    """Return what the entries of a stream are: most of one format."""
    some = entries // 50
    shares = (Share("log4j", entries - some, 0.98, 0.93), Share("message", some, 0.02))
    return Recognition(shares, 0.91, "leveled")


def refused(error: tuple[int, ...]) -> Incident:
    """An outage that spreads over three services."""
    comparison = Comparison(
        (Fragment("connection to 10.0.0.7 ", False), Fragment("refused: no route to host", True)),
        (Fragment("connection to 10.0.0.4 ", False), Fragment("established", True)),
        0.71,
    )
    evidence = Evidence(
        "/var/log/shop/orders.log",
        20_914,
        1_803_112,
        "2023-11-14T23:09:20Z ERROR orders connection to 10.0.0.7 refused: no route to host\n"
        "java.net.NoRouteToHostException: No route to host (Host unreachable)\n"
        "\tat java.base/java.net.Socket.connect(Socket.java:609)",
        (
            "2023-11-14T23:09:18Z INFO orders GET /cart took 12 ms",
            "2023-11-14T23:09:19Z INFO orders GET /orders/7 took 19 ms",
        ),
        ("2023-11-14T23:09:21Z INFO orders GET /cart took 11 ms",),
    )
    member = Member(
        "novelty",
        "2" * 16,
        "connection to <ip> refused: no route to host",
        "orders",
        258,
        0.0,
        2e-6,
        "never seen in the rest of the log, 258 entries",
    )
    other = Member(
        "rate", "3" * 16, "session of <*> closed", "web", 120, 4.2, 0.0008, "120 entries in a minute, 4.2 expected"
    )
    onsets = (
        Onset("orders", START + 3360 * SECOND),
        Onset("payments", START + 3372 * SECOND),
        Onset("web", START + 3480 * SECOND),
    )
    sentence = "New: connection to <ip> refused: no route to host, 258 entries; 1 more pattern is far above its rate"
    return Incident(
        "a" * 16,
        sentence,
        START + 3360 * SECOND,
        START + 4080 * SECOND,
        17,
        2e-6,
        onsets,
        evidence,
        comparison,
        error,
        (member, other),
    )


def hostile() -> Incident:
    """An incident whose every text attacks its reader."""
    member = Member("novelty", "4" * 16, HOSTILE, HOSTILE, 4, 0.0, 0.004, HOSTILE)
    evidence = Evidence("../" + HOSTILE, 7, 512, HOSTILE, (HOSTILE,), (HOSTILE,))
    counts = (0,) * 6 + (4,) + (0,) * 89
    comparison = Comparison((Fragment(HOSTILE, True),), (Fragment(HOSTILE, False),), 0.2)
    return Incident(
        "b" * 16,
        f"New: {HOSTILE}",
        START + 400 * SECOND,
        START + 420 * SECOND,
        13,
        0.004,
        (Onset(HOSTILE, START),),
        evidence,
        comparison,
        counts,
        (member,),
        2,
        "2023-11-01, incident cccc",
    )
