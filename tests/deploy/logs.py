"""Logs that the tests write: a small shop on a normal day, with or without an outage of its database."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECONDS = 1800
FAULT_AT, FAULT_LASTS = 1200, 90
FAULT = "connection to database at 10.0.0.7:5432 refused, order not stored"

NORMAL = (
    ("web", "INFO", "GET /cart/{n} answered 200 in {t} ms"),
    ("web", "INFO", "GET /items/{n} answered 200 in {t} ms"),
    ("orders", "INFO", "order {n} accepted from customer {n}"),
    ("orders", "DEBUG", "cache holds {n} items"),
    ("payments", "INFO", "payment {n} of {t}.50 EUR authorised by provider alpha"),
    ("web", "WARN", "slow answer: {t} ms for /search"),
)
WEIGHTS = (30, 30, 15, 15, 9, 1)


def line(second: float, service: str, level: str, message: str) -> str:
    """Return one line with a header as Java programs write it."""
    time = BEGIN + timedelta(seconds=second)
    return f"{time:%Y-%m-%d %H:%M:%S},{time.microsecond // 1000:03d} {level} [{service}] {message}\n"


def normal(seed: int, seconds: int = SECONDS, per_second: int = 4) -> Iterator[tuple[float, str]]:
    """Yield (second, line) of a normal day."""
    rng = random.Random(seed)
    for i in range(seconds * per_second):
        service, level, message = rng.choices(NORMAL, WEIGHTS)[0]
        text = message.format(n=rng.randint(1000, 99999), t=rng.randint(2, 400))
        yield i / per_second, line(i / per_second, service, level, text)


def fault(seed: int) -> Iterator[tuple[float, str]]:
    """Yield (second, line) of the outage: orders suffers first, then payments."""
    rng = random.Random(seed)
    for i in range(FAULT_LASTS * 2):
        second = FAULT_AT + i / 2 + 0.1
        yield second, line(second, "orders", "ERROR", FAULT)
        if i > 20:
            yield (
                second,
                line(second, "payments", "ERROR", f"payment {rng.randint(1000, 9999)} rolled back: order unknown"),
            )


def requests(seed: int, *, broken: bool, seconds: int = SECONDS, per_second: int = 4) -> Iterator[str]:
    """Yield the access log of a web server, whose application may be away for the time of the outage."""
    rng = random.Random(seed)
    agents = ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "curl/8.5.0", "kube-probe/1.29")
    for i in range(seconds * per_second):
        time = BEGIN + timedelta(seconds=i / per_second)
        path = rng.choice(("/", "/cart", f"/items/{rng.randint(1, 9999)}", "/search?q=a", "/static/app.js", "/healthz"))
        away = broken and FAULT_AT <= i / per_second < FAULT_AT + FAULT_LASTS and not path.startswith("/static")
        status = 502 if away else rng.choices((200, 304, 404, 500), (900, 70, 30, 3))[0]
        size = 157 if away else rng.randint(200, 9000)
        yield (
            f"192.0.2.{rng.randint(1, 99)} - - [{time:%d/%b/%Y:%H:%M:%S} +0000] "
            f'"GET {path} HTTP/1.1" {status} {size} "-" "{rng.choice(agents)}"\n'
        )


def write_quiet(path: Path, seed: int = 1) -> Path:
    """Write a log in which nothing happens."""
    path.write_text("".join(text for _, text in normal(seed)))
    return path


def write_faulty(path: Path, seed: int = 1) -> Path:
    """Write the same log with the outage in it."""
    lines = sorted([*normal(seed), *fault(seed)], key=lambda one: one[0])
    path.write_text("".join(text for _, text in lines))
    return path
