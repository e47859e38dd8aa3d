"""Certificates and passwords for a secured service; made anew each time, good for a month."""

import secrets
from pathlib import Path

from logburl.deploy.services.ports import HOST
from logburl.deploy.services.unavailable import run

DAYS = 30
REMEDY = "install OpenSSL 3 (Debian: apt-get install openssl)"
USER = "admin"
GUEST = "guest"  # of the broker: known to it, allowed nothing
NODE, ADMIN = "CN=node,O=services", f"CN={USER},O=services"


class Security:
    """A folder with an authority (``ca``), and what it has signed for the services (``node``) and for ``admin``.

    Args:
        folder: Where they are put; nobody else may read it.

    Raises:
        Unavailable: There is no OpenSSL.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, mode=0o700)
        self._sign("ca", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self._sign("node", "-addext", f"subjectAltName=IP:{HOST},DNS:localhost", *self._by_ca())
        self._sign(USER, *self._by_ca())
        for user in (USER, GUEST):
            self.password_file_of(user).touch(mode=0o600)
            self.password_file_of(user).write_text(secrets.token_urlsafe(24))

    @property
    def ca(self) -> Path:
        """The certificate that clients are to trust."""
        return self.folder / "ca.pem"

    @property
    def password_file(self) -> Path:
        """The file that holds the password of the user ``admin``."""
        return self.password_file_of(USER)

    @property
    def password(self) -> str:
        """The password of the user ``admin``."""
        return self.password_file.read_text()

    def password_file_of(self, user: str) -> Path:
        """Return the file that holds the password of ``admin`` or ``guest``."""
        return self.folder / f"{user}.password"

    def password_of(self, user: str) -> str:
        """Return the password of ``admin`` or ``guest``."""
        return self.password_file_of(user).read_text()

    def facts(self) -> dict[str, str]:
        """Return what a client must know."""
        return {"user": USER, "password_file": str(self.password_file), "ca": str(self.ca)}

    def certificate(self, name: str) -> tuple[Path, Path]:
        """Return the files of a certificate and its key."""
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def _sign(self, name: str, *options: str | Path) -> None:
        certificate, key = self.certificate(name)
        run(
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", str(DAYS)),
            *("-subj", f"/O=services/CN={name}", "-keyout", key, "-out", certificate, *options),
            remedy=REMEDY,
        )

    def _by_ca(self) -> tuple[str | Path, ...]:
        certificate, key = self.certificate("ca")
        return "-CA", certificate, "-CAkey", key, "-addext", "basicConstraints=CA:false"
