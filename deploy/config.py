"""The configuration: a YAML file read once into frozen models, every mistake reported at once with its path.

A part is named alone (``store: memory``) or with its constructor's arguments (``store: {local: {path: app.db}}``);
the arguments are checked against that constructor. Options of the command line win over the file.

>>> read_config({"detect": {"budget": 3}}).detect.budget
3
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PositiveInt, ValidationError
from pydantic_core import PydanticCustomError

from logburl.deploy.settings import document
from logburl.deploy.settings.kafka import Kafka
from logburl.deploy.settings.mistakes import lines
from logburl.deploy.settings.model import Model
from logburl.deploy.settings.own import OwnFormats, OwnMasks
from logburl.deploy.settings.part import DEFAULT_VECTORIZER, GivenPart, Part, check
from logburl.deploy.settings.run import Run, Source
from logburl.ingest.errors import ConfigError, Mistakes
from logburl.ingest.masks import Mask, Masks
from logburl.ingest.secrets.rules import KINDS
from logburl.ingest.signatures import MAX_SIGNATURES
from logburl.ingest.streams.bounds import BOUNDS, Bounds
from logburl.ingest.times.zone import Zone, expected

MOST_JOBS = 4


def _known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise PydanticCustomError("kind", "input should be one of {kinds}", {"kinds": ", ".join(KINDS)})
    return kind


Kind = Annotated[str, AfterValidator(_known_kind), Field(json_schema_extra={"enum": list(KINDS)})]


def _known_zone(name: str) -> str:
    try:
        return Zone(name).name
    except ConfigError as error:
        raise PydanticCustomError("timezone", "input should be {zone}", {"zone": expected(name)}) from error


class Redact(Model):
    """What is replaced by pseudonyms before anything else sees it."""

    kinds: tuple[Kind, ...] = Field(("secrets",), description="secrets, personal, or kinds one by one; empty: nothing")
    key_file: Path | None = Field(
        None, description="16 random bytes or more, for the same pseudonyms in every run; by default each has its own"
    )


def cores() -> int:
    """Return how many threads work ahead by default: as many as this process may use cores, at most ``MOST_JOBS``."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_JOBS)


class Unpack(Model):
    """How much is unpacked of how little: beyond that, a file or an archive is dropped, and told."""

    max_ratio: PositiveInt = Field(
        BOUNDS.max_ratio, description="unpacked bytes for each packed one; a GiB is unpacked whatever the ratio is"
    )
    max_bytes: PositiveInt = Field(BOUNDS.max_bytes, description="unpacked bytes of a file")
    max_members: PositiveInt = Field(BOUNDS.max_members, description="members of an archive")

    @property
    def bounds(self) -> Bounds:
        """The same, as those who unpack take it."""
        return Bounds(self.max_ratio, self.max_bytes, self.max_members)


class Ingest(Model):
    """How lines are read."""

    paths: tuple[str, ...] = Field((), description="files, folders, globs, or - for standard input")
    format: str = Field("auto", description="auto, or the name of one format")
    formats: OwnFormats = Field((), description="formats of your own, tried before all others")
    masks: OwnMasks = Field((), description="values of your own, found before any others")
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "UTC", description="zone of times that name none, by its name in the IANA database"
    )
    day_first: Literal["auto"] | bool = Field(
        "auto",
        description="whether 03/04/2026 is the third of April; auto: as the stream shows, else the fourth of March",
    )
    fold: bool = Field(True, description="fold stack traces and other continuation lines into one entry")
    redact: Redact = Redact()
    unpack: Unpack = Unpack()
    jobs: int = Field(
        default_factory=cores,
        gt=0,
        le=256,
        description=f"threads that work ahead; by default one a core, at most {MOST_JOBS}",
    )
    max_signatures: PositiveInt = Field(
        MAX_SIGNATURES, description="how many different masked messages are kept; more are counted"
    )

    @property
    def is_day_first(self) -> bool | None:
        """The order of day and month, None where the stream tells."""
        return None if self.day_first == "auto" else self.day_first

    @property
    def own_masks(self) -> Masks:
        """The masks, as ingest takes them."""
        return Masks(tuple(Mask(one.name, one.regex) for one in self.masks))


class Detect(Model):
    """What is looked for, and how much of it is shown."""

    budget: int = Field(10, gt=0, le=1_000_000, description="incidents shown by a scan; the others are counted")
    window_s: float | None = Field(
        None, ge=1e-9, le=1e9, description="width of a window in seconds; by default chosen from the log"
    )
    detectors: tuple[GivenPart, ...] = Field(
        tuple(Part(name=name) for name in ("novelty", "rate", "silence")), min_length=1
    )
    vectorizer: GivenPart = Part(name=DEFAULT_VECTORIZER)


class Follow(Model):
    """How a log without an end is judged (``--follow``)."""

    every_s: float = Field(10, gt=0, le=86400, description="seconds of new lines from one judgement to the next")
    quiet_s: float = Field(
        300, gt=0, le=86400, description="seconds without more of it after which an incident is over"
    )


class Config(Model):
    """The whole configuration."""

    source: Source | None = Field(None, description="what a daemon reads; by default the paths of ingest")
    ingest: Ingest = Ingest()
    detect: Detect = Detect()
    follow: Follow = Follow()
    run: Run = Run()
    store: GivenPart | None = Field(None, description="where what was learned is kept")

    @property
    def kafka(self) -> Kafka | None:
        """The topics that a daemon reads, None if it reads anything else."""
        return self.source.kafka if self.source else None


def load_config(path: Path) -> Config:
    """Read a YAML file.

    Raises:
        ConfigError: The file cannot be read, is no YAML, or says what cannot be; the message lists every mistake.
    """
    given = document.read(path)
    return read_config(given if given is not None else {}, str(path))


def read_config(given: Any, where: str = "configuration") -> Config:
    """Check plain data and return it as models.

    Raises:
        ConfigError: With one line for each mistake.
    """
    try:
        config = Config.model_validate(given)
        mistakes = list(_mistakes_in_parts(config))
    except ValidationError as error:
        mistakes = list(lines(error)) + list(_mistakes_in_given_parts(given))
    if mistakes:
        raise Mistakes("\n".join(f"{where}: {line}" for line in dict.fromkeys(mistakes)))
    return config


def _mistakes_in_parts(config: Config) -> Iterator[str]:
    names = [part.name for part in config.detect.detectors]
    for i, part in enumerate(config.detect.detectors):
        if part.name in names[:i]:
            yield f"detect.detectors.{i}: expected each detector once, got {part.name!r} again"
        yield from check("detector", f"detect.detectors.{i}", part)
    yield from check("vectorizer", "detect.vectorizer", config.detect.vectorizer)
    if config.store is not None:
        yield from check("store", "store", config.store)


def _mistakes_in_given_parts(given: Any) -> Iterator[str]:
    """Check the parts of a file that has other mistakes, so that all are told at once."""
    for section, name in (("detect", "detectors"), ("detect", "vectorizer"), ("store", None)):
        try:
            part = given[section] if name is None else {name: given[section][name]}
            yield from _mistakes_in_parts(Config.model_validate({section: part}))
        except (ValidationError, KeyError, TypeError):
            continue
