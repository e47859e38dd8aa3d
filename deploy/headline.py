"""What an incident is called: one sentence that names the worst of what is new, and counts the other members."""

from collections import Counter
from collections.abc import Sequence

from logburl.detect.detector import Anomaly
from logburl.detect.incident import CORE, cells_of
from logburl.detect.observed import Observed
from logburl.detect.windows import ERROR
from logburl.ingest.templates import Templates, fill
from logburl.ingest.values.slots import TYPES

CHARACTERS = 160
SURE = 20.0  # nats: what is more surprising is no more certain, but more frequent
TRACEBACK = "Traceback ("  # of Python: what went wrong stands at its end


def leading(members: Sequence[Anomaly], observed: Observed) -> Anomaly:
    """Return the member that an incident is called after.

    Of what is new, and beyond doubt or about as surprising as the strongest of it, the most severe; of equally severe
    ones the first to come, as a cause comes before what it brings about. Where nothing is new, the strongest.
    """
    new = [one for one in members if one.expected == 0]
    enough = min(CORE * max((one.surprise for one in new), default=0.0), SURE)
    called = [one for one in new if one.surprise >= enough]
    return min(called, key=lambda one: (-_severity(one, observed), *_begin(one, observed))) if called else members[0]


def _severity(one: Anomaly, observed: Observed) -> int:
    """Return the highest severity number in a member; where none is told, a trace is an error's."""
    told = int(observed.cells.severity[cells_of(one, observed)].max(initial=0))
    return told or ERROR * int(observed.traced[one.template])


def _begin(one: Anomaly, observed: Observed) -> tuple[int, int]:
    row = cells_of(one, observed)[0]
    return int(observed.cells.first_ns[row]), int(observed.cells.first_position[row])


def first_line(template: str, message: str, parameters: Sequence[str], names: tuple[str, ...] = TYPES) -> str:
    r"""Return the part of a template that is the first line of its messages; all of it where that says nothing.

    >>> first_line("order <num> lost java.io.IOException: gone", "order 7 lost\njava.io.IOException: gone", ["7"])
    'order <num> lost'
    """
    first = message.partition("\n")[0]
    if first == message or first.startswith(TRACEBACK):
        return template
    words, wanted = template.split(), "".join(first.split())
    parts = (" ".join(words[: i + 1]) for i in range(len(words)))
    return next((part for part in parts if "".join(fill(part, parameters, names).split()) == wanted), template)


def called(one: Anomaly, observed: Observed, templates: Templates, samples: dict[int, bytes]) -> str:
    """Return what the template of a member says, without the trace of an exception that messages go on with."""
    template, rows = templates.all[one.template], observed.rows_of(one.template)
    signature = int(observed.cells.signature[rows[0]])
    if not observed.traced[one.template] or signature not in samples:
        return template.text
    message = samples[signature]
    values = [value.decode("utf-8", "backslashreplace") for value in templates.parameters(message, signature)]
    return first_line(template.text, message.decode("utf-8", "backslashreplace"), values, template.names)


def sentence(named: Anomaly, text: str, members: Sequence[Anomaly]) -> str:
    """Say in one line what happened: what one member says, and how many others do what.

    >>> one = Anomaly("novelty", 3, 5, 0, -1, 20.0, 258, 0.0, "never seen before")
    >>> sentence(one, "connection to <ip> refused", [one])
    'New: connection to <ip> refused, 258 times'
    """
    text = " ".join(text.split())
    said = f"{way(named).capitalize()}: {text if len(text) <= CHARACTERS else text[: CHARACTERS - 1] + '…'}, "
    said += named.reason if named.expected else f"{named.count:,} time{'s' * (named.count != 1)}"
    others = Counter(way(one) for one in members if one is not named)
    told = [f"{count} more {way}" for way, count in others.items()]
    return f"{said}; {', '.join(told)}" if told else said


def way(one: Anomaly) -> str:
    """Return in which way a member is unlike itself."""
    if one.expected == 0:
        return "new"
    if one.count > one.expected:
        return "too often"
    return "too rare" if one.count else "silent"


def direction(one: Anomaly) -> int:
    """Return 0 for what is new, 1 for what comes too often, -1 for what comes too rarely or not at all."""
    return 0 if one.expected == 0 else 1 if one.count > one.expected else -1
