"""Formats of a user's own in the configuration."""

from dataclasses import replace
from pathlib import Path

import pytest

from logburl.deploy.inputs import formats_of
from logburl.deploy.settings.reading import load_config, read_config
from logburl.ingest.errors import ConfigError
from logburl.ingest.format import Format
from tests.deploy.command import logburl

CONFIG = r"""
ingest:
  formats:
    - name: shop
      patterns: "{time:iso} <{level}> {service}: {message}"
    - name: till
      regex:
        - '(?P<time>[\d/: ]+) (?P<level>\w)\|(?P<message>.*)'
"""
LOG = b"""\
2026-01-02 03:04:05 <warn> cart: 3 items lost
2026/01/02 03:04:06 E|drawer open
E0102 03:04:07.000001 1 a.go:1] x
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(CONFIG)
    return path


def test_own_formats_are_read(config: Path) -> None:
    """One pattern or several; they come before all others, or alone if one is asked for by its name."""
    read = load_config(config).ingest
    shop = Format("shop", ("{time:iso} <{level}> {service}: {message}",))
    assert (formats_of(read) or ())[0] == shop
    assert len(formats_of(read) or ()) > 40
    assert formats_of(replace(read, format="shop")) == (shop,)
    assert formats_of(replace(read, format="message")) == ()
    with pytest.raises(ConfigError, match=r"format: expected one of shop, till, .*, message, got 'sho'"):
        formats_of(replace(read, format="sho"))


@pytest.mark.parametrize("command", ["parse", "patterns", "scan"])
def test_commands_use_own_formats(config: Path, command: str) -> None:
    """Every command that reads lines knows them, by --config."""
    done = logburl(command, "-", "--config", str(config), "--format", "till", "-o", "ndjson", stdin=LOG)
    assert b"drawer open" in done.stdout
    assert b"E|drawer" not in done.stdout


def test_a_format_is_named_in_its_entries(config: Path) -> None:
    """The column holds the user's name."""
    done = logburl("parse", "-", "--config", str(config), "-o", "ndjson", stdin=LOG)
    assert [b'"format":"shop"' in done.stdout, b'"format":"till"' in done.stdout] == [True, True]
    assert b'"format":"klog"' in done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "shop"}, "ingest.formats.0: expected patterns or regex, got neither"),
        ({"name": "klog", "patterns": "{message}"}, "name: expected one that no format has, got 'klog'"),
        ({"name": "auto", "patterns": "{message}"}, "name: expected one that no format has, got 'auto'"),
        ({"name": "Shop", "patterns": "{message}"}, "ingest.formats.0.name: expected string should match pattern"),
        (
            {"name": "shop", "patterns": ["{message} {a}"]},
            "ingest.formats.0.patterns.0: header pattern: expected nothing",
        ),
        ({"name": "shop", "regex": "(?P<message>.*"}, "ingest.formats.0.regex.0: regex .*expected a [)] for each"),
        ({"name": "shop", "regex": "(a*)*(?P<message>)"}, "expected no repetition of what may be empty"),
        ({"name": "shop", "patterns": "{a} " * 20 + "{message}"}, "expected at most 31 parts, got 41"),
        (
            {"name": "shop", "patterns": "{message}", "samples": [{"line": "x", "level": "loud"}]},
            "samples.0.level: expected",
        ),
        ({"name": "shop", "patterns": "{message}", "samples": [{"lines": "x"}]}, "samples.0.line: expected a value"),
    ],
)
def test_a_wrong_format_is_a_mistake(given: dict[str, object], said: str) -> None:
    """Where it stands and what was expected are told."""
    with pytest.raises(ConfigError, match=said):
        read_config({"ingest": {"formats": [given]}})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "num", "regex": "x"}, "ingest.masks.0: name: expected one that no placeholder has, got 'num'"),
        ({"name": "x y", "regex": "x"}, "ingest.masks.0.name: expected string should match pattern"),
        ({"name": "x", "regex": "x*"}, r"ingest.masks.0.regex: regex 'x[*]': expected what finds at least one byte"),
        ({"name": "x", "regex": "(x"}, r"ingest.masks.0.regex: regex '[(]x', character 3: expected a [)] for each"),
    ],
)
def test_a_wrong_mask_is_a_mistake(given: dict[str, str], said: str) -> None:
    """Where it stands and what was expected are told."""
    with pytest.raises(ConfigError, match=said):
        read_config({"ingest": {"masks": [given]}})


def test_commands_use_own_masks(tmp_path: Path) -> None:
    """By --config; their names are those of placeholders."""
    (tmp_path / "own.yaml").write_text("ingest: {masks: [{name: order, regex: 'ORD-[a-z]+'}]}")
    done = logburl("parse", "-", "--config", tmp_path / "own.yaml", "-o", "ndjson", stdin=b"ORD-ab lost\nORD-cd lost\n")
    assert done.stdout.count(b'"template":"<order> lost"') == 2


def test_no_two_formats_have_one_name() -> None:
    """Which of them would --format mean?"""
    shop = {"name": "shop", "patterns": "{message}"}
    with pytest.raises(ConfigError, match="formats: expected each name once, got shop, shop"):
        read_config({"ingest": {"formats": [shop, shop]}})
