"""A generated log of eight programs that write in eight formats: the same bytes for the same seed."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
VERBS = (
    *("accepted", "closed", "created", "deleted", "delivered", "expired", "fetched", "opened", "parsed", "queued"),
    *("received", "refused", "retried", "sent", "stored"),
)
NOUNS = (
    *("account", "basket", "batch", "block", "cache", "connection", "cursor", "file", "index", "invoice", "job"),
    *("lease", "message", "order", "page", "queue", "session"),
)
LEVELS = ("DEBUG", "INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "WARN", "ERROR")
TRACE = (
    "java.lang.IllegalStateException: pool exhausted\n"
    "\tat com.example.pool.Pool.borrow(Pool.java:{a})\n"
    "\tat com.example.web.Handler.handle(Handler.java:{b})\n"
    "Caused by: java.net.SocketTimeoutException: connect timed out\n"
    "\t... 12 more\n"
)


def message(rng: random.Random, kind: random.Random) -> str:
    """Return a message of one of about 2,000 kinds, with values."""
    verb, noun, other = kind.choice(VERBS), kind.choice(NOUNS), kind.choice(NOUNS)
    value = kind.choice(("number", "address", "identifier", "path", "pair"))
    return f"{noun} {verb} for {other} {_VALUES[value](rng)}"


_VALUES: dict[str, Callable[[random.Random], str]] = {
    "number": lambda rng: f"{rng.randrange(10**6)} in {rng.randrange(900)} ms",
    "address": lambda rng: f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}:{rng.randrange(65536)}",
    "identifier": lambda rng: f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4{rng.getrandbits(12):03x}",
    "path": lambda rng: f"/var/data/part-{rng.randrange(10**5):05d}/{rng.getrandbits(40):x}.bin",
    "pair": lambda rng: f"user={rng.randrange(5000)} attempt={rng.randrange(9)} took={rng.random():.3f}s",
}


def _json(at: datetime, level: str, text: str, rng: random.Random) -> str:
    record = {"ts": at.isoformat(), "level": level.lower(), "service": "payments", "msg": text}
    return json.dumps(record | {"request": rng.getrandbits(48)}) + "\n"


def _syslog(at: datetime, level: str, text: str, rng: random.Random) -> str:
    return f"{at:%b %d %H:%M:%S} node{rng.randrange(40):02d} agent[{rng.randrange(32768)}]: {text}\n"


def _rfc5424(at: datetime, level: str, text: str, rng: random.Random) -> str:
    header = f"<{rng.randrange(128, 136)}>1 {at:%Y-%m-%dT%H:%M:%S}.000Z node{rng.randrange(40):02d}"
    return f"{header} gateway {rng.randrange(9999)} - - {text}\n"


def _java(at: datetime, level: str, text: str, rng: random.Random) -> str:
    header = f"{at:%Y-%m-%d %H:%M:%S},{rng.randrange(1000):03d} {level} [worker-{rng.randrange(16)}]"
    trace = TRACE.format(a=rng.randrange(400), b=rng.randrange(400)) if level == "ERROR" else ""
    return f"{header} com.example.Orders: {text}\n{trace}"


def _python(at: datetime, level: str, text: str, rng: random.Random) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S},{rng.randrange(1000):03d} - stock.sync - {level} - {text}\n"


def _access(at: datetime, level: str, text: str, rng: random.Random) -> str:
    request = f"GET /{rng.choice(NOUNS)}/{rng.randrange(10**5)} HTTP/1.1"
    client, status = f"10.0.{rng.randrange(256)}.{rng.randrange(256)}", rng.choice((200, 200, 200, 304, 404, 500))
    return f'{client} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "{request}" {status} {rng.randrange(90000)} "-" "curl/8.5"\n'


def _short(at: datetime, level: str, text: str, rng: random.Random) -> str:
    return f"{at:%y%m%d %H%M%S} {rng.randrange(9999)} {level} store.Server$Worker: {text}\n"


def _bare(at: datetime, level: str, text: str, rng: random.Random) -> str:
    return f"{text}\n"


FORMATS = (_json, _syslog, _rfc5424, _java, _python, _access, _short, _bare)


def entries(seed: int, count: int) -> Iterator[str]:
    """Yield entries, four a second."""
    rng = random.Random(seed)
    for i in range(count):
        kind = random.Random(int(rng.paretovariate(0.7)) % 2000)  # few kinds are common, many are rare
        text = message(rng, kind)
        yield rng.choice(FORMATS)(BEGIN + timedelta(seconds=i / 4), rng.choice(LEVELS), text, rng)


def mix(seed: int = 5, count: int = 200_000) -> bytes:
    """Return ``count`` entries; those with a trace have six lines."""
    return "".join(entries(seed, count)).encode()
