"""Contents under whatever name they have now."""

from pathlib import Path

import pytest

from logburl.ingest.streams.content import Contents, stem_of


@pytest.mark.parametrize(
    "rotated",
    [
        "app.log.1",
        "app.log.12.gz",
        "app.log-20260102",
        "app.log-20260102.zst",
        "app-2026-01-02.log",
        "app.2026-01-02T03:04:05.log.xz",
        "app.log.old",
        "app.1.log",
    ],
)
def test_rotation_keeps_the_stem(rotated: str) -> None:
    """Numbers, dates and endings are what rotation adds to a name."""
    assert stem_of(Path("/logs/app.log")) == stem_of(Path("/logs", rotated))


@pytest.mark.parametrize("other", ["/logs/web.log", "/other/app.log", "/logs/app2.log", "/logs/app.err", "/logs/1"])
def test_others_have_another(other: str) -> None:
    """Another folder or another word is another log."""
    assert stem_of(Path("/logs/app.log")) != stem_of(Path(other))


def test_each_content_has_its_name(tmp_path: Path) -> None:
    """Contents of one name are told apart by their beginning, and by a number where that is the same."""
    contents, log = Contents({}), tmp_path / "app.log"
    made = [contents.new(log, head) for head in (b"one", b"two", b"two", b"two")]
    names = [content.stream.removeprefix(log.as_uri()) for content in made]

    assert names[0] == ""
    assert names[2:] == [f"{names[1]}.2", f"{names[1]}.3"]
    assert [*reversed(made)] == [*contents.related(log)]
    assert [*contents.related(tmp_path / "app.log.1")] == [*reversed(made)]
