"""How the zoo is read: samples of many formats in which is marked by hand what the header says."""

from collections import Counter

from tests.ingest.marked import FIELDS, samples
from tests.ingest.marked import judged as judge

SAID = """
{samples} samples of formats, {lines} lines; {printed} of them printed by the programs themselves, the others composed
after their manuals. Marks, set without logburl's help, tell where the message stands and what the header says. The
format chosen is the right one for {formats} of {samples}; right are the message of {message} % of the lines, the time
of {time} %, the severity of {severity} %, the service of {service} %. The samples were looked at when the formats were
written. Messages are wrong in: {wrong}.
"""


def report() -> str:
    """Return a paragraph."""
    judged = [(truth, judge(truth)) for truth in samples()]
    right = sum((one.right for _, one in judged), Counter[str]())
    lines = sum(one.lines for _, one in judged)
    return SAID.format(
        samples=len(judged),
        lines=lines,
        printed=sum("Printed by" in truth.about for truth, _ in judged),
        formats=sum(one.format == truth.format for truth, one in judged),
        wrong=", ".join(truth.name for truth, one in judged if one.right["message"] < one.lines) or "none",
        **{field: f"{100 * right[field] / lines:.1f}" for field in FIELDS},
    )
