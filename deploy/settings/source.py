"""What a configuration says of what a daemon reads."""

from typing import Self

from pydantic import ConfigDict, model_validator

from logburl.deploy.settings.kafka import Kafka
from logburl.deploy.settings.listening import Otlp, Syslog
from logburl.deploy.settings.model import Model


class Source(Model):
    """What a daemon reads: one of these."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    kafka: Kafka | None = None
    otlp: Otlp | None = None
    syslog: Syslog | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1 or self.only is None:
            raise ValueError(f"expected one of {', '.join(Source.model_fields)}")
        return self

    @property
    def only(self) -> Kafka | Otlp | Syslog | None:
        """The one that is given."""
        return self.kafka or self.otlp or self.syslog
