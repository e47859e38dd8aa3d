"""Incidents as a person is told them: what happened, the first line in its place, the closest normal one, services."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from logburl.deploy.config import Ingest
from logburl.deploy.evidence import (
    AFTER_BYTES,
    Surroundings,
    decode,
    exception_of,
    lines_of,
    look_up,
    name_of,
    shorten,
)
from logburl.deploy.headline import called, direction, leading, sentence
from logburl.deploy.inputs import parser_of
from logburl.deploy.judgement import Judgement
from logburl.deploy.normal import comparison
from logburl.deploy.redaction import shown_text
from logburl.deploy.reports.plain import plural, when
from logburl.deploy.result import Evidence, Incident, Member, Onset
from logburl.deploy.timeline import counts_of
from logburl.detect.calibrate import p_value
from logburl.detect.detector import Anomaly
from logburl.detect.incident import Incident as Found
from logburl.detect.incident import cells_of, onsets, told_of
from logburl.detect.observed import Observed
from logburl.ingest.batch import LogBatch
from logburl.ingest.dialects.dialect import UNKNOWN
from logburl.ingest.redact import Redactor
from logburl.ingest.sources.memory import batch_of
from logburl.search.store import Store

MEMBERS = 12
CONTEXT_LINES, ENTRY_LINES = 3, 12


@dataclass(frozen=True, slots=True)
class First:
    """The line that an incident begins with: its cell, and whether it is of the incident or the last one before it."""

    cell: int
    new: bool


class Teller:
    """Turns what was found into what is told.

    Args:
        judgement: What was found, and in what.
        config: How lines that are looked up were read.
        store: Knows what was seen before; None: nothing.
        redactor: Replaces in lines that are looked up what was replaced when they were read; None: nothing.
    """

    def __init__(
        self,
        judgement: Judgement,
        config: Ingest,
        store: Store | None,
        redactor: Redactor | None,
    ) -> None:
        if judgement.observed is None:
            raise ValueError("there is nothing to tell of")
        self.judgement = judgement
        self.observed: Observed = judgement.observed
        self.parser = parser_of(config)
        self.store = store
        self.redactor = redactor
        self.bounds = config.unpack.bounds
        self._sample = dict(zip(judgement.seen.signature.tolist(), judgement.seen.sample, strict=True))

    def tell(self, incidents: Sequence[Found]) -> list[tuple[Incident, str]]:
        """Return incidents in full, each with its fingerprint."""
        firsts = [self._first(found) for found in incidents]
        around = self._around([first.cell for first in firsts])
        return [self._incident(*one) for one in zip(incidents, firsts, around, strict=True)]

    def _first(self, found: Found) -> First:
        """Choose the first new line; else the first of what is too frequent; else the last before a silence."""
        new = [one for one in found.members if one.expected == 0]
        rises = [one for one in found.members if one.count > one.expected]
        rows = np.array([cells_of(one, self.observed)[0] for one in new or rises[:1]], np.int64)
        if len(rows):
            order = np.lexsort((self.observed.cells.first_position[rows], self.observed.cells.first_ns[rows]))
            return First(int(rows[order[0]]), bool(new))
        silent = found.members[0]
        before = self.observed.rows_of(silent.template)
        before = before[self.observed.window[before] < max(silent.start, 1)]
        return First(int(before[-1]) if len(before) else 0, new=False)

    def _around(self, cells: Sequence[int]) -> list[Surroundings | None]:
        streams, positions = self.observed.cells.stream[list(cells)], self.observed.cells.first_position[list(cells)]
        places = [
            (self.observed.cells.streams[s], p) for s, p in zip(streams.tolist(), positions.tolist(), strict=True)
        ]
        wanted: dict[str, list[int]] = defaultdict(list)
        for stream, position in places:
            wanted[stream].append(position)
        found = look_up(wanted, self.bounds)
        return [found[stream].get(position) for stream, position in places]

    def _incident(self, found: Found, first: First, around: Surroundings | None) -> tuple[Incident, str]:
        fingerprint = self._fingerprint(found.members[0])
        evidence, message = self._evidence(first.cell, around)
        start_ns = self._start_ns(found, first)
        named = leading(found.members, self.observed)
        text = called(named, self.observed, self.judgement.templates, self._sample)
        told = Incident(
            id=_hash(f"{fingerprint} {self.observed.cells.streams[self.observed.cells.stream[first.cell]]} {start_ns}"),
            sentence=sentence(named, text, found.members),
            start_ns=start_ns,
            end_ns=max(self.observed.end_ns(found.end), start_ns),
            severity=max(
                int(self.observed.cells.severity[cells_of(one, self.observed)].max(initial=0)) for one in found.members
            ),
            p_value=found.p_value,
            onsets=tuple(Onset(self._place(s), t) for s, t in onsets(found, self.observed, start_ns)),
            evidence=evidence,
            comparison=comparison(self.judgement, self.observed, self._sample, first.cell, message, found.start),
            counts=counts_of(self.observed.cells, self._drawn(found.members[:MEMBERS])),
            members=tuple(map(self._member, sorted(found.members, key=lambda one: one is not named)[:MEMBERS])),
            hidden_members=max(len(found.members) - MEMBERS, 0),
            seen=self._seen(fingerprint),
            timed=self.observed.cells.timed,
        )
        return told, fingerprint

    def _place(self, service: int) -> str:
        """Return the name of a service, or of the stream that stands for one, without the folder that all lie in."""
        cells = self.observed.cells
        if service >= 0:
            return cells.services[service]
        names = [re.split(r"(?<=[/!])", name_of(stream)) for stream in cells.streams]
        shared = next((i for i, parts in enumerate(zip(*names, strict=False)) if len(set(parts)) > 1), 0)
        return shown_text("".join(names[-2 - service][shared:]), self.redactor)

    def _drawn(self, members: Sequence[Anomaly]) -> NDArray[np.bool_]:
        """Return the cells of what goes the way of the strongest: what falls would hide what comes instead."""
        drawn = np.zeros(len(self.observed.cells), bool)
        for one in members:
            if direction(one) == direction(members[0]):
                rows = self.observed.rows_of(one.template)
                drawn[rows] |= told_of(one, self.observed, rows)
        return drawn

    def _fingerprint(self, strongest: Anomaly) -> str:
        """Incidents whose strongest member is the same template are the same kind of trouble, new by then or not."""
        way = "down" if strongest.count < strongest.expected else "up"
        way += f" {strongest.kind}" if strongest.kind >= 0 else ""
        return _hash(f"{int(self.judgement.templates.ids[strongest.template]):016x} {way}")

    def _start_ns(self, found: Found, first: First) -> int:
        window_ns = self.observed.begin_ns(found.start)
        return int(self.observed.cells.first_ns[first.cell]) if first.new else window_ns

    def _evidence(self, cell: int, around: Surroundings | None) -> tuple[Evidence, bytes]:
        """Return the line in its place, and its message."""
        cells = self.observed.cells
        stream, message = cells.streams[cells.stream[cell]], self._sample.get(int(cells.signature[cell]), b"")
        lines: tuple[str, ...] = (shorten(decode(message)),)
        before: tuple[str, ...] = ()
        after: tuple[str, ...] = ()
        entry = self._still_there(cell, around)
        if entry is not None:
            around, batch = entry
            message = batch.messages([0])[0]
            size = int(batch.lines[0])
            own, others = np.split(batch.raw.buffer, batch.raw.offset[size : size + 1])
            lines, after = lines_of(own.tobytes(), ENTRY_LINES), lines_of(others.tobytes(), CONTEXT_LINES)
            before = lines_of(around.before, CONTEXT_LINES, last=True)
        place = int(cells.first_line[cell]), int(cells.first_position[cell])
        name = shown_text(name_of(stream), self.redactor)
        header = max(lines[0].find(decode(message.split(b"\n")[0])), 0) if lines else 0
        text = "\n".join(lines)
        return Evidence(name, *place, text, before, after, exception_of(message), header), message

    def _still_there(self, cell: int, around: Surroundings | None) -> tuple[Surroundings, LogBatch] | None:
        """Return what stands around an entry, and the entries from it on; None if the file was replaced meanwhile."""
        if around is None:
            return None
        around = self._redacted(around)
        cells = self.observed.cells
        dialect = self.judgement.learned.dialects.get(cells.streams[cells.stream[cell]], UNKNOWN)
        batch = self.parser.parse(replace(batch_of(around.rest), dialect=dialect))
        is_whole = len(batch) > 1 or len(around.rest) < AFTER_BYTES
        same = int(batch.signature[0]) == int(cells.signature[cell])
        return (around, batch) if same or not is_whole else None

    def _redacted(self, around: Surroundings) -> Surroundings:
        if self.redactor is None:
            return around
        return Surroundings(*self.redactor.redact_texts([around.before, around.rest]))

    def _member(self, one: Anomaly) -> Member:
        return Member(
            detector=one.detector,
            template_id=f"{int(self.judgement.templates.ids[one.template]):016x}",
            template=self.judgement.templates.text[one.template],
            service=self.observed.cells.services[one.service] if one.service >= 0 else None,
            count=one.count,
            expected=one.expected,
            p_value=p_value(one.surprise, 1),
            reason=one.reason,
        )

    def _seen(self, fingerprint: str) -> str | None:
        if self.store is None:
            return None
        return seen_before(*self.store.seen(fingerprint), timed=self.observed.cells.timed)


def seen_before(times: int, first_ns: int, *, timed: bool) -> str | None:
    """Say how often the same kind of trouble was seen before, and when first; None: never."""
    return f"{plural(times, 'time')}, first at {when(first_ns, timed=timed)}" if times else None


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
