"""Reports of one made-up result that has everything, hostile log content included."""

import json
import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from logburl.deploy import catalogue
from logburl.deploy.account import Account
from logburl.deploy.reports import html, markdown, ndjson, text
from logburl.deploy.reports.plain import visible
from logburl.deploy.result import Comparison, Evidence, Fragment, ScanResult
from tests.deploy.sample import sample

QUIET = replace(sample(), incidents=(), more_incidents=0, problems=())
EMPTY = ScanResult("0", (), Account(), "", (), 0, 10, (), None, (), (), 0.0)


class Page(HTMLParser):
    """Collects the elements of a page with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("result", [sample(), QUIET, EMPTY], ids=["full", "quiet", "empty"])
@pytest.mark.parametrize("name", catalogue.names("report"))
def test_every_report_of_every_result(name: str, result: ScanResult) -> None:
    """Each report says something, ends its last line, repeats itself exactly, and lets no control character through."""
    render = catalogue.find("report", name)
    printed = render(result, colour=False, width=100)

    assert printed.endswith("\n")
    assert printed == render(result, colour=False, width=100)
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", printed)
    assert name.endswith("json") or not re.search(r"[\x7f-\x9f\u202e]", printed)


@pytest.mark.parametrize("name", ["text", "md", "html"])
def test_quiet_log_says_so(name: str) -> None:
    """A log with nothing unusual is told to be one."""
    assert "Nothing unusual" in catalogue.find("report", name)(QUIET, colour=False, width=100)


@pytest.mark.parametrize("name", ["text", "md", "html"])
def test_where_nothing_is_new_nothing_is_said_of_times(name: str) -> None:
    """A file that a store knows already is told to bring nothing new, not to have no times."""
    printed = catalogue.find("report", name)(EMPTY, colour=False, width=100)

    assert "Nothing new to read" in printed
    assert "no times" not in printed


def test_the_level_of_an_incident_is_not_that_of_the_line_it_is_called_after() -> None:
    """The highest level stands with the other facts of the incident, not before the words of one of its lines."""
    first = sample().incidents[0]
    incident, facts = text.render_incident(first, True, colour=False, width=300).splitlines()[:2]

    assert incident.strip() == first.sentence
    assert facts.strip().startswith("ERROR · 2")


@pytest.mark.parametrize("name", ["text", "md", "html"])
def test_a_line_that_says_nothing_unusual_is_not_shown_twice(name: str) -> None:
    """Where a line only comes too often, that is said instead of two equal lines."""
    alike = Comparison(*(2 * ((Fragment("cache miss", differs=False),),)), 1.0)
    incident = replace(sample().incidents[0], comparison=alike)
    printed = catalogue.find("report", name)(replace(sample(), incidents=(incident,)), colour=False, width=100)

    assert "in how often it comes, not in what it says" in printed
    assert "cache miss" not in printed


def test_html_holds_hostile_content_as_text() -> None:
    """What a log holds becomes neither element nor attribute; the page runs its one script and no other."""
    page = Page(html.render(sample(), colour=False, width=0))
    ours, plain = page, Page(html.render(QUIET, colour=False, width=0))

    assert len(ours.named("script")) == len(plain.named("script")) == 1
    assert not [
        name for _, attributes in ours.elements for name in attributes if name.startswith("on") or name == "style"
    ]
    assert "<script>alert(1)</script>" in ours.text


def test_html_needs_no_network() -> None:
    """The page refers to nothing outside itself, and its policy would forbid it."""
    page = Page(html.render(sample(), colour=False, width=0))
    links = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "action")
    ]
    [policy] = [one["content"] for one in page.named("meta") if one.get("http-equiv") == "Content-Security-Policy"]

    assert links
    assert all(link is not None and link.startswith("#i-") for link in links)
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_html_bounds_its_table_and_counts_the_rest() -> None:
    """Of very many patterns the most frequent are listed, and how many others there are is said."""
    many = tuple(replace(sample().patterns[0], id=f"{i:016x}", count=2, incidents=()) for i in range(html.PATTERNS + 5))
    page = Page(html.render(replace(sample(), patterns=many), colour=False, width=0))

    assert len(page.named("tr")) == html.PATTERNS + 1
    assert "5 rarer patterns with 10 entries not listed" in page.text


def test_text_has_at_most_ten_lines_for_an_incident() -> None:
    """An incident fits into what one sees at a glance."""
    blocks = text.render(sample(), colour=False, width=100).split("\n\n")

    assert all(len(block.splitlines()) <= 10 for block in blocks)
    assert "orders → payments +12 s → web +2 min" in blocks[1]
    assert "\x1b[" in text.render(sample(), colour=True, width=100)


def test_json_reports_say_the_same() -> None:
    """NDJSON holds the incidents, patterns and account of the JSON document."""
    whole = json.loads(catalogue.find("report", "json")(sample(), colour=False, width=0))
    lines = [json.loads(line) for line in ndjson.render(sample(), colour=False, width=0).splitlines()]

    assert [{"kind": "incident", **one} for one in whole["incidents"]] == [
        one for one in lines if one["kind"] == "incident"
    ]
    assert [{"kind": "pattern", **one} for one in whole["patterns"]] == [
        one for one in lines if one["kind"] == "pattern"
    ]
    assert lines[-1]["read"] == whole["account"]["read"]
    assert whole["incidents"][0]["start"] == "2023-11-14T23:09:20.000000000Z"


def test_markdown_quotes_what_would_be_markup() -> None:
    """Outside of code, no character of the log is markup."""
    printed = markdown.render(sample(), colour=False, width=0)
    outside = re.sub(r"(`+).*?\1", "", printed)

    assert not re.search(r"(?<!\\)[<\[]", outside)
    assert markdown.code("a ` b `` c") == "```a ` b `` c```"


def test_html_in_a_browser(tmp_path: Path, chromium: str) -> None:
    """A real browser accepts the page's own style and script under its policy, and runs nothing of the log."""
    page = html.render(sample(), colour=False, width=0)
    (tmp_path / "report.html").write_text(page.replace("alert(1)", "document.title=1"), encoding="utf-8")
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
        "--enable-logging=stderr",
        "--dump-dom",
    ]
    done = subprocess.run(
        [*command, f"file://{tmp_path}/report.html"], capture_output=True, text=True, timeout=60, check=True
    )

    assert "Content Security Policy" not in done.stderr
    assert "<title>2 incidents in" in done.stdout
    assert done.stdout.count("<script>") == 1


