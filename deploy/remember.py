"""What a scan learned, as the step that a store commits: counts of this scan alone, templates as they now stand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from logburl.deploy.config import Ingest
from logburl.deploy.kept import pack
from logburl.deploy.result import Incident
from logburl.ingest.errors import ConfigError
from logburl.ingest.masks import NO_MASKS, Masks
from logburl.ingest.signatures import NEVER, Seen
from logburl.ingest.templates import Templates
from logburl.search.store import Lineage, State, Store, StoredIncident, Template

MASKS = "masks"
READING = "reading"

Others = Mapping[str, tuple[Any, Any]]
"""Settings that were others: by name, what they were and what they are."""


def templates_to_keep(templates: Templates, seen: Iterable[Seen]) -> list[Template]:
    """Return templates with the times of their first and last entries, over all that was ever seen."""
    first, last = np.full(len(templates), NEVER), np.full(len(templates), -NEVER)
    for one in seen:
        index = templates.index_of(one.signature)
        np.minimum.at(first, index, one.first_ns)
        np.maximum.at(last, index, one.last_ns)
    return [Template(t.id, t.text, t.signatures, int(first[i]), int(last[i])) for i, t in enumerate(templates.all)]


def recipe_to_keep(ingest: Ingest) -> list[State]:
    """Return what the counts of a store depend on: the masks of its signatures, and how lines were read."""
    return [_masks_of(ingest.own_masks), _reading_of(ingest)]


def must_be_made_alike(store: Store, ingest: Ingest) -> list[str]:
    """Refuse a store made with other masks, or of lines split otherwise; return what is to be said of its times.

    Raises:
        ConfigError: Says how it was made, and what to do.
    """
    masks, (ids, times) = _other_masks(store, ingest), _other_reading(store, ingest)
    if not (masks or ids or times) or not len(store.signatures()):
        return []
    if masks:
        raise ConfigError(
            f"the store was made with {masks}, so their counts cannot be compared: give ingest.masks in the"
            " configuration as they were, or use another store"
        )
    if ids:
        raise ConfigError(
            f"the store was made with {_settings(ids)}, so the same lines have other templates now: give the settings"
            " as they were, or use another store"
        )
    return [f"the store was made with {_settings(times)}: times that leave it open do not compare with those stored"]


def _other_masks(store: Store, ingest: Ingest) -> str:
    had, now = (state.values for state in (store.state(MASKS) or _masks_of(NO_MASKS), _masks_of(ingest.own_masks)))
    return f"{_named(had)}, this scan has {_named(now)}" if had["version"] != now["version"] else ""


def _other_reading(store: Store, ingest: Ingest) -> tuple[Others, Others]:
    """Return which settings were others: those that signatures depend on, and those that times do."""
    now = _reading_of(ingest)
    had = store.state(READING) or now
    ids, times = (_others(had.values[part], now.values[part]) for part in ("ids", "times"))
    return ids, times


def _masks_of(masks: Masks) -> State:
    return State(MASKS, 1, {"version": masks.version, "masks": dict(masks.all)})


def _reading_of(ingest: Ingest) -> State:
    """Return what the signatures of lines depend on, and what their times do."""
    own = [[one.name, list(one.patterns), list(one.regex)] for one in ingest.formats]
    ids = {"format": ingest.format, "formats": own, "fold": ingest.fold}
    return State(READING, 1, {"ids": ids, "times": {"timezone": ingest.timezone, "day_first": ingest.day_first}})


def _others(had: Mapping[str, Any], now: Mapping[str, Any]) -> Others:
    return {name: (had[name], value) for name, value in now.items() if name in had and had[name] != value}


def _settings(others: Others) -> str:
    """Say what settings were and are; formats by their names.

    >>> _settings({"fold": (True, False), "formats": ([["shop", ["{message}"], []]], [])})
    'ingest.fold true, not false, and ingest.formats [shop], not []'
    """

    def shown(value: Any) -> str:
        if isinstance(value, list):
            return f"[{', '.join(str(one[0]) for one in value)}]"
        return str(value).lower() if isinstance(value, bool) else str(value)

    told = (f"ingest.{name} {shown(had)}, not {shown(now)}" for name, (had, now) in others.items())
    return ", and ".join(told)


def _named(values: Mapping[str, Any]) -> str:
    own = ", ".join(f"{name}: {regex}" for name, regex in values["masks"].items())
    return f"{f'the masks {own}' if own else 'no masks'} (version {values['version']})"


def lineage(before: Sequence[Template], now: Sequence[Template], at_ns: int) -> list[Lineage]:
    """Return what became of templates that are no longer current: merged into one, or split over several."""
    owner = {signature: template.id for template in now for signature in template.signatures}
    current = {template.id for template in now}
    found = []
    for old in before:
        if old.id not in current:
            heirs = sorted({owner[signature] for signature in old.signatures if signature in owner})
            kind = "merged" if len(heirs) == 1 else "split"
            found += [Lineage(old.id, heir, kind, at_ns) for heir in heirs]
    return found


def incidents_to_keep(found: Sequence[tuple[Incident, str]], shown: int) -> list[StoredIncident]:
    """Return incidents in the order of their rank, each with its fingerprint, as a store keeps them."""
    return [
        StoredIncident(one.id, fingerprint, one.start_ns, one.end_ns, rank, rank <= shown, pack(one, one.timed))
        for rank, (one, fingerprint) in enumerate(found, 1)
    ]
