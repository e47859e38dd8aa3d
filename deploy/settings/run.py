"""What a configuration says of a daemon: what it reads, and how it runs."""

from typing import Literal, Self

from pydantic import Field, PositiveInt, model_validator

from logburl.deploy.settings.address import Address
from logburl.deploy.settings.kafka import Kafka
from logburl.deploy.settings.listening import Otlp, Syslog
from logburl.deploy.settings.model import Model
from logburl.deploy.settings.own import mistake


class Run(Model):
    """How a daemon runs (``logburl run``)."""

    commit_s: float = Field(5, gt=0, le=3600, description="seconds after which what came is stored, at the latest")
    commit_bytes: PositiveInt = Field(16 << 20, description="bytes after which what came is stored, at the latest")
    window_s: Literal[1, 2, 4, 8, 16, 32, 64] = Field(8, description="seconds for which entries are counted together")
    http: Address | None = Field("127.0.0.1:9640", description="address of /livez, /readyz and /metrics; null: none")
    drain_s: float = Field(30, gt=0, le=3600, description="seconds in which it ends after SIGTERM")
    log: Literal["auto", "json", "console"] = Field(
        "auto", description="form of its own log, on stderr; auto: console on a terminal, else json"
    )


class Source(Model):
    """What a daemon reads: one of these."""

    kafka: Kafka | None = None
    otlp: Otlp | None = None
    syslog: Syslog | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1 or self.only is None:
            raise mistake(f"expected one of {', '.join(Source.model_fields)}")
        return self

    @property
    def only(self) -> Kafka | Otlp | Syslog | None:
        """The one that is given."""
        return self.kafka or self.otlp or self.syslog
