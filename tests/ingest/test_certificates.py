"""When certificates end is read from their files as OpenSSL tells it."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from logburl.deploy.services.security import Security
from logburl.deploy.services.unavailable import Unavailable
from logburl.ingest.certificates import ends, expired
from tests.deploy.command import logburl
from tests.services.certificates import expired as made

SECOND_NS = 1_000_000_000


def security(folder: Path) -> Security:
    try:
        return Security(folder / "tls")
    except Unavailable as error:
        pytest.skip(str(error))


def test_they_end_as_openssl_says(tmp_path: Path) -> None:
    """Of any length, of several in a file each; a file without one has none."""
    found = security(tmp_path)
    files = [found.ca, found.certificate("node")[0], made(found, "old")[0]]
    for file in files:
        told = subprocess.run(["openssl", "x509", "-in", file, "-noout", "-enddate"], capture_output=True, check=True)
        end = datetime.strptime(told.stdout.decode().strip(), "notAfter=%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
        assert ends(file) == [end]
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join(file.read_bytes() for file in files))
    assert ends(both) == [end for file in files for end in ends(file)]
    assert ends(found.certificate("node")[1]) == ends(tmp_path / "none") == []


def test_one_that_expired_is_named(tmp_path: Path) -> None:
    """With its file and when; one that is good, or none, is not."""
    found = security(tmp_path)
    old, good = made(found, "old")[0], found.certificate("node")[0]
    now_ns = (int(ends(old)[0].timestamp()) + 1) * SECOND_NS
    assert expired("certificate_file", old, now_ns).startswith(f"certificate_file {old} expired on ")
    assert expired("certificate_file", old, now_ns - 2 * SECOND_NS) == expired("certificate_file", good, now_ns) == ""
    assert expired("certificate_file", None, now_ns) == ""


@pytest.mark.parametrize("text", [b"", b"\xff", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_has_no_end(tmp_path: Path, text: bytes) -> None:
    """Whatever is in the file."""
    (tmp_path / "odd.pem").write_bytes(text)
    assert ends(tmp_path / "odd.pem") == []
    for length in range(12):
        junk = b"-----BEGIN CERTIFICATE-----\nMIIBAgMB" + b"AAAA" * length + b"\n-----END CERTIFICATE-----\n"
        (tmp_path / "odd.pem").write_bytes(junk)
        assert ends(tmp_path / "odd.pem") == []


@pytest.mark.parametrize(("good", "said"), [(True, "ok   certificate"), (False, "BAD  certificate")])
def test_doctor_looks_at_those_that_we_show(tmp_path: Path, good: bool, said: str) -> None:
    """It says when they end, and what to do when they have, or soon will."""
    found = security(tmp_path)
    file, key = found.certificate("node") if good else made(found, "old")
    source = {"otlp": {"certificate_file": str(file), "key_file": str(key)}}
    (tmp_path / "logburl.yaml").write_text(yaml.safe_dump({"source": source, "store": {"local": {"path": "kept.db"}}}))
    examined = logburl("doctor", "-c", "logburl.yaml", cwd=tmp_path)

    assert f"{said}: source.otlp.certificate_file {file} end" in examined.stdout.decode()
    assert (examined.returncode, "renew it" in examined.stdout.decode()) == (0 if good else 1, not good)
