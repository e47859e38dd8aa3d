"""Two public collections of real logs with a fault injected at a known time, unpacked as files that a scan can read.

What a system's own test harness wrote is left out: it says whether the test failed.
"""

import csv
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

from tests.measure.lines import DATA
from tests.measure.scans import SECOND_NS

OPENSTACK_FILE = DATA / "incident_raw" / "openstack_neutron.tar.xz"
TRAINTICKET_FILE = DATA / "incident_raw" / "trainticket_2023-01-29.tar.xz"
HARNESS = ("foreground_wl", "trigger_log")
CLOCK_BEHIND_S = 4 * 3600  # triggers are UTC, the logs' clock is four hours behind
MINUTES_PER_FAULT = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One recording of a system in which a fault was injected.

    Attributes:
        name: Of the recording.
        folder: Its logs, all files in it.
        begin_ns: When the fault was injected, on the logs' own clock read as UTC; it lasts until the recording ends.
        culprit: What the names of the services with the fault begin with.
    """

    name: str
    folder: Path
    begin_ns: int
    culprit: str


def openstack(folder: Path, packed: Path = OPENSTACK_FILE) -> list[Fault]:
    """Unpack OpenStack's failed tests: a fault in Neutron's code that first ran at a known time.

    Each is minutes of debug logs of some 14 processes. Tests of which the time is not known are left out.
    """
    triggers: dict[str, float] = {}
    with tarfile.open(packed) as archive:
        for test, path, content in _first_rounds(archive):
            if path.name == "trigger_log":
                triggers[test] = float(content.split(maxsplit=1)[0])
            elif not set(HARNESS) & set(path.parts):
                _write(folder / test / path.parts[-2] / path.name.removesuffix(".bzip2.out"), content)
    return [
        Fault(test, folder / test, round((epoch - CLOCK_BEHIND_S) * SECOND_NS), "neutron")
        for test, epoch in sorted(triggers.items())
    ]


def _first_rounds(archive: tarfile.TarFile) -> Iterator[tuple[str, Path, bytes]]:
    """Yield (test, path, content) of what is not empty; in a second round the fault was off."""
    for member in archive:
        path = Path(member.name)
        if "round_1" in path.parts and member.size:
            yield path.parts[1], path, _content(archive, member)


def trainticket(folder: Path, packed: Path = TRAINTICKET_FILE) -> list[Fault]:
    """Unpack TrainTicket's faults: a method that returns nonsense or raises, in one of some 40 services.

    Each is three minutes around the time of injection, JSON lines of all services in the order of time.
    """
    with tarfile.open(packed) as archive:
        contents = {Path(member.name).name: _content(archive, member) for member in archive if member.isfile()}
    minutes = sorted(name for name in contents if name.endswith("_log.csv"))
    injected = [one for hour in json.loads(contents["fault_list.json"]).values() for one in hour]
    found = []
    for one, *three in zip(injected, *(minutes[i::MINUTES_PER_FAULT] for i in range(MINUTES_PER_FAULT)), strict=True):
        begin = datetime.fromisoformat(one["inject_time"]).replace(tzinfo=UTC)
        path = folder / f"{begin:%H_%M}_{one['inject_type']}"
        rows = sorted((row for minute in three for row in _rows(contents[minute])), key=itemgetter("time"))
        _write(path / "services.log", b"".join(json.dumps(row).encode() + b"\n" for row in rows))
        found.append(Fault(path.name, path, round(begin.timestamp()) * SECOND_NS, service_of(one["inject_pod"])))
    return found


def _rows(table: bytes) -> Iterator[dict[str, str]]:
    for row in csv.DictReader(io.StringIO(table.decode())):
        said = json.loads(row["Log"])
        yield {"time": row["Timestamp"], "service": service_of(row["PodName"]), "message": said["log"].rstrip("\n")}


def service_of(pod: str) -> str:
    """Return a deployment's name: a pod's without the hash of its replica set and its own."""
    return re.sub(r"-[0-9a-f]{6,10}-[0-9a-z]{5}$", "", pod)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
