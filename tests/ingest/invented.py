"""Logs of programs that do not exist, in header formats of many kinds, with the message of every line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

TEXTS = (
    "request {a} took {b} ms",
    "connection from 10.0.{c}.{a} refused",
    "cache miss for key user:{b}",
    "Retrying upload of part {c}",
    "flushed {b} rows to /data/segment-{a}",
    "worker is idle",
    "could not open file /tmp/{b}.lock: permission denied",
    "queue length is {a}, limit {b}",
    "Starting compaction (reason: size)",
    "checkpoint complete: wrote {a} buffers",
    "{a} sessions expired",
    "user alice logged in from [::1]",
    "slow query: SELECT * FROM t WHERE id = {b}",
    "heartbeat lost, node=n{c} after {a} s",
)
LEVELS = ("INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR")
HOSTS = ("alpha-1", "alpha-2", "beta-7")
PARTS = ("scheduler", "store.index", "api", "net")


@dataclass(frozen=True)
class Fields:
    """What a header may tell of a line."""

    time: datetime
    level: str
    host: str
    part: str
    pid: int
    thread: str
    id: str
    number: int

    def at(self, layout: str) -> str:
        """Return the time in a layout of ``strftime``, ``%L`` being thousandths."""
        return self.time.strftime(layout.replace("%L", f"{self.time.microsecond // 1000:03d}"))


Header = Callable[[Fields], str]

HEADERS: dict[str, Header] = {
    "bars": lambda f: f"{f.at('%Y-%m-%d %H:%M:%S.%L')} | {f.host} | {f.part} | {f.level} | ",
    "bars without blanks": lambda f: f"{f.at('%Y%m%d-%H:%M:%S:%L')}|{f.part}|{f.level}|{f.pid}|",
    "tabs": lambda f: f"{f.at('%Y-%m-%dT%H:%M:%SZ')}\t{f.level}\t{f.host}\t{f.thread}\t",
    "commas": lambda f: f"{f.number},{f.at('%Y-%m-%d %H:%M:%S')},{f.host},{f.part},{f.level},",
    "semicolons": lambda f: f"{f.at('%d/%b/%Y:%H:%M:%S +0000')};{f.level};{f.host};{f.pid};",
    "brackets": lambda f: f"[{f.at('%Y-%m-%d %H:%M:%S')}][{f.pid}][{f.host}][{f.level}] ",
    "time in the middle": lambda f: f"{f.host} {f.part} {f.at('%Y-%m-%d %H:%M:%S,%L')} {f.level} ",
    "time last": lambda f: f"{f.level} {f.part} [{f.thread}] {f.at('%Y/%m/%d %H:%M:%S')} ",
    "level first, padded": lambda f: f"{f.level:<5} {f.part:<12} {f.at('%Y-%m-%d %H:%M:%S')} ",
    "epoch and node": lambda f: f"{f.time.timestamp():.3f} {f.host} {f.part} {f.level}: ",
    "keys": lambda f: f"{f.at('%Y-%m-%d %H:%M:%S')} level={f.level} host={f.host} pid={f.pid} - ",
    "uuid": lambda f: f"{f.at('%Y-%m-%dT%H:%M:%S.%LZ')} {f.id} {f.level} {f.part}: ",
    "thread with blanks": lambda f: f"{f.at('%Y-%m-%d %H:%M:%S')} ({f.thread} of pool 3) <{f.part}> {f.level} :: ",
    "source line": lambda f: f"{f.level[0]} {f.at('%Y-%m-%d %H:%M:%S')} {f.part}.cc:{f.number % 97} #{f.pid}] ",
    "clock alone": lambda f: f"{f.at('%H:%M:%S.%L')} {f.host}/{f.part}: {f.level}: ",
    "quotes": lambda f: f'"{f.at("%Y-%m-%d %H:%M:%S")}" "{f.host}" "{f.level}" ',
    "arrow": lambda f: f"{f.at('%Y-%m-%d %H:%M:%S')} {f.part}@{f.host} => {f.level} => ",
    "american": lambda f: f"{f.at('%m/%d/%Y %I:%M:%S %p')} {f.level} {f.host} {f.part}[{f.pid}]: ",
    "month and day": lambda f: f"{{{f.at('%b %d %H:%M:%S')}}} {f.level} ({f.part}) ",
    "process and time": lambda f: f"{f.part}[{f.pid}] {f.at('%a %b %d %H:%M:%S %Y')} {f.level}> ",
    "lines drawn": lambda f: f"{f.at('%Y-%m-%d %H:%M:%S')} │ {f.level} │ {f.part} ► ",
    "stars": lambda f: f"*** {f.at('%Y-%m-%d %H:%M:%S')} *** {f.level} *** ",
    "number, node, state": lambda f: f"{f.number} {f.host} {f.part} up {int(f.time.timestamp())} 1 ",
}


def lines(header: Header, count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Return headers and messages, a line each."""
    random, start = Random(seed), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return [
        (header(_fields(random, start + timedelta(seconds=i, milliseconds=i % 900), i)), _message(random))
        for i in range(count)
    ]


def _fields(random: Random, time: datetime, number: int) -> Fields:
    level, host, part = random.choice(LEVELS), random.choice(HOSTS), random.choice(PARTS)
    thread = f"worker {random.randrange(9)}"
    identity = f"7{random.getrandbits(28):07x}-12ab-4f00-9c3d-{random.getrandbits(48):012x}"
    return Fields(time, level, host, part, random.randrange(100, 9000), thread, identity, 5000 + number)


def _message(random: Random) -> str:
    text = random.choice(TEXTS)
    return text.format(a=random.randrange(1, 250), b=random.randrange(1000, 99999), c=random.randrange(9))
