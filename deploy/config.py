"""The configuration: what is read and how, what is looked for, where it is kept.

A part is named alone (``store: memory``) or with its constructor's arguments (``store: {local: {path: app.db}}``);
the arguments are checked against that constructor. `logburl.deploy.settings.reading` reads it from a file; options of
the command line win over that.

>>> Config().detect.budget
10
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from logburl.deploy.settings.fields import Check, Number, NumberOrNone, OneOf, Settings, Whole, setting, shown, told
from logburl.deploy.settings.part import DEFAULT_VECTORIZER, GivenPart, Part
from logburl.deploy.settings.run import Run
from logburl.ingest.errors import ConfigError
from logburl.ingest.masks import Mask, Masks
from logburl.ingest.secrets.rules import KINDS
from logburl.ingest.signatures import MAX_SIGNATURES
from logburl.ingest.streams.bounds import BOUNDS, Bounds
from logburl.ingest.times.zone import Zone, expected

if TYPE_CHECKING:  # what only a file says
    from logburl.deploy.settings.kafka import Kafka
    from logburl.deploy.settings.own import OwnFormats, OwnMasks
    from logburl.deploy.settings.source import Source

AUTO = "auto"
MOST_JOBS = 4

Kind = Annotated[str, OneOf(tuple(KINDS))]


def _known_zone(name: str) -> str:
    try:
        return Zone(name).name
    except ConfigError as error:
        raise ValueError(f"expected {expected(name)}, got {shown(name)}") from error


@dataclass(frozen=True, kw_only=True)
class Redact(Settings):
    """What is replaced by pseudonyms before anything else sees it."""

    kinds: tuple[Kind, ...] = setting(("secrets",), "secrets, personal, or kinds one by one; empty: nothing")
    key_file: Path | None = setting(
        None, "16 random bytes or more, for the same pseudonyms in every run; by default each has its own"
    )


def cores() -> int:
    """Return how many threads work ahead by default: as many as this process may use cores, at most ``MOST_JOBS``."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_JOBS)


@dataclass(frozen=True, kw_only=True)
class Unpack(Settings):
    """How much is unpacked of how little: beyond that, a file or an archive is dropped, and told."""

    max_ratio: Whole = setting(
        BOUNDS.max_ratio, "unpacked bytes for each packed one; a GiB is unpacked whatever the ratio is", gt=0
    )
    max_bytes: Whole = setting(BOUNDS.max_bytes, "unpacked bytes of a file", gt=0)
    max_members: Whole = setting(BOUNDS.max_members, "members of an archive", gt=0)

    @property
    def bounds(self) -> Bounds:
        """The same, as those who unpack take it."""
        return Bounds(self.max_ratio, self.max_bytes, self.max_members)


@dataclass(frozen=True, kw_only=True)
class Ingest(Settings):
    """How lines are read."""

    paths: tuple[str, ...] = setting((), "files, folders, globs, or - for standard input")
    format: str = setting(AUTO, "auto, or the name of one format")
    formats: "OwnFormats" = setting((), "formats of your own, tried before all others")
    masks: "OwnMasks" = setting((), "values of your own, found before any others")
    timezone: Annotated[str, Check(_known_zone)] = setting(
        "UTC", "zone of times that name none, by its name in the IANA database"
    )
    day_first: Literal["auto"] | bool = setting(
        "auto",
        "whether 03/04/2026 is the third of April; auto: as the stream shows, else the fourth of March",
    )
    fold: bool = setting(True, "fold stack traces and other continuation lines into one entry")
    redact: Redact = Redact()
    unpack: Unpack = Unpack()
    jobs: Whole = field(
        default_factory=cores,
        metadata=told(f"threads that work ahead; by default one a core, at most {MOST_JOBS}", gt=0, le=256),
    )
    max_signatures: Whole = setting(
        MAX_SIGNATURES, "how many different masked messages are kept; more are counted", gt=0
    )

    @property
    def is_day_first(self) -> bool | None:
        """The order of day and month, None where the stream tells."""
        return None if self.day_first == "auto" else self.day_first

    @property
    def own_masks(self) -> Masks:
        """The masks, as ingest takes them."""
        return Masks(tuple(Mask(one.name, one.regex) for one in self.masks))


@dataclass(frozen=True, kw_only=True)
class Detect(Settings):
    """What is looked for, and how much of it is shown."""

    budget: Whole = setting(10, "incidents shown by a scan; the others are counted", gt=0, le=1_000_000)
    window_s: NumberOrNone = setting(
        None, "width of a window in seconds; by default chosen from the log", ge=1e-9, le=1e9
    )
    detectors: tuple[GivenPart, ...] = setting(
        tuple(Part(name=name) for name in ("novelty", "rate", "silence")), "what looks for anomalies", min_length=1
    )
    vectorizer: GivenPart = Part(name=DEFAULT_VECTORIZER)


@dataclass(frozen=True, kw_only=True)
class Follow(Settings):
    """How a log without an end is judged (``--follow``)."""

    every_s: Number = setting(10.0, "seconds of new lines from one judgement to the next", gt=0, le=86400)
    quiet_s: Number = setting(300.0, "seconds without more of it after which an incident is over", gt=0, le=86400)


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    """The whole configuration."""

    source: "Source | None" = setting(None, "what a daemon reads; by default the paths of ingest")
    ingest: Ingest = Ingest()
    detect: Detect = Detect()
    follow: Follow = Follow()
    run: Run = Run()
    store: GivenPart | None = setting(None, "where what was learned is kept")

    @property
    def kafka(self) -> "Kafka | None":
        """The topics that a daemon reads, None if it reads anything else."""
        return self.source.kafka if self.source else None
