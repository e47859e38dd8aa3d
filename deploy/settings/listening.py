"""What a configuration says of senders that come to the daemon: OTLP and syslog."""

from collections.abc import Callable
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, PositiveInt, model_validator

from logburl.deploy.settings.address import Address, address_of
from logburl.deploy.settings.model import Model
from logburl.ingest.errors import ConfigError
from logburl.ingest.owner import Owner

if TYPE_CHECKING:  # most configurations have neither
    import ssl

    from logburl.ingest.sources.otlp import OtlpSource
    from logburl.ingest.sources.syslog import SyslogSource

Ending = Callable[[], bool]


Seconds = Annotated[float, Field(gt=0, le=86400)]


class _Listening(Model):
    """What both have in common."""

    name: str = Field(
        "", description="of this receiver, in the names of streams; by default host:port. Each in a fleet has its own"
    )
    waiting_bytes: PositiveInt = Field(64 << 20, description="how much may wait to be stored")
    max_streams: PositiveInt = Field(256, description="how many senders have a stream of their own; others share one")
    certificate_file: Path | None = Field(None, description="certificate for TLS; without it, connections are plain")
    key_file: Path | None = Field(None, description="its key")

    @model_validator(mode="after")
    def _both_files(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("expected both certificate_file and key_file, or neither")
        return self

    def _tls(self, where: str) -> "ssl.SSLContext | None":
        if self.certificate_file is None:
            return None
        import ssl

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.certificate_file, self.key_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"{where}: certificate_file and key_file cannot be used: {error}") from error
        return context

    def _named(self, port: int | None) -> str:
        return self.name or f"{gethostname()}:{port}"


class Otlp(_Listening):
    """Logs by OTLP over HTTP, each request acknowledged when it is stored."""

    listen: Address = Field("127.0.0.1:4318", description="address for POST /v1/logs")
    max_request_bytes: PositiveInt = Field(16 << 20, description="of a request, packed and unpacked")
    answer_s: Seconds = Field(60, description="a request that is not stored by then is told to come again")

    def open(self, owner: Owner, ending: Ending, commit_s: float) -> "OtlpSource":
        """Return a source that listens.

        Raises:
            ConfigError: The address cannot be had, a file cannot be read, or no answer would come in time.
        """
        if commit_s >= self.answer_s:
            raise ConfigError(
                f"run.commit_s: expected less than source.otlp.answer_s = {self.answer_s:g}, got {commit_s:g}:"
                " senders are answered when what they sent is committed"
            )
        try:
            from logburl.ingest.sources.otlp import Listening, OtlpSource
        except ModuleNotFoundError as error:
            raise ConfigError("source.otlp is not installed: pip install logburl[otlp]") from error

        host, port = address_of(self.listen)
        listening = Listening(
            host=host,
            port=port,
            name=self._named(port),
            max_request_bytes=self.max_request_bytes,
            waiting_bytes=self.waiting_bytes,
            answer_s=self.answer_s,
            max_streams=self.max_streams,
            tls=self._tls("source.otlp"),
        )
        return OtlpSource(listening, owner, ending)


class Syslog(_Listening):
    """Syslog over TCP and UDP; UDP can lose messages."""

    tcp: Address | None = Field("127.0.0.1:5514", description="address for TCP (RFC 6587); null: none")
    udp: Address | None = Field(None, description="address for UDP (RFC 5426), which can lose messages; null: none")
    max_message_bytes: PositiveInt = Field(1 << 20, description="of a longer message the first bytes are kept")

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.tcp is None and self.udp is None:
            raise ValueError("expected an address for tcp, udp or both")
        return self

    def open(self, owner: Owner, ending: Ending, commit_s: float) -> "SyslogSource":
        """Return a source that listens.

        Raises:
            ConfigError: An address cannot be had, or a file cannot be read.
        """
        from logburl.ingest.sources.syslog import Listening, SyslogSource

        tcp, udp = (address_of(given) if given else None for given in (self.tcp, self.udp))
        listening = Listening(
            tcp=tcp,
            udp=udp,
            name=self._named((tcp or udp or ("", 0))[1]),
            max_message_bytes=self.max_message_bytes,
            waiting_bytes=self.waiting_bytes,
            max_streams=self.max_streams,
            tls=self._tls("source.syslog"),
        )
        return SyslogSource(listening, owner, ending)
