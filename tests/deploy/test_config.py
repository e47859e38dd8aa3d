"""The configuration file."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from logburl.deploy.settings.reading import load_config, read_config
from logburl.ingest.errors import ConfigError


def test_empty_file_is_the_default(tmp_path: Path) -> None:
    """An empty file says nothing, so everything is as without one."""
    (tmp_path / "empty.yaml").write_text("# nothing\n")

    assert load_config(tmp_path / "empty.yaml") == read_config({})


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Each mistake is one line with its path and what was expected, also in parts, and none hides another."""
    path = tmp_path / "bad.yaml"
    path.write_text(
        "ingest: {jobs: 0, timezone: Europe/Berln, frmat: auto}\n"
        "detect: {budget: many, detectors: [novelty, wrong]}\nstore: {local: {pth: x}}\n"
    )

    with pytest.raises(ConfigError) as caught:
        load_config(path)

    lines = str(caught.value).splitlines()
    assert [line.split(": ")[1] for line in lines if ": " in line] == [
        "ingest.timezone",
        "ingest.jobs",
        "ingest.frmat",
        "detect.budget",
        "detect.detectors.1",
        "store.local.path",
        "store.local.pth",
    ]
    assert "expected more than 0, got 0" in lines[1]
    assert "expected a name of the IANA database, the nearest: Europe/Berlin, " in lines[0]
    assert "unknown key" in lines[2]
    assert "expected one of novelty, rate, silence, got 'wrong'" in lines[4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ingest: 7", "ingest: expected keys with values, got 7"),
        ("ingest: {jobs: many}", "ingest.jobs: expected a whole number, got 'many'"),
        ("detect: {budget: true}", "detect.budget: expected a whole number, got True"),
        ("detect: {window_s: false}", "detect.window_s: expected a number, got False"),
        ("follow: {every_s: true}", "follow.every_s: expected a number, got True"),
        ("ingest: {fold: perhaps}", "ingest.fold: expected true or false, got 'perhaps'"),
        ("run: {window_s: 3}", "run.window_s: expected one of 1, 2, 4, 8, 16, 32, 64, got 3"),
        ("run: {log: xml}", "run.log: expected one of auto, json, console, got 'xml'"),
        (
            f"ingest: {{timezone: {'x' * 300}}}",
            f"ingest.timezone: expected a name of the IANA database, got '{'x' * 98}…",
        ),
        ("ingest: {paths: app.log}", "ingest.paths: expected a list, got 'app.log'"),
        ("ingest: {format: 3}", "ingest.format: expected a text, got 3"),
        ("detect: {window_s: 1.0e+10}", "detect.window_s: expected at most 1000000000.0, got 10000000000.0"),
        ("detect: {detectors: []}", "detect.detectors: expected a list of at least 1, got []"),
        (
            "detect: {detectors: [rate, 7]}",
            "detect.detectors.1: expected a name, or one name with its arguments, got 7",
        ),
        ("detect: {vectorizer: }", "detect.vectorizer: expected a name, or one name with its arguments, got None"),
        ("detect: {detectors: [rate, rate]}", "detect.detectors.1: expected each detector once, got 'rate' again"),
        ("store: {local: {path: 7}}", "store.local.path: expected a path, got 7"),
        ("store: {local: }", "store.local.path: expected a value, got none"),
        (
            "store: {opensearch: {url: 'ftp://one'}}",
            "store.opensearch: expected a URL like opensearch://host:9200, got 'ftp://one'",
        ),
        (
            "store: {opensearch: {url: 'opensearch://one', user: me}}",
            "store.opensearch: expected user and password_file together, got one of them",
        ),
        (
            "store: {opensearch: {url: 'opensearch://one', shards: 0}}",
            "store.opensearch: expected shards of at least 1, got 0",
        ),
        ("store: {local: {path: x.db, counts_days: 0}}", "store.local: expected counts_days of at least 1, got 0"),
        ("7: 8", "7: expected a text as the key, got 7"),
        (f"ingest: {{jobs: {10**20}}}", f"ingest.jobs: expected at most 256, got {10**20}"),
        (f"detect: {{budget: {10**20}}}", f"detect.budget: expected at most 1000000, got {10**20}"),
        ("detect: {}\ndetect: {}", "line 2, column 1: expected YAML: found the key detect twice"),
        ("[" * 5000, "expected YAML, found lists in lists in lists, too deep to be read"),
    ],
)
def test_mistakes_are_told_in_our_words(tmp_path: Path, text: str, said: str) -> None:
    """A mistake is told with its place, what was expected and what came, and nothing of the library that found it."""
    (tmp_path / "bad.yaml").write_text(text)

    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "bad.yaml")

    assert str(caught.value) == f"{tmp_path}/bad.yaml: {said}"


