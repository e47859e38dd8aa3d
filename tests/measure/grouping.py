"""Grouping of lines into templates on ten labelled systems, beside Drain3 in the same run.

Each system's sample of 2,000 lines is that of LogHub (Zhu et al., ISSRE 2023), with the labels that Khan et al. (ICSE
2022) corrected; tools are given the message column. No tool has a rule or a setting for any system.
"""

import csv
import io
import re
import tarfile
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from logburl.ingest.backend import kernel
from logburl.ingest.pieces import packed
from logburl.ingest.templates import mine, render
from tests.bench import drain
from tests.measure.agreement import f1_of_groups, f1_of_templates, grouping_accuracy, normal, parsing_accuracy
from tests.measure.lines import DATA
from tests.measure.readme import table

ARCHIVE = DATA / "parsing" / "loghub_2k.tar.xz"
LABELLED = "_2k.log_structured_corrected.csv"
FIGURES = ("GA", "FGA", "PA", "FTA")
SAID = """
GA: share of lines in exactly the right group (Zhu et al., 2019); FGA: F1 of groups; PA: share of lines whose template
text is right; FTA: F1 of template texts (Khan et al., 2022; Jiang et al., 2024). Message column and corrected labels of
[LogHub](https://github.com/logpai/loghub)'s samples, 2,000 lines a system. Drain3 with its defaults, and with the masks
of its own example. These ten were looked at when logburl's rules were chosen, so expect a little less of others.
"""
_MASK = re.compile(r"<[A-Z]+>")


class Corpus(NamedTuple):
    """The messages of a system, and the template that each has by its label."""

    name: str
    messages: list[str]
    labels: list[str]


class Grouping(NamedTuple):
    """What a tool makes of messages: a group number and a template text for each, with ``<*>`` for values."""

    groups: Sequence[int]
    texts: Sequence[str]


def corpora() -> Iterator[Corpus]:
    """Yield the systems by name. The archive is read in place."""
    with tarfile.open(ARCHIVE) as archive:
        members = [member for member in archive if member.name.endswith(LABELLED)]
        for member in sorted(members, key=lambda member: member.name.lower()):
            file = archive.extractfile(member)
            if file is not None:
                rows = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline="")))
                name = member.name.rpartition("/")[2].removesuffix(LABELLED)
                yield Corpus(name, [row["Content"] for row in rows], [row["EventTemplate"] for row in rows])


def by_logburl(messages: Sequence[str]) -> Grouping:
    """Return what logburl makes of messages."""
    lines = [message.encode() for message in messages]
    signature = kernel().signatures(*packed(lines))
    templates = mine(dict(zip(reversed(signature.tolist()), reversed(lines), strict=True)))
    groups = templates.index_of(signature).tolist()
    texts = [render(template.items, ("*",) * len(template.types)) for template in templates.all]
    return Grouping(groups, [texts[group] for group in groups])


def by_drain(messages: Sequence[str], *, masks: bool) -> Grouping:
    """Return what Drain3 makes of messages, with the templates that it has in the end."""
    miner = drain.miner(masks=masks)
    groups = [miner.add_log_message(message)["cluster_id"] for message in messages]
    texts = {cluster.cluster_id: _MASK.sub("<*>", cluster.get_template()) for cluster in miner.drain.clusters}
    return Grouping(groups, [texts[group] for group in groups])


TOOLS: dict[str, Callable[[Sequence[str]], Grouping]] = {
    "logburl": by_logburl,
    "Drain3": lambda messages: by_drain(messages, masks=False),
    "Drain3 with masks": lambda messages: by_drain(messages, masks=True),
}


def figures(found: Grouping, labels: Sequence[str]) -> list[float]:
    """Return the four figures."""
    form = {text: normal(text) for text in {*found.texts, *labels}}
    texts, wanted = [form[text] for text in found.texts], [form[label] for label in labels]
    return [
        grouping_accuracy(found.groups, labels),
        f1_of_groups(found.groups, labels),
        parsing_accuracy(texts, wanted),
        f1_of_templates(texts, wanted),
    ]


def report() -> str:
    """Return the table, and what its columns are."""
    names, rows = [], []
    for corpus in corpora():
        names.append(corpus.name)
        rows.append([figure for tool in TOOLS.values() for figure in figures(tool(corpus.messages), corpus.labels)])
    head = ["", *(f"{tool}: {figure}" if figure == "GA" else figure for tool in TOOLS for figure in FIGURES)]
    cells = [[name, *(f"{figure:.3f}" for figure in row)] for name, row in zip(names, rows, strict=True)]
    means = ["**mean**", *(f"**{figure:.3f}**" for figure in np.mean(rows, axis=0))]
    return table(head, [*cells, means]) + SAID
