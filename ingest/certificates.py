"""When certificates end, and whether those of servers are trusted: what clients of servers do not tell, or not well."""

import socket
import ssl
from datetime import datetime
from pathlib import Path

PATIENCE_S = 2.0


def ends(path: Path) -> list[datetime]:
    """Return when the certificates of a file (PEM) end, none of what cannot be read as one."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - it takes 90 ms, and few are asked for

    try:
        return [one.not_valid_after_utc for one in load_pem_x509_certificates(path.read_bytes())]
    except (OSError, ValueError):
        return []


def expired(name: str, path: Path | None, now_ns: int) -> str:
    """Say that a certificate has expired, empty if it has not; of several, the first is the one that is shown."""
    end = next(iter(ends(path)), None) if path is not None else None
    if end is None or end.timestamp() * 1e9 > now_ns:
        return ""
    return f"{name} {path} expired on {end:%Y-%m-%d %H:%M} UTC: renew it"


def distrust(host: str, port: int, ca_file: Path | None) -> str:
    """Return why the certificate of a server is not trusted, empty if it is, or nobody answers."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
        with (
            socket.create_connection((host, port), PATIENCE_S) as raw,
            context.wrap_socket(raw, server_hostname=host),
        ):
            return ""
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        return ""
