"""What a scan finds and tells, in logs of several kinds, with a past and without."""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from logburl.deploy.config import Config, Detect, Ingest
from logburl.deploy.output.progress import Progress
from logburl.deploy.reports.plain import iso
from logburl.deploy.result import ScanResult
from logburl.deploy.scan import scan
from logburl.deploy.settings.own import OwnFormat, OwnMask
from logburl.deploy.settings.part import Part
from logburl.ingest.errors import ConfigError
from logburl.ingest.times.odd import OddTimes
from logburl.search.stores.local import LocalStore
from tests.deploy.logs import FAULT, line, requests, write_faulty, write_quiet


def run(*paths: Path, store: Path | None = None, **ingest: Any) -> ScanResult:
    part = Part(name="local", arguments={"path": store}) if store else None
    read = Ingest(paths=tuple(map(str, paths)), **ingest)
    return scan(Config(ingest=read, detect=Detect(), store=part), Progress(shown=False), None)


def build(number: int, extra: str | None = None, *, timed: bool = True) -> Iterator[str]:
    """Yield the lines of a build: phases with rare warnings, and perhaps one more line among the tests."""
    rng = random.Random(number)
    at = datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(days=number)
    steps = [f"INFO compiling part{i % 7}/file{i}.c" for i in range(150)]
    steps += [f"WARN unused variable in part3/file{rng.randrange(99)}.c"] * (rng.random() < 0.3)
    steps += [f"INFO test case{i} passed in {rng.randrange(300)} ms" for i in range(250)]
    if extra:
        steps.insert(300, extra)
    for step in [f"INFO build {number} begins", *steps, f"INFO build {number} ends"]:
        at += timedelta(seconds=rng.expovariate(5))
        yield f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {step}\n" if timed else f"{step}\n"


def write(path: Path, lines: Iterator[str]) -> Path:
    path.write_text("".join(lines))
    return path


def test_logs_with_times_and_without_are_judged_each_by_itself(tmp_path: Path) -> None:
    """The fault in a log with times is found among many more lines without, what is new in those as well."""
    timed, untimed = write_faulty(tmp_path / "timed.log"), tmp_path / "untimed.log"
    lines = [f"block {i % 977} written to disk {i % 5}" for i in range(20_000)]
    lines[12_000:12_040] = [f"disk {i % 5} is read only, block {i} lost" for i in range(40)]
    untimed.write_text("\n".join(lines))
    found = run(timed, untimed, store=tmp_path / "s.db")

    first, second = found.incidents
    assert (first.timed, second.timed) == (True, False)
    assert first.evidence is not None
    assert second.evidence is not None
    assert first.evidence.text.endswith(FAULT)
    assert second.evidence.text == "disk 0 is read only, block 0 lost"
    assert any("judged by themselves" in note for note in found.notes)


def test_a_file_that_is_months_older_hides_no_fault(tmp_path: Path) -> None:
    """Scanned with a quiet log of last year, the outage is found where it began, as in a scan of its file alone."""
    faulty, old = write_faulty(tmp_path / "new.log"), write_quiet(tmp_path / "old.log", seed=2)
    old.write_text(old.read_text().replace("2026-03-02 ", "2025-09-14 "))
    both, alone = run(faulty, old), run(faulty)

    assert [one.start_ns for one in both.incidents] == [one.start_ns for one in alone.incidents]
    assert "each stretch of 15 s is compared" in both.learned


def test_errors_from_the_first_line_on_are_told_of(tmp_path: Path) -> None:
    """Where a log begins in the outage nothing is there to compare with, as is said; with a past there is."""
    log, quiet = tmp_path / "errors.log", write_quiet(tmp_path / "quiet.log", seed=2)
    lines = write_faulty(tmp_path / "whole.log").read_text().splitlines(keepends=True)
    log.write_text("".join(line for line in lines if "09:20:10" < line[11:19] < "09:21:20"))
    alone = run(log)
    run(quiet, store=tmp_path / "s.db")

    assert alone.incidents == ()
    assert any("errors of kinds that were there when the log began" in note for note in alone.notes)
    assert run(quiet).notes == ()
    assert "refused, order not stored" in run(log, store=tmp_path / "s.db").incidents[0].sentence


