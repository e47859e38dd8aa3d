"""How the zoo is read: samples of many formats in which is marked by hand what the header says."""

from collections import Counter
from statistics import median

from tests.ingest.marked import FIELDS, is_right, samples
from tests.ingest.marked import judged as judge

SAID = """
{samples} samples of formats, {lines} lines; {printed} of them printed by the programs themselves, the others composed
after their manuals. Marks, set without logburl's help, tell where the message stands and what the header says. The
format chosen is the right one for {formats} of {samples}; right are the message of {message} % of the lines, the time
of {time} %, the severity of {severity} %, the service of {service} %. The samples were looked at when the formats were
written.

How sure logburl says it is, from 0 to 1: the median of samples whose format and messages are right is {median}, the
highest of the others {highest}. These are: {wrong}.
"""


def report() -> str:
    """Return a paragraph."""
    judged = [(truth, judge(truth)) for truth in samples()]
    right = sum((one.right for _, one in judged), Counter[str]())
    lines = sum(one.lines for _, one in judged)
    wrong = [(truth, one) for truth, one in judged if not is_right(truth, one)]
    return SAID.format(
        samples=len(judged),
        lines=lines,
        printed=sum("Printed by" in truth.about for truth, _ in judged),
        formats=sum(one.format == truth.format for truth, one in judged),
        median=f"{median(one.confidence for truth, one in judged if is_right(truth, one)):.2f}",
        highest=f"{max((one.confidence for _, one in wrong), default=0.0):.2f}",
        wrong=", ".join(truth.name for truth, _ in wrong) or "none",
        **{field: f"{100 * right[field] / lines:.1f}" for field in FIELDS},
    )
