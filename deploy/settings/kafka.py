"""What a configuration says of topics of Kafka."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from logburl.deploy.settings.address import Address
from logburl.deploy.settings.model import Model
from logburl.ingest.errors import ConfigError
from logburl.ingest.formats import Formats
from logburl.ingest.kafka.client import Partition
from logburl.ingest.kafka.settings import Access, Reading

if TYPE_CHECKING:  # a configuration without Kafka does not need it
    from logburl.ingest.kafka.source import GroupSource
    from logburl.ingest.owner import Owner

Seconds = Annotated[float, Field(gt=0, le=86400)]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


def _reads(name: Literal["pattern", "start"]) -> AfterValidator:
    """Return what makes a mistake of a text that cannot be read so."""

    def validated(given: str) -> str:
        try:
            told: dict[str, Any] = {"pattern": "any", name: given or "any"}
            Reading(**told)
        except ConfigError as error:
            raise ValueError(str(error).removeprefix(f"kafka: {name}: ")) from error
        return given

    return AfterValidator(validated)


class Kafka(Model):
    """Topics that a fleet reads together."""

    servers: tuple[Address, ...] = Field(min_length=1, description="host:port of some brokers; they tell of the others")
    topics: tuple[str, ...] = Field((), description="names of topics")
    pattern: Annotated[str, _reads("pattern")] = Field(
        "", description="a regular expression instead; topics that appear later are read, too"
    )
    judge: str = Field("", description="topic whose first partition has the judge; by default the first of topics")
    group: str = Field("logburl", min_length=1, description="name of the consumer group")
    start: Annotated[str, _reads("start")] = Field(
        "earliest",
        description="where a partition is begun that nothing is known of: earliest, latest, or a time (RFC 3339)",
    )
    client: Literal["kafka-python", "confluent"] = Field(
        "kafka-python", description="the library; confluent is several times faster, and an extra"
    )
    user: str = Field("", description="name for SASL")
    password_file: Path | None = Field(None, description="holds the password and nothing else")
    mechanism: Mechanism = Field("SCRAM-SHA-512", description="how the password is proved")
    tls: bool = Field(False, description="encrypt connections")
    ca_file: Path | None = Field(None, description="certificates to trust, else those that the system trusts")
    certificate_file: Path | None = Field(None, description="certificate of the client")
    key_file: Path | None = Field(None, description="its key")
    batch_bytes: PositiveInt = Field(1 << 20, description="size at which a batch is handed over")
    waiting_bytes: PositiveInt = Field(64 << 20, description="how much may wait; partitions with most of it pause")
    session_timeout_s: Seconds = Field(45, description="a worker that is silent for so long loses its partitions")
    rebalance_s: Seconds = Field(300, description="how long handing over partitions may take")
    stall_s: Seconds = Field(60, description="a partition that brings nothing of what it has for so long is reported")
    dead_letters: str = Field(
        "logburl.dead-letters", min_length=1, description="topic for records that the store refuses"
    )
    instance: str = Field("", description="name by which a restarted worker gets its partitions back")

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        try:
            self.access("")
            self.reading(None)
        except ConfigError as error:
            raise ValueError(str(error).removeprefix("kafka: ")) from error
        if not (self.judge or self.topics):
            raise ValueError("judge: expected the topic whose first partition has the judge, as with every pattern")
        return self

    @property
    def judges_at(self) -> str:
        """The stream whose owner is the judge."""
        return Partition(self.judge or self.topics[0], 0).stream

    def access(self, password: str) -> Access:
        """Return how the brokers are reached."""
        files = self.ca_file, self.certificate_file, self.key_file
        return Access(self.servers, self.user, password, self.mechanism, self.tls, *files)

    def reading(self, formats: Formats) -> Reading:
        """Return what is read."""
        told: dict[str, Any] = {name: getattr(self, name) for name in READING}
        return Reading(formats=formats, **told)

    def open(self, formats: Formats, owner: "Owner") -> "GroupSource":
        """Return a source.

        Raises:
            ConfigError: The password cannot be read, or the library is not installed.
        """
        from logburl.deploy import catalogue

        name = "kafka" if self.client == "kafka-python" else self.client
        try:
            made: Any = catalogue.find("source", name)
        except ConfigError as error:
            if not isinstance(error.__cause__, ModuleNotFoundError):
                raise
            remedy = f"pip install logburl[{name}]"
            raise ConfigError(f"source.kafka.client: {self.client} is not installed: {remedy}") from error
        source: GroupSource = made(self.secret_access(), self.reading(formats), owner)
        return source

    def secret_access(self) -> Access:
        """Return how the brokers are reached, with the password.

        Raises:
            ConfigError: It cannot be read.
        """
        return self.access(_secret(self.password_file))


READING = (
    "topics",
    "pattern",
    "group",
    "start",
    "batch_bytes",
    "waiting_bytes",
    "session_timeout_s",
    "rebalance_s",
    "stall_s",
    "instance",
)


def _secret(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ConfigError(f"source.kafka.password_file: {file} cannot be read: {error.strerror}") from error
