"""Problems of a source that has no end are told, however many come."""

from logburl.ingest.problems import MOST, Problems


def test_that_there_are_more_is_told_last() -> None:
    """Behind the first ones it is told how many came, ever more rarely; nothing that was told changes."""
    problems = Problems()
    for i in range(10 * MOST):
        problems.add(f"{i}: not read")
    before = list(problems.told)
    problems.add("one more")

    assert [*map("{}: not read".format, range(MOST))] == problems.told[:MOST]
    assert [problem.split(":")[0] for problem in before[MOST:]] == ["more than 1,000 problems came"]
    assert [problem.split(":")[0] for problem in problems.told[MOST:]] == [
        "more than 1,000 problems came",
        "more than 10,000 problems came",
    ]


def test_a_problem_is_told_once() -> None:
    """Though it comes again and again."""
    problems = Problems()
    for _ in range(2 * MOST):
        problems.add("a: not read")
    assert problems.told == ["a: not read"]