@pytest.mark.parametrize("seed", range(3))
def test_a_server_that_answers_with_errors_is_found(tmp_path: Path, seed: int) -> None:
    """In an access log the first incident begins with the first 502; with a few 404 and 500 as always there is none."""
    broken, quiet = tmp_path / "broken.log", tmp_path / "quiet.log"
    broken.write_text("".join(requests(seed, broken=True)))
    quiet.write_text("".join(requests(seed, broken=False)))
    first = run(broken).incidents[0]

    assert run(quiet).incidents == ()
    assert first.evidence is not None
    assert '" 502 157 ' in first.evidence.text
    assert iso(first.start_ns).startswith("2026-03-02T09:20:0")
    assert "as an error" in first.sentence


@pytest.mark.parametrize("timed", [True, False], ids=["with times", "without"])
@pytest.mark.parametrize(
    ("builds", "extra"),
    [(3, "ERROR cannot allocate memory: limit reached"), (7, "falling back to the local mirror")],
    ids=["an error", "a plain line"],
)
def test_a_build_log_is_held_against_those_before_it(tmp_path: Path, builds: int, extra: str, timed: bool) -> None:
    """After some good builds, one more is nothing new; a single line that no build ever had is the incident.

    An error is news after few builds, a line that may mean anything after a few more.
    """
    store = tmp_path / "builds.db"
    for number in range(builds):
        run(write(tmp_path / f"{number}.log", build(number, timed=timed)), store=store)
    good = run(write(tmp_path / "good.log", build(builds, timed=timed)), store=store)
    bad = run(write(tmp_path / "bad.log", build(builds + 1, extra, timed=timed)), store=store)

    assert good.incidents == ()
    [incident] = bad.incidents
    assert incident.evidence is not None
    assert incident.evidence.text.endswith(extra)
    assert incident.seen is None
    assert "that the store knew" in bad.learned


TRACE = """\
cannot store order 4711
Traceback (most recent call last):
  File "/srv/shop/orders.py", line 31, in store
    return self.table[number].write(order)
KeyError: 4711
"""


@pytest.mark.parametrize("each", [False, True], ids=["printed at once", "logged line by line"])
def test_the_first_trace_of_a_log_is_an_incident(tmp_path: Path, each: bool) -> None:
    """One exception in half an hour of a log without any is what is shown first, however its lines were logged."""
    rng, head = random.Random(1), "2026-03-02 09:25:00,250 ERROR [main] shop.orders - "
    kinds = [" ".join("".join(rng.choices("abcdefghijklmnop", k=7)) for _ in range(5)) for _ in range(40)]
    said = [line(i / 2, "main", "INFO", f"shop.orders - {rng.choice(kinds)}") for i in range(3000)]
    trace = "".join(head + text for text in TRACE.splitlines(True)) if each else head + TRACE
    incident = run(write(tmp_path / "app.log", iter([*said, trace]))).incidents[0]

    assert incident.evidence is not None
    assert "4711" in incident.evidence.text


def test_the_same_trouble_again_is_recognised(tmp_path: Path) -> None:
    """A second log with the same outage is told to have been seen before, when first and how often."""
    store = tmp_path / "shop.db"
    first = run(write_faulty(tmp_path / "monday.log", seed=1), store=store)
    lines = write_faulty(tmp_path / "x.log", seed=2).read_text().replace("2026-03-02", "2026-03-03")
    (tmp_path / "tuesday.log").write_text(lines)
    second = run(tmp_path / "tuesday.log", store=store)

    assert first.incidents[0].seen is None
    [seen] = [one.seen for one in second.incidents if one.evidence and "refused" in one.evidence.text]
    assert seen == "1 time, first at 2026-03-02 09:20:00"


def test_a_file_that_was_replaced_meanwhile_is_no_evidence(tmp_path: Path) -> None:
    """What stands at an incident's place in another file has nothing to do with it: the message alone is shown."""
    log = write_faulty(tmp_path / "app.log")
    other = tmp_path / "other"
    other.write_text("2026-03-02 09:00:00,000 INFO [web] all is well here\n" * 9000)

    def replace_file(said: str) -> None:
        if said.startswith("judging"):
            other.replace(log)

    result = scan(Config(ingest=Ingest(paths=(str(log),))), Progress(shown=False), replace_file)
    assert not other.exists()

    [evidence] = [one.evidence for one in result.incidents[:1]]
    assert evidence is not None
    assert (evidence.text, evidence.before, evidence.after) == (FAULT, (), ())


def test_a_log_without_times_is_judged_by_its_order(tmp_path: Path) -> None:
    """Without times the outage is found all the same, at its line."""
    lines = [
        line.split(" ", 3)[3] for line in write_faulty(tmp_path / "timed.log").read_text().splitlines(keepends=True)
    ]
    path = tmp_path / "untimed.log"
    path.write_text("".join(lines))
    result = run(path)
    number = next(i for i, line in enumerate(lines, 1) if FAULT in line)

    assert result.timeline is not None
    assert not result.timeline.timed
    assert result.incidents[0].evidence is not None
    assert result.incidents[0].evidence.line == number


