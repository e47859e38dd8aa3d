"""How an incident is told: after whom it is called, what is normal beside it, and what its picture shows."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from logburl.deploy.config import Config, Detect, Ingest
from logburl.deploy.output.progress import Progress
from logburl.deploy.result import Comparison, Incident
from logburl.deploy.scan import scan

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECONDS, FAULT = 3600, range(2400, 2580)


def test_files_that_name_no_service_stand_for_one(tmp_path: Path) -> None:
    """Of a folder with a log for each service, the order of onset is told by the names of the files."""
    rng = random.Random(8)
    for name, delay in (("web.log", 30), ("db.log", 0)):
        lines = [(second, f"INFO {name} does {rng.randint(1, 999)}") for second in range(SECONDS)]
        lines += [(second + delay, f"ERROR {name} cannot go on") for second in FAULT]
        write(tmp_path / name, lines)
    [told, *_] = incidents(tmp_path)

    assert [one.service for one in told.onsets] == ["db.log", "web.log"]


def first_incident(path: Path, lines: Iterator[tuple[float, str]]) -> Incident:
    """Scan a log of (second, line), and return its first incident."""
    write(path, lines)
    return incidents(path)[0]


def write(path: Path, lines: Iterable[tuple[float, str]]) -> None:
    ordered = sorted(lines, key=lambda one: one[0])
    path.write_text("".join(f"{BEGIN + timedelta(seconds=at):%Y-%m-%d %H:%M:%S} {text}\n" for at, text in ordered))


def incidents(path: Path) -> tuple[Incident, ...]:
    return scan(Config(ingest=Ingest(paths=(str(path),)), detect=Detect()), Progress(shown=False), None).incidents


def usual(seed: int, *, quiet: range = range(0)) -> Iterator[tuple[float, str]]:
    """Yield what stock and the shop say all day; stock rests in the seconds that are said to be quiet."""
    rng = random.Random(seed)
    for second in range(SECONDS):
        yield second, f"INFO [shop] order {rng.randint(1, 9999)} of {rng.randint(1, 9)} items accepted"
        yield second, f"INFO [shop] page /items/{rng.randint(1, 9999)} shown in {rng.randint(2, 99)} ms"
        if second not in quiet:
            yield second, f"INFO [stock] reserved {rng.randint(1, 9)} of article {rng.randint(1, 9999)}"


def shown(comparison: Comparison | None) -> str:
    assert comparison is not None
    return "".join(piece.text for piece in comparison.normal)


def out_of_memory() -> Iterator[tuple[float, str]]:
    """Yield an outage of stock: it says why once in a while, all orders fail meanwhile."""
    for second in FAULT:
        yield second + 0.2, "ERROR [shop] order refused: stock does not answer"
        if second % 6 == 0:
            yield second + 0.1, "INFO [stock] starting, version 4.2"
            yield second + 0.1, "FATAL [stock] snapshot cannot be loaded: out of memory"


def test_an_incident_is_called_after_the_worst_of_what_is_new(tmp_path: Path) -> None:
    """Where a service dies and others complain of it more often, the sentence names what is fatal."""
    told = first_incident(tmp_path / "a.log", iter([*usual(1, quiet=FAULT), *out_of_memory()]))

    assert told.sentence.startswith("New: snapshot cannot be loaded: out of memory, 30 times; ")
    assert told.members[0].template == "snapshot cannot be loaded: out of memory"


def test_of_equally_bad_lines_the_first_gives_the_name(tmp_path: Path) -> None:
    """A cause comes before what it brings about, though both come equally often."""
    lines = [(second + 0.1, "ERROR [pay] provider is away") for second in FAULT[::4]]
    lines += [(second + 0.1, "ERROR [shop] bill not paid") for second, _ in lines]

    assert first_incident(tmp_path / "a.log", iter([*usual(2), *lines])).sentence.startswith("New: provider is away")


def test_the_first_of_the_lines_of_one_moment_is_the_first_line(tmp_path: Path) -> None:
    """In a log whose clock has seconds, the first line of an incident is the one that stands first."""
    lines = [
        (second + i / 10, f"{level} [db] {text}")
        for second in FAULT[::3]
        for i, (level, text) in enumerate(
            [("INFO", "lock awaited"), ("INFO", "holder 7"), ("ERROR", "statement cancelled")]
        )
    ]
    told = first_incident(tmp_path / "a.log", iter([*usual(3), *lines]))

    assert told.evidence is not None
    assert told.evidence.text.endswith("lock awaited")


def test_what_is_like_nothing_is_held_against_its_own_service(tmp_path: Path) -> None:
    """A line that resembles no normal one stands beside what its service says else, not beside a stranger's."""
    told = first_incident(tmp_path / "a.log", iter([*usual(4, quiet=FAULT), *out_of_memory()]))

    assert told.evidence is not None
    assert told.evidence.text.endswith("starting, version 4.2")
    assert shown(told.comparison).startswith("reserved ")


def test_a_line_that_only_comes_too_often_differs_in_that_alone(tmp_path: Path) -> None:
    """What was there before is compared with itself, not with the next best other line."""
    rare = [(second + 0.5, "WARN [shop] cache miss") for second in range(0, SECONDS, 20)]
    often = [(second + i / 4, "WARN [shop] cache miss") for second in FAULT for i in range(3)]
    told = first_incident(tmp_path / "a.log", iter([*usual(5), *rare, *often]))

    assert told.sentence.startswith("Too often: cache miss, ")
    assert shown(told.comparison) == "cache miss"
    assert told.comparison is not None
    assert told.comparison.is_alike


def test_the_picture_shows_what_comes_not_what_it_replaces(tmp_path: Path) -> None:
    """Errors that come instead of normal lines are a peak, not a level line."""
    errors = [(second + 0.1, "ERROR [stock] article cannot be reserved: read only") for second in FAULT]
    told = first_incident(tmp_path / "a.log", iter([*usual(6, quiet=FAULT), *errors]))

    assert sum(told.counts) == len(errors)


def test_a_silence_is_told_with_the_last_line_before_it(tmp_path: Path) -> None:
    """What stays away has no line; the last one before is its first, and says nothing unusual."""
    told = first_incident(tmp_path / "a.log", usual(9, quiet=FAULT))

    assert told.sentence.startswith("Silent: reserved <num> of article <num>, not once, ")
    assert [one.service for one in told.onsets] == ["stock"]
    assert shown(told.comparison).startswith("reserved ")


TRACE = """ERROR [stock] reserving failed for article {0}
Traceback (most recent call last):
  File "/srv/stock/reserve.py", line 31, in reserve
    return self.table[{0}].take()
KeyError: {0}"""


def test_the_sentence_holds_no_trace(tmp_path: Path) -> None:
    """Of an entry with the trace of an exception the sentence tells the first line; the trace is evidence."""
    errors = [(second + 0.1, TRACE.format(second)) for second in FAULT[::4]]
    told = first_incident(tmp_path / "a.log", iter([*usual(7), *errors]))

    assert told.sentence.startswith("New: reserving failed for article <num>, 45 times")
    assert told.evidence is not None
    assert told.evidence.exception is not None
    assert told.evidence.exception.startswith("KeyError: 2400")
