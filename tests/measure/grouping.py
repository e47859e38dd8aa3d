"""Grouping of lines into templates on ten labelled systems, beside Drain3 in the same run.

Tools are given the message column (``tests.measure.raw``: whole lines). No tool has a rule or a setting for any system.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from logburl.ingest.backend import kernel
from logburl.ingest.mining.pieces import packed
from logburl.ingest.templates import mine, render
from tests.bench import drain
from tests.measure.agreement import f1_of_groups, f1_of_templates, grouping_accuracy, normal, parsing_accuracy
from tests.measure.labelled import corpora
from tests.measure.readme import table

FIGURES = ("GA", "FGA", "PA", "FTA")
SAID = """
GA: share of lines in exactly the right group (Zhu et al., 2019); FGA: F1 of groups; PA: share of lines whose template
text is right; FTA: F1 of template texts (Khan et al., 2022; Jiang et al., 2024). Message column and corrected labels of
[LogHub](https://github.com/logpai/loghub)'s samples, 2,000 lines a system. Drain3 with its defaults, and with the masks
of its own example. These ten were looked at when logburl's rules were chosen, so expect a little less of others.
"""
_MASK = re.compile(r"<[A-Z]+>")


class Grouping(NamedTuple):
    """What a tool makes of messages: a group number and a template text for each, with ``<*>`` for values."""

    groups: Sequence[int]
    texts: Sequence[str]


def by_logburl(messages: Sequence[str]) -> Grouping:
    """Return what logburl makes of messages."""
    lines = [message.encode() for message in messages]
    return mined(kernel().signatures(*packed(lines)), lines)


def mined(signature: NDArray[np.uint64], lines: Sequence[bytes]) -> Grouping:
    """Return messages of some signatures by the templates that are mined of them."""
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