def test_a_clock_that_jumped_is_told(tmp_path: Path) -> None:
    """A line from the next century changes nothing else, and is said to be left out."""
    quiet = write_quiet(tmp_path / "quiet.log")
    with quiet.open("a") as file:
        file.write("2126-03-02 09:00:00,000 INFO [web] GET /cart/1 answered 200 in 3 ms\n")
    result = run(quiet)

    assert result.incidents == ()
    assert result.account.entries == 7201
    assert any("times far from all others" in note for note in result.notes)


def test_absurd_times_change_no_incident(tmp_path: Path) -> None:
    """Lines of 1970 and 2099 amid a log with an outage: the same incident, the same windows, and all of it told."""
    faulty = write_faulty(tmp_path / "faulty.log")
    expected, lines = run(faulty), faulty.read_text().splitlines(keepends=True)
    for year, row in ((1970, 500), (2099, 4000), (1970, 6000)):
        lines.insert(row, f"{year}-03-02 09:00:00,000 INFO [web] GET /cart/1 answered 200 in 3 ms\n")
    faulty.write_text("".join(lines))
    found = run(faulty)

    assert found.learned == expected.learned
    assert [one.sentence for one in found.incidents] == [one.sentence for one in expected.incidents]
    assert [one.start_ns for one in found.incidents] == [one.start_ns for one in expected.incidents]
    assert found.account.odd_times == found.streams[0].odd_times == OddTimes(future=1, jumps=4)


def test_times_are_of_the_zone_that_was_told(tmp_path: Path) -> None:
    """Times that name no zone are moved to UTC, in patterns and incidents alike."""
    faulty = write_faulty(tmp_path / "faulty.log")
    utc, berlin = run(faulty), run(faulty, timezone="Europe/Berlin")
    hour_ns = 3600 * 10**9

    assert [one.start_ns - hour_ns for one in utc.incidents] == [one.start_ns for one in berlin.incidents]
    assert {one.text: (one.first_ns or 0) - hour_ns for one in utc.patterns} == {
        one.text: one.first_ns for one in berlin.patterns
    }


def test_the_year_of_an_old_log_is_that_of_its_file(tmp_path: Path) -> None:
    """Syslog without a year, over New Year, in a file that was written last years ago."""
    path = tmp_path / "syslog"
    path.write_text("Dec 31 23:59:59 host app: old\nJan  1 00:00:01 host app: new\n")
    os.utime(path, (1_578_000_000, 1_578_000_000))  # 2 January 2020
    found = {one.text: iso(one.first_ns or 0)[:10] for one in run(path).patterns}

    assert found == {"old": "2019-12-31", "new": "2020-01-01"}


def test_streams_without_times_are_told(tmp_path: Path) -> None:
    """Beside a log with times, one without is counted and said not to be judged."""
    (tmp_path / "banner.log").write_text("welcome\n" * 10)
    result = run(write_faulty(tmp_path / "faulty.log"), tmp_path / "banner.log")

    assert result.account.entries == result.account.in_patterns
    assert any(note.startswith("10 entries in streams without times") for note in result.notes)
    assert [(one.first_ns, one.last_ns) for one in result.patterns if one.text == "welcome"] == [(None, None)]
    assert result.incidents


def test_more_kinds_of_messages_than_the_bound_are_counted(tmp_path: Path) -> None:
    """With too many different messages, the entries beyond the bound are counted and told; the account adds up."""
    rng = random.Random(3)
    words = ["".join(rng.choices("abcdefghijklmnop", k=9)) for _ in range(4000)]
    path = tmp_path / "free.log"
    path.write_text("".join(f"{' '.join(rng.sample(words, 4))}\n" for _ in range(5000)))
    account = run(path, max_signatures=1000).account

    assert account.signatures == 1000
    assert account.overflow == 4000
    assert account.in_patterns + account.overflow == account.entries == 5000


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"one line without an end", b"\x00\xff\x00", b"\xef\xbb\xbf", b"\r\n" * 9]
)
def test_hardly_anything_is_no_incident(tmp_path: Path, content: bytes) -> None:
    """An empty file, a torn line, binary: nothing unusual, and all lines in the account."""
    path = tmp_path / "odd.log"
    path.write_bytes(content)
    result = run(path)

    assert result.incidents == ()
    assert result.account.read == result.account.in_entries


