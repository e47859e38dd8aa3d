"""The schema of the configuration accepts what a configuration may say."""

from logburl.deploy.settings.reading import read_config
from logburl.deploy.settings.schema import schema

DEFINITIONS = schema()["$defs"]


def test_a_part_is_named_alone_where_it_needs_no_arguments() -> None:
    """So is one with nothing behind its colon; a store that has to know its file is neither."""
    names, *forms = DEFINITIONS["store"]["anyOf"]
    arguments = {name: form["properties"][name] for form in forms for name in form["properties"]}
    assert names == {"enum": ["memory"]}
    assert {"type": "null"} in arguments["memory"]["anyOf"]
    assert arguments["local"]["required"] == ["path"]
    assert read_config({"store": {"memory": None}}).store == read_config({"store": "memory"}).store


def test_one_pattern_needs_no_list() -> None:
    """As `logburl.deploy.settings.own` takes it."""
    for name in ("patterns", "regex"):
        assert [one["type"] for one in DEFINITIONS["OwnFormat"]["properties"][name]["anyOf"]] == ["string", "array"]


def test_a_daemon_reads_from_one_source() -> None:
    """Neither from none nor from two."""
    assert (DEFINITIONS["Source"]["minProperties"], DEFINITIONS["Source"]["maxProperties"]) == (1, 1)
