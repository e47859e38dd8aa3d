"""What a configuration says of how a daemon runs."""

from dataclasses import dataclass
from typing import Literal

from logburl.deploy.settings.address import Address
from logburl.deploy.settings.fields import Number, Settings, Whole, setting


@dataclass(frozen=True, kw_only=True)
class Run(Settings):
    """How a daemon runs (``logburl run``)."""

    commit_s: Number = setting(5.0, "seconds after which what came is stored, at the latest", gt=0, le=3600)
    commit_bytes: Whole = setting(16 << 20, "bytes after which what came is stored, at the latest", gt=0)
    window_s: Literal[1, 2, 4, 8, 16, 32, 64] = setting(8, "seconds for which entries are counted together")
    http: Address | None = setting("127.0.0.1:9640", "address of /livez, /readyz and /metrics; null: none")
    drain_s: Number = setting(30.0, "seconds in which it ends after SIGTERM", gt=0, le=3600)
    log: Literal["auto", "json", "console"] = setting(
        "auto", "form of its own log, on stderr; auto: console on a terminal, else json"
    )