def test_mistakes_of_a_daemon_are_told_at_once() -> None:
    """Where it reads, how, where it keeps: none hides another."""
    kafka = {"servers": ["broker"], "pattern": "(", "start": "noon", "session_timeout_s": -1}
    store = {"opensearch": {"url": "ftp://one", "user": "me", "shards": 0}}
    with pytest.raises(ConfigError) as caught:
        read_config({"source": {"kafka": kafka}, "store": store, "run": {"window_s": 3}})

    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == [
        *(f"source.kafka.{name}" for name in ("servers.0", "pattern", "start", "session_timeout_s")),
        "run.window_s",
        *["store.opensearch"] * 3,
    ]


@pytest.mark.parametrize(
    "text", ["a: [", "\x00", "- 1\n- 2\n", "just words", "store: 7", "detect: {detectors: {novelty: 1}}"]
)
def test_wrong_yaml_is_a_config_error(tmp_path: Path, text: str) -> None:
    """Whatever a file holds, the answer is a ConfigError that names the file."""
    path = tmp_path / "bad.yaml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=r"bad\.yaml"):
        load_config(path)


def test_missing_file_is_a_config_error(tmp_path: Path) -> None:
    """A file that is not there is the user's mistake."""
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read: No such file or directory$"):
        load_config(tmp_path / "none.yaml")


def test_a_file_without_an_end_is_a_config_error() -> None:
    """A device is read as far as a configuration can be long."""
    with pytest.raises(ConfigError, match=r"^/dev/zero: expected a file of at most 16 MiB$"):
        load_config(Path("/dev/zero"))


def test_where_a_file_is_no_yaml_is_told(tmp_path: Path) -> None:
    """The place comes first, and neither a name of the library's nor an excerpt in one line."""
    (tmp_path / "bad.yaml").write_text("a: [1\n")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "bad.yaml")
    said = "line 2, column 1: expected YAML: while parsing a flow sequence, expected ',' or ']', but got '<stream end>'"
    assert str(caught.value) == f"{tmp_path}/bad.yaml: {said}"


def test_config_is_frozen() -> None:
    """What was read cannot be changed."""
    with pytest.raises(FrozenInstanceError):
        read_config({}).detect.budget = 3  # type: ignore[misc]


def test_a_list_of_a_billion_is_told_shortly(tmp_path: Path) -> None:
    """Aliases make ten lines of YAML a list of a billion; what is wrong with it is told with its first values."""
    levels = [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]" for i in range(9)]
    given = ["ingest: *j", "detect: {budget: *j, detectors: [*j], vectorizer: *j}", "store: {local: *j}"]
    (tmp_path / "bomb.yaml").write_text("\n".join(["a: &a [x, x]", *levels, *given]))

    with pytest.raises(ConfigError, match=r"detect\.budget: expected a whole number, got \[\[\[") as raised:
        load_config(tmp_path / "bomb.yaml")
    assert len(str(raised.value)) < 5000


@pytest.mark.parametrize(
    "text",
    ["a: 2001-13-45", f"a: {'9' * 5000}", "[" * 5000, "detect: {detectors: []}", "detect: {vectorizer: one_hot}"]
    + [f"detect: {{window_s: {width}}}" for width in ("1.0e-12", "1.0e+300", ".inf", ".nan")],
    ids=["no day", "long number", "deep", "no detector", "no texts", "narrow", "wide", "endless", "no width"],
)
def test_no_value_is_too_odd_to_be_refused(tmp_path: Path, text: str) -> None:
    """What YAML reads but cannot mean, and what no window can be, is a mistake with the file's name."""
    (tmp_path / "odd.yaml").write_text(text)

    with pytest.raises(ConfigError, match=r"odd\.yaml: "):
        load_config(tmp_path / "odd.yaml")
