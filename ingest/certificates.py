"""When certificates end, and whether those of servers are trusted: what clients of servers do not tell, or not well."""

import re
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
VERSION, UTC_TIME = 0xA0, 0x17
LONG = 0x80
PATIENCE_S = 2.0
MILLENNIUM = 50  # RFC 5280: a year of two digits below it is of this one


def ends(path: Path) -> list[datetime]:
    """Return when the certificates of a file (PEM) end, none of what cannot be read as one."""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
        return [_end(ssl.PEM_cert_to_DER_cert(block)) for block in BLOCK.findall(text)]
    except (OSError, ValueError, IndexError):
        return []


def expired(name: str, path: Path | None, now_ns: int) -> str:
    """Say that a certificate has expired, empty if it has not; of several, the first is the one that is shown."""
    end = next(iter(ends(path)), None) if path is not None else None
    if end is None or end.timestamp() * 1e9 > now_ns:
        return ""
    return f"{name} {path} expired on {end:%Y-%m-%d %H:%M} UTC: renew it"


def distrust(host: str, port: int, ca_file: Path | None) -> str:
    """Return why the certificate of a server is not trusted, empty if it is, or nobody answers."""
    context = ssl.create_default_context(cafile=ca_file)
    try:
        with (
            socket.create_connection((host, port), PATIENCE_S) as raw,
            context.wrap_socket(raw, server_hostname=host),
        ):
            return ""
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        return ""


def _end(certificate: bytes) -> datetime:
    """Return the end in a certificate (DER): it is the second time of the fourth sequence, or behind a version."""
    whole = _fields(certificate)[0][1]
    signed = _fields(whole)[0][1]
    fields = [field for field in _fields(signed) if field[0] != VERSION]  # number, algorithm, issuer, times
    kind, end = _fields(fields[3][1])[1]
    text = end.decode("ascii")
    if kind == UTC_TIME:
        text = f"{20 if int(text[:2]) < MILLENNIUM else 19}{text}"
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _fields(content: bytes) -> list[tuple[int, bytes]]:
    """Return kind and content of the fields that follow one another."""
    found, at = list[tuple[int, bytes]](), 0
    while at < len(content):
        kind, size, at = content[at], content[at + 1], at + 2
        if size & LONG:
            count = size & ~LONG
            size, at = int.from_bytes(content[at : at + count]), at + count
        found.append((kind, content[at : at + size]))
        at += size
    return found
