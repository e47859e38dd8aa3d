"""Both services as ``logburl services`` starts them, on ports that are free."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from tests.deploy.command import LOGBURL

UP = ("up", "--kafka-port", "0", "--opensearch-port", "0")


class Services(NamedTuple):
    """Where a broker and a cluster are, and their processes by name."""

    pids: Mapping[str, list[int]]
    kafka: str = ""
    opensearch: str = ""


def running() -> Services:
    """Return those that run, started now unless they do."""
    told = _said("status", check=False)
    return _services(told.stdout) if told.returncode == 0 else started()


def started(*only: str) -> Services:
    """Start both, or one (``--kafka``)."""
    return _services(_said(*UP, *only).stdout)


@contextmanager
def services(*only: str) -> Iterator[Services]:
    """Start both, or one, and lend them; they are ended afterwards."""
    both = started(*only)
    try:
        yield both
    finally:
        subprocess.run([LOGBURL, "services", "down"], check=True, capture_output=True)


def _said(*command: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([LOGBURL, "services", *command, "-o", "json"], check=check, stdout=subprocess.PIPE)


def _services(told: bytes) -> Services:
    found = json.loads(told)
    return Services(
        {one["service"]: [one["pid"]] for one in found}, **{one["service"]: one["address"] for one in found}
    )
