"""How a cluster is reached, and what of it is read how."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from logburl.ingest.errors import ConfigError
from logburl.ingest.formats import Formats

PLAIN, SCRAM_256, SCRAM_512 = MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
EARLIEST, LATEST = "earliest", "latest"


@dataclass(frozen=True, slots=True)
class Access:
    """How the brokers are reached.

    Attributes:
        servers: ``host:port`` of some brokers; they tell of the others.
        user: Name for SASL, empty without.
        password: Of the user.
        mechanism: How it is proved: ``PLAIN``, ``SCRAM-SHA-256`` or ``SCRAM-SHA-512``.
        tls: Whether connections are encrypted.
        ca_file: Certificates that are trusted, PEM; None: those that the system trusts.
        certificate_file: The client's own certificate, PEM.
        key_file: Its key.
        client: A name for the broker's logs.

    Raises:
        ConfigError: Something is missing, or does not go together.
    """

    servers: tuple[str, ...]
    user: str = ""
    password: str = ""
    mechanism: str = SCRAM_512
    tls: bool = False
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    client: str = "logburl"

    def __post_init__(self) -> None:
        if not self.servers:
            raise ConfigError("kafka: servers: expected at least one host:port")
        if self.mechanism not in MECHANISMS:
            raise ConfigError(f"kafka: mechanism: expected one of {', '.join(MECHANISMS)}, got {self.mechanism!r}")
        if self.user and self.mechanism == PLAIN and not self.tls and not all(map(_is_local, self.servers)):
            raise ConfigError("kafka: PLAIN without tls sends the password as it is: use tls, or SCRAM-SHA-512")
        for path in (self.ca_file, self.certificate_file, self.key_file):
            if path is not None and not self.tls:
                raise ConfigError(f"kafka: {path}: certificates need tls")
            if path is not None and not path.is_file():
                raise ConfigError(f"kafka: {path}: no such file")

    @property
    def protocol(self) -> str:
        """The name that clients have for it."""
        return f"{'SASL_' if self.user else ''}{'SSL' if self.tls else 'PLAINTEXT'}"


def _is_local(server: str) -> bool:
    return server.rpartition(":")[0] in ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read, and how.

    Attributes:
        topics: Names of topics.
        pattern: A regular expression instead; topics that appear later are read, too.
        group: Name of the consumer group.
        start: Where a partition is begun of which no position is known: ``earliest``, ``latest``, or a time (RFC 3339).
        formats: The formats that are tried, None for all that have names.
        batch_bytes: Size at which a batch is handed over.
        linger_s: How long one may take to become so large.
        waiting_bytes: How much of all partitions may wait; those with most of it pause.
        session_timeout_s: A worker that is silent for so long loses its partitions.
        rebalance_s: How long handing over partitions may take.
        stall_s: A partition that has records but brings none for so long is reported.
        instance: A name by which a restarted worker gets its partitions back (static membership), empty without.
        to_end: Stop at the ends that the partitions have when they are begun.

    Raises:
        ConfigError: Something is missing, or does not go together.
    """

    topics: tuple[str, ...] = ()
    pattern: str = ""
    group: str = "logburl"
    start: str = EARLIEST
    formats: Formats = None
    batch_bytes: int = 1 << 20
    linger_s: float = 0.1
    waiting_bytes: int = 64 << 20
    session_timeout_s: float = 45.0
    rebalance_s: float = 300.0
    stall_s: float = 60.0
    instance: str = ""
    to_end: bool = False

    def __post_init__(self) -> None:
        if bool(self.topics) == bool(self.pattern):
            raise ConfigError("kafka: expected either topics or a pattern")
        if not self.group:
            raise ConfigError("kafka: group: expected a name")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ConfigError(f"kafka: pattern: {error}") from error
        if self.rebalance_s < self.session_timeout_s:
            raise ConfigError("kafka: rebalance_s: expected no less than session_timeout_s")
        if self.start not in (EARLIEST, LATEST):
            _ = self.start_ms

    @property
    def start_ms(self) -> int | None:
        """The time of ``start`` in milliseconds, UTC, None where it is no time."""
        if self.start in (EARLIEST, LATEST):
            return None
        try:
            time = datetime.fromisoformat(self.start)
        except ValueError as error:
            raise ConfigError(f"kafka: start: expected earliest, latest or a time, got {self.start!r}") from error
        return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
