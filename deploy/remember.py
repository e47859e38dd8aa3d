"""What a scan learned, as the step that a store commits: counts of this scan alone, templates as they now stand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from logburl.deploy.kept import pack
from logburl.deploy.result import Incident
from logburl.ingest.errors import ConfigError
from logburl.ingest.masks import NO_MASKS, Masks
from logburl.ingest.signatures import NEVER, Seen
from logburl.ingest.templates import Templates
from logburl.search.store import Lineage, State, Store, StoredIncident, Template

MASKS = "masks"


def templates_to_keep(templates: Templates, seen: Iterable[Seen]) -> list[Template]:
    """Return templates with the times of their first and last entries, over all that was ever seen."""
    first, last = np.full(len(templates), NEVER), np.full(len(templates), -NEVER)
    for one in seen:
        index = templates.index_of(one.signature)
        np.minimum.at(first, index, one.first_ns)
        np.maximum.at(last, index, one.last_ns)
    return [Template(t.id, t.text, t.signatures, int(first[i]), int(last[i])) for i, t in enumerate(templates.all)]


def masks_to_keep(masks: Masks) -> State:
    """Return the masks that the signatures of a store were made with."""
    return State(MASKS, 1, {"version": masks.version, "masks": dict(masks.all)})


def must_have_masks(store: Store, masks: Masks) -> None:
    """Refuse a store whose signatures were made with other masks: its counts could not be added to.

    Raises:
        ConfigError: Says which masks it was made with, and what to do.
    """
    had = (store.state(MASKS) or masks_to_keep(NO_MASKS)).values
    if had["version"] != masks.version and len(store.signatures()):
        raise ConfigError(
            f"the store was made with {_named(had)}, this scan has {_named(masks_to_keep(masks).values)}, so their"
            " counts cannot be compared: give ingest.masks in the configuration as they were, or use another store"
        )


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