def test_incidents_have_one_id_in_every_scan(tmp_path: Path) -> None:
    """Scanned again, and into another store, the incident has the same id; another incident has another."""
    path = write_faulty(tmp_path / "faulty.log")
    again = [run(path), run(path), run(path, store=tmp_path / "a.db")]
    other = run(write_faulty(tmp_path / "other.log", seed=5))

    assert len({result.incidents[0].id for result in again}) == 1
    assert other.incidents[0].id != again[0].incidents[0].id


def test_secrets_are_neither_kept_nor_shown(tmp_path: Path) -> None:
    """A password in the log is in no store and no report, also where the line is looked up; the report says so."""
    path, store = write_faulty(tmp_path / "faulty.log"), tmp_path / "shop.db"
    path.write_text(path.read_text().replace("10.0.0.7:5432 refused", "postgres://shop:Tr0ub4dor7@10.0.0.7 refused"))
    result = run(path, store=store)
    again = run(path, store=store)

    assert result.incidents[0].evidence is not None
    assert "refused" in result.incidents[0].evidence.text
    assert "REDACTED" in result.incidents[0].evidence.text
    assert "Tr0ub4dor7" not in repr(result)
    assert any("values replaced" in note for note in result.notes)
    assert again.account.read == 0
    with LocalStore(store, read_only=True) as kept:
        stored = b"".join(row["message"] for batch in kept.entries() for row in batch.to_pylist())
    assert b"Tr0ub4dor7" not in stored + store.read_bytes()


def test_what_begins_with_a_secret_is_recognised_again(tmp_path: Path) -> None:
    """A file whose first line holds a secret is the same file the next time, though its pseudonym is another one."""
    path, store = write_quiet(tmp_path / "quiet.log"), tmp_path / "shop.db"
    text = path.read_text()
    path.write_text("2026-03-02 08:59:59,000 INFO [web] started with password=Tr0ub4dor7\n" + text)
    run(path, store=store)

    assert run(path, store=store).account.read == 0


def test_a_store_is_used_with_the_masks_that_it_was_made_with(tmp_path: Path) -> None:
    """With others its counts would be mixed: it is refused, and the message says what to do."""
    log, store = write_quiet(tmp_path / "quiet.log"), tmp_path / "shop.db"
    masks = (OwnMask(name="cart", regex="/cart/[0-9]+"),)
    run(log, store=store, masks=masks)
    assert run(log, store=store, masks=(OwnMask(name="basket", regex="/cart/[0-9]+"),)).account.entries == 0
    with pytest.raises(
        ConfigError, match=r"made with the masks basket: .* this scan has no masks .* use another store"
    ):
        run(log, store=store)


def test_a_store_is_used_as_its_lines_were_split(tmp_path: Path) -> None:
    """What changes ids is refused, with what it was and what it is now."""
    log, store = write_quiet(tmp_path / "quiet.log"), tmp_path / "shop.db"
    own = (OwnFormat(name="shop", patterns="{time} {level} [{service}] {message}"),)
    run(log, store=store)
    for settings, said in (
        ({"fold": False}, r"made with ingest\.fold true, not false, so .* or use another store"),
        ({"format": "log4j"}, r"made with ingest\.format auto, not log4j, "),
        ({"formats": own}, r"made with ingest\.formats \[\], not \[shop\], "),
    ):
        with pytest.raises(ConfigError, match=said):
            run(log, store=store, **settings)
    assert run(log, store=store).account.read == 0


def test_a_store_says_that_its_times_were_read_otherwise(tmp_path: Path) -> None:
    """What changes times alone is said, once."""
    log, store = write_quiet(tmp_path / "quiet.log"), tmp_path / "shop.db"
    run(log, store=store)
    [told] = run(log, store=store, timezone="Europe/Berlin", day_first=True).notes

    assert told == (
        "the store was made with ingest.timezone UTC, not Europe/Berlin, and ingest.day_first auto, not true:"
        " times that leave it open do not compare with those stored"
    )
    assert run(log, store=store, timezone="Europe/Berlin", day_first=True).notes == ()


def test_a_store_without_masks_refuses_some(tmp_path: Path) -> None:
    """It was made before there were any, or without."""
    log, store = write_quiet(tmp_path / "quiet.log"), tmp_path / "shop.db"
    run(log, store=store)
    with pytest.raises(ConfigError, match=r"made with no masks \(version 1\), this scan has the masks cart: x"):
        run(log, store=store, masks=(OwnMask(name="cart", regex="x"),))
