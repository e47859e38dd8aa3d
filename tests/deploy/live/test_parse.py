"""Templates of a log that is followed."""

from collections.abc import Mapping
from typing import Any

import pytest

from logburl.deploy.live import parse
from logburl.ingest.masks import NO_MASKS
from logburl.ingest.parser import Parser
from logburl.ingest.signatures import SignatureTable
from logburl.ingest.sources.memory import batch_of
from logburl.ingest.templates import Templates, fill, mine

WORDS = [f"{a}{b}{c}ing" for a in "bcdfghklmpqvw" for b in "aeiouyrlnst" for c in "bcdfghjklmnopqrstuvwxyzaei"]


def test_a_large_table_is_not_mined_for_each_new_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is new gets a template of its own, until half as many are; whatever comes has one that gives it back."""
    mined: list[int] = []

    def counting(samples: Mapping[int, bytes], *more: Any) -> Templates:
        mined.append(len(samples))
        return mine(samples, *more)

    monkeypatch.setattr(parse, "mine", counting)
    table, of_all = SignatureTable(), parse.Mined(NO_MASKS)
    for start, end in ((0, 10), (10, 2100), (2100, 2101), (2101, 2101), (2101, 3200)):
        text = "".join(f"{word} and {word} came {i}\n" for i, word in enumerate(WORDS[start:end], start))
        batch = Parser().parse(batch_of(text.encode()))
        table.add(batch)
        templates = of_all.templates(table)
        index = templates.index_of(batch.signature).tolist()
        values = [
            templates.parameters(line.encode(), int(s))
            for line, s in zip(text.splitlines(), batch.signature, strict=True)
        ]
        filled = [fill(templates.text[i], [v.decode() for v in some]) for i, some in zip(index, values, strict=True)]

        assert [line.split() for line in filled] == [line.split() for line in text.splitlines()]
    assert mined == [10, 2100, 1, 3200]
