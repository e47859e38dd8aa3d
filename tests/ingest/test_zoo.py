"""The zoo: samples of many formats are read as a person reads them."""

from collections import Counter
from statistics import median

import pytest

from tests.ingest.marked import FIELDS, Sample, is_right, judged, sample, samples
from tests.kernels import difference

HIGH = 0.8
ZOO = tuple(samples())
MARKED = """# An application. Composed.
# format: leveled
= 2026-01-02T03:04:05.5Z WARN shop
2026-01-02 03:04:05.5 WARN  shop: │stock is low
  by 3
= - - -
│bye
= 2026-01-02T03:04:06Z ERROR2 -
{"msg":"│a \\"b\\"│","time":"2026-01-02T03:04:06Z","level":"critical"}
"""


def test_a_marked_file_is_lines_and_what_is_true_of_them() -> None:
    """Without its bars it is the log; between them stands the message, unescaped in quotes."""
    read = sample("one", MARKED)

    assert read.log.decode().splitlines()[0] == "2026-01-02 03:04:05.5 WARN  shop: stock is low"
    assert [entry["message"] for entry in read.entries] == ["stock is low\n  by 3", "bye", 'a "b"']
    assert [(entry["line"], entry["lines"]) for entry in read.entries] == [(1, 2), (3, 1), (4, 1)]
    assert [entry["time"] for entry in read.entries] == [
        "2026-01-02T03:04:05.500000000Z",
        None,
        "2026-01-02T03:04:06.000000000Z",
    ]
    assert [(entry["severity"], entry["service"]) for entry in read.entries] == [(13, "shop"), (0, None), (18, None)]


def test_what_is_wrong_is_counted_by_line() -> None:
    """A wrong time is wrong on the two lines of its entry, a right one right on both."""
    wrong = judged(sample("one", MARKED.replace("= 2026-01-02T03:04:05.5Z", "= 2026-01-02T03:04:05.6Z")))

    assert judged(sample("one", MARKED)).right == dict.fromkeys(FIELDS, 4)
    assert wrong.right == {"message": 4, "time": 2, "severity": 4, "service": 4}


@pytest.mark.parametrize("truth", ZOO, ids=[truth.name for truth in ZOO])
def test_the_format_of_a_sample_is_the_right_one(truth: Sample) -> None:
    """Most lines of a sample are read by the format that a person would choose."""
    assert judged(truth).format == truth.format


def test_headers_are_split_as_a_person_splits_them() -> None:
    """On 98 of 100 lines: the message; and time, severity and service with it."""
    found = [judged(truth) for truth in ZOO]
    right = sum((one.right for one in found), Counter[str]())
    lines = sum(one.lines for one in found)

    assert len(ZOO) >= 60
    assert {field: right[field] / lines >= 0.98 for field in FIELDS} == dict.fromkeys(FIELDS, True)


def test_what_is_wrong_is_never_sure() -> None:
    """Where the format or the message of one line is wrong, the confidence is lower than that of most right samples."""
    found = [(truth, judged(truth)) for truth in ZOO]
    wrong = [one.confidence for truth, one in found if not is_right(truth, one)]
    right = [one.confidence for truth, one in found if is_right(truth, one)]

    assert max(wrong, default=0.0) < HIGH < median(right)


def test_both_kernels_read_the_zoo_alike() -> None:
    """All samples, one behind the other."""
    assert difference(b"".join(truth.log for truth in ZOO)) is None
