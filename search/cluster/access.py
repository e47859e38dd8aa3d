"""Where a cluster is and who asks: a URL, and credentials that are read from files and never shown."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from logburl.ingest.errors import ConfigError

SCHEMES = {"opensearch": False, "http": False, "opensearchs": True, "https": True}
PORT = 9200


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a cluster.

    Attributes:
        hosts: Names and ports of its nodes.
        tls: Whether they are spoken to over TLS.
        index: What the names of indices begin with, if the URL says so.
        login: User and password.
        ca: File of certificates to trust, None: those that the system trusts.
        client: Files of a client's certificate and key.
    """

    hosts: tuple[tuple[str, int], ...]
    tls: bool
    index: str | None = None
    login: tuple[str, str] | None = field(default=None, repr=False)
    ca: Path | None = None
    client: tuple[Path, Path] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{'https' if self.tls else 'http'}://" + ",".join(f"{host}:{port}" for host, port in self.hosts)


def access_to(
    url: str,
    user: str | None = None,
    password_file: Path | None = None,
    ca: Path | None = None,
    client_cert: Path | None = None,
    client_key: Path | None = None,
) -> Access:
    """Return how to reach what a URL names.

    Args:
        url: ``opensearch://host:9200``, several hosts with commas between; ``opensearchs://`` or ``https://`` for TLS,
            which a certificate means too. Its path is what the names of indices begin with.
        user: Asks with the password of ``password_file``.
        password_file: Holds the password and nothing else.
        ca: Certificates to trust.
        client_cert: Certificate of the client.
        client_key: Its key.

    Raises:
        ConfigError: The URL is none, half of a pair is missing, a file cannot be read.
    """
    for mistake in mistakes(url, user, password_file, client_cert, client_key):
        raise ConfigError(f"store.opensearch: {mistake}")
    split = urlsplit(url)
    for file in (ca, client_cert, client_key):
        _must_be_readable(file)
    return Access(
        hosts=tuple(_host(one, url) for one in split.netloc.split(",")),
        tls=SCHEMES[split.scheme] or ca is not None or client_cert is not None,
        index=split.path.strip("/") or None,
        login=(user, _content(password_file)) if user is not None and password_file is not None else None,
        ca=ca,
        client=(client_cert, client_key) if client_cert is not None and client_key is not None else None,
    )


def mistakes(
    url: str,
    user: str | None = None,
    password_file: Path | None = None,
    client_cert: Path | None = None,
    client_key: Path | None = None,
) -> Iterator[str]:
    """Yield what cannot be, whatever is in the files."""
    split = _split(url)
    if split.scheme not in SCHEMES or not split.netloc:
        yield f"expected a URL like opensearch://host:{PORT}, got {_shown(url)!r}"
    elif "@" in split.netloc:
        yield (
            f"expected no user in the URL, where everybody sees it, got {_shown(url)!r}: give store.opensearch"
            " in the configuration with user and password_file"
        )
    if (user is None) != (password_file is None):
        yield "expected user and password_file together, got one of them"
    if (client_cert is None) != (client_key is None):
        yield "expected client_cert and client_key together, got one of them"


def _split(url: str) -> SplitResult:
    """Return the parts of a URL; none where a bracket is open."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _shown(url: str) -> str:
    """Return a URL without what stands before an ``@``."""
    scheme, _, rest = url.rpartition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}" if "@" in rest else url


def _host(text: str, url: str) -> tuple[str, int]:
    try:
        found = urlsplit(f"//{text}")
        if found.hostname:
            return found.hostname, found.port or PORT
    except ValueError:
        pass
    raise ConfigError(f"store: expected hosts and ports, got {url!r}")


def _must_be_readable(file: Path | None) -> None:
    if file is not None:
        try:
            file.open("rb").close()
        except OSError as error:
            raise ConfigError(f"store.opensearch: {file} cannot be read: {error.strerror}") from error


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"store.opensearch: {file} cannot be read: {error}") from error