def test_characters_that_are_drawn_as_nothing_are_seen() -> None:
    """Marks of direction, fillers and tags hide no text in a report, wherever Unicode put them."""
    assert visible("a\u061cb\u115fc\u3164d\U000e0041e") == r"a\u061cb\u115fc\u3164d\U000e0041e"


def test_a_message_of_several_lines_is_compared_in_one() -> None:
    """In the comparison a line end is a blank, not an escape that nobody wrote."""
    one = replace(
        sample().incidents[0],
        comparison=Comparison((Fragment("lost\r\nError: none\n  at a", True),), (Fragment("kept", False),), 0.5),
    )
    page = Page(html.render(replace(sample(), incidents=(one,)), colour=False, width=0))
    assert "lost Error: none   at a" in page.text


def test_text_breaks_long_sentences_between_words() -> None:
    """On 80 columns no line of the head of an incident is wider, and what goes on is indented."""
    one = replace(sample().incidents[0], sentence="New: " + "something happened " * 8)
    shown = text.render(replace(sample(), incidents=(one,)), colour=False, width=80).splitlines()
    [first] = [i for i, line in enumerate(shown) if "New:" in line]
    assert all(len(line) <= 80 and line == line.rstrip() for line in shown[: first + 3])
    assert shown[first + 1].startswith("    something") or shown[first + 1].startswith("    happened")


def test_text_cuts_the_header_rather_than_the_message() -> None:
    """In a narrow terminal the first line is shown from where its message begins, or a little before."""
    header, message = "2026-03-02 09:20:00,100 ERROR [orders] [http-nio-8080-exec-7] ", "connection to database refused"
    found = sample().incidents[0]
    line = Evidence("a.log", 7, 0, header + message, header=len(header))
    shown = text.render(replace(sample(), incidents=(replace(found, evidence=line),)), colour=False, width=80)
    whole = text.render(replace(sample(), incidents=(replace(found, evidence=line),)), colour=False, width=200)

    assert f"exec-7] {message}\n" in shown
    assert all(len(row) <= 80 for row in shown.splitlines() if "a.log:7" in row)
    assert f"{header}{message}\n" in whole


def test_the_compiled_template_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside compiled modules, unless Python keeps none or nothing can be written there; it serves all the same."""

    def compiled(folder: Path) -> str:
        environment = html._environment()
        environment.bytecode_cache = html.Compiled(str(folder), "%s.jinja")
        return str(environment.get_template("report.html.j2").name)

    compiled(tmp_path / "missing")
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    compiled(tmp_path)
    assert not list(tmp_path.iterdir())

    monkeypatch.setattr("sys.dont_write_bytecode", False)
    compiled(tmp_path)
    [kept] = tmp_path.iterdir()
    monkeypatch.setattr("jinja2.Environment.compile", None)
    assert compiled(tmp_path) == "report.html.j2"
    assert kept.suffix == ".jinja"
