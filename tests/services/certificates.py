"""Certificates that have expired, signed by the authority of the services."""

import subprocess
from pathlib import Path

from logburl.deploy.services.security import Security


def expired(security: Security, name: str) -> tuple[Path, Path]:
    """Return the files of a certificate that ended yesterday, and of its key; it is made for the common name."""
    certificate, key = (security.folder / f"{name}-expired.{kind}" for kind in ("pem", "key"))
    request, extensions = security.folder / "request.pem", security.folder / "extensions"
    extensions.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:false\n")
    ca, ca_key = security.certificate("ca")
    subject = ("-newkey", "rsa:2048", "-nodes", "-subj", f"/O=services/CN={name}")
    _openssl("req", *subject, "-keyout", key, "-out", request)
    signed = ("-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-extfile", extensions, "-days", "-1")
    _openssl("x509", "-req", "-in", request, *signed, "-out", certificate)
    return certificate, key


def _openssl(*command: str | Path) -> None:
    subprocess.run(["openssl", *command], check=True, capture_output=True)
