"""Samples in a configuration are tried by `logburl validate`."""

import json
from pathlib import Path

import pytest

from logburl.deploy.settings.samples import validate
from logburl.ingest.errors import ConfigError
from tests.deploy.command import logburl
from tests.ingest.entries import RECEIVED_NS

CONFIG = """
ingest:
  formats:
    - name: till
      regex: '(?P<time>\\w+ +[\\d :]+) (?P<level>\\w)\\|(?P<message>.*)'
      samples:
        - {{line: 'Jan  2 03:04:06 E|drawer open', {said}}}
    - name: shop
      patterns: "{{time:iso}} <{{level}}> {{service}}: {{message}}"
      samples:
        - {{line: '2026-01-02 03:04:05.5 <warn> cart: lost', level: WARN, message: lost, service: cart}}
"""


def said(tmp_path: Path, sample: str) -> str:
    """Return what is wrong with a sample, nothing if all is well."""
    path = tmp_path / "own.yaml"
    path.write_text(CONFIG.format(said=sample))
    try:
        validate(path, RECEIVED_NS)
    except ConfigError as error:
        return str(error).replace(str(path), "own.yaml")
    return ""


@pytest.mark.parametrize(
    "sample",
    [
        "message: drawer open",
        "time: 2021-01-02T03:04:06Z, level: error, service: null, message: drawer open",
        "time: '2021-01-02 05:04:06+02:00'",
        "time: 2021-01-02 03:04:06",
    ],
)
def test_a_good_sample_is_good(tmp_path: Path, sample: str) -> None:
    """Only what is given is looked at; a line without a year is of the year that its sample tells."""
    assert said(tmp_path, sample) == ""


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("message: drawer", "message: expected 'drawer', got 'drawer open'"),
        ("level: INFO", "level: expected 'INFO', got 'ERROR'"),
        ("service: till", "service: expected 'till', got none"),
        ("level: null", "level: expected none, got 'ERROR'"),
        ("time: 2021-01-02T03:04:07Z", "time: expected 2021-01-02T03:04:07Z, got 2021-01-02T03:04:06Z"),
    ],
)
def test_a_sample_that_is_read_otherwise_is_a_mistake(tmp_path: Path, sample: str, expected: str) -> None:
    """Which sample, which field, what was expected, and what came."""
    assert said(tmp_path, sample) == f"own.yaml: ingest.formats.0.samples.0.{expected}"


def test_a_sample_that_does_not_fit_is_told_as_such(tmp_path: Path) -> None:
    """With the format that its line has instead."""
    path = tmp_path / "own.yaml"
    lines = ["2026-01-02 03:04:05 <warn> cart: lost", "other", "a\nb"]
    samples = "".join(f"        - line: {json.dumps(line)}\n" for line in lines)
    path.write_text(
        CONFIG.format(said="message: drawer open").replace("      samples:\n", f"      samples:\n{samples}", 1)
    )
    with pytest.raises(ConfigError) as caught:
        validate(path, RECEIVED_NS)
    assert [line.partition("samples.")[2] for line in str(caught.value).splitlines()] == [
        "0.format: expected 'till', got 'shop'",
        "1.format: expected 'till', got 'message'",
        "2.lines: expected 1, got 2",
    ]


def test_a_mask_is_tried_at_messages(tmp_path: Path) -> None:
    """Each sample says which template its message is to have."""
    path = tmp_path / "own.yaml"
    mask = "{name: order, regex: 'ORD-[a-z]+', samples: [{message: ORD-ab lost, template: '%s lost'}]}"
    path.write_text(f"ingest: {{masks: [{mask % '<order>'}]}}")
    validate(path, RECEIVED_NS)
    path.write_text(f"ingest: {{masks: [{mask % '<id>'}]}}")
    with pytest.raises(ConfigError, match=r"masks\.0\.samples\.0\.template: expected '<id> lost', got '<order> lost'"):
        validate(path, RECEIVED_NS)


def test_validate_fails_for_a_wrong_sample(tmp_path: Path) -> None:
    """As for any other mistake in the configuration: exit code 2, and what is wrong."""
    (tmp_path / "good.yaml").write_text(CONFIG.format(said="message: drawer open"))
    (tmp_path / "bad.yaml").write_text(CONFIG.format(said="message: drawer"))
    good, bad = (logburl("validate", str(tmp_path / f"{name}.yaml")) for name in ("good", "bad"))
    assert (good.returncode, bad.returncode) == (0, 2)
    assert b"ingest.formats.0.samples.0.message: expected 'drawer', got 'drawer open'" in bad.stderr
