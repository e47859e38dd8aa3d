"""The folder where the command keeps the services: artefacts, data, and what it started."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from logburl.deploy.services.process import Process
from logburl.deploy.services.service import Service
from logburl.ingest.errors import PartFailed


def default_home() -> Path:
    """Return where the services are kept if nobody says: a cache folder that OpenSearch's user can reach."""
    if os.geteuid() == 0:
        return Path("/var/cache/logburl/services")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "logburl" / "services"


@dataclass(frozen=True, slots=True)
class Started:
    """A service that was started: what it is, which process, where it logs, and what a client must know."""

    name: str
    version: str
    process: Process
    log: str
    facts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, service: Service) -> "Started":
        """Return what there is to know about a service that runs."""
        if service.process is None:
            raise PartFailed(f"{service.name}: expected it to run")
        return cls(service.name, service.version, service.process, str(service.log), service.facts())

    def document(self) -> dict[str, Any]:
        """Return what ``status`` tells: state and memory are of now."""
        alive = self.process.alive()
        memory = {"memory_bytes": self.process.memory_bytes()} if alive else {}
        state = {"state": "running" if alive else "ended", "pid": self.process.pid, **memory}
        return {"service": self.name, "version": self.version, **self.facts, **state, "log": self.log}


class Home:
    """The folder.

    Args:
        folder: Where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "state.json"

    @property
    def artefacts(self) -> Path:
        """The folder of artefacts."""
        return self.folder / "artefacts"

    def started(self) -> list[Started]:
        """Return what was started and not ended by us.

        Raises:
            PartFailed: The file that says it is damaged.
        """
        if not self._file.exists():
            return []
        try:
            found = json.loads(self._file.read_text())
            return [Started(**{**one, "process": Process(**one["process"])}) for one in found]
        except (ValueError, TypeError, KeyError) as error:
            raise PartFailed(f"{self._file} is damaged ({error}): end the services by hand and delete it") from None

    def note(self, started: list[Started]) -> None:
        """Write down what runs."""
        half = self._file.with_suffix(".new")
        half.write_text(json.dumps([asdict(one) for one in started], indent=1) + "\n")
        half.replace(self._file)

    def forget(self) -> None:
        """Write down that nothing runs."""
        self._file.unlink(missing_ok=True)
