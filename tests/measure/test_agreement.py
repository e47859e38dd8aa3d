"""Agreement: the field's figures, worked out by hand."""

import pytest

from tests.measure.agreement import f1_of_groups, f1_of_templates, grouping_accuracy, normal, parsing_accuracy

LABELS = ["a", "a", "a", "b", "b", "c", "d", "d"]
SPLIT = [1, 1, 2, 3, 3, 4, 4, 4]
"""``a`` in two groups, ``b`` right, ``c`` and ``d`` in one."""


def test_groups_count_if_they_are_whole_and_pure() -> None:
    """Only the two lines of b are grouped right: 2 of 8 lines; 1 of 4 groups, 1 of 4 labels."""
    assert grouping_accuracy(SPLIT, LABELS) == 2 / 8
    assert f1_of_groups(SPLIT, LABELS) == 1 / 4


def test_names_of_groups_do_not_matter() -> None:
    """The labels themselves under other names are all right."""
    assert (grouping_accuracy("xxxyyzww", LABELS), f1_of_groups("xxxyyzww", LABELS)) == (1, 1)


def test_texts_count_if_they_are_the_label() -> None:
    """Of the lines 5 of 8; of the texts a and b, since c stands on a line of d too: 2 of 4, and 2 of 4 labels."""
    texts = ["a", "a", "x", "b", "b", "c", "c", "x"]
    assert parsing_accuracy(texts, LABELS) == 5 / 8
    assert f1_of_templates(["a", "a", "a", "b", "b", "c", "c", "x"], LABELS) == 4 / 8
    assert f1_of_templates(LABELS, LABELS) == 1


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("  read   <*>  bytes ", "read <*> bytes"),
        ("id=blk_<*> of 12, x1", "id=<*> of <*>, x1"),
        ("at <*>:<*> and <*>.<*>.<*>/<*>@<*>#<*>", "at <*> and <*>"),
        ("from /a/b/<*> to dir/<*>", "from <*> to dir/<*>"),
        ("user Root is null, TRUE", "user <*> is <*>, <*>"),
        ("issue #<*># of '<*>' and \"<*>\" now", "issue <*> of <*> and <*> now"),
        ("<*> <*>", "<*> <*>"),
    ],
)
def test_templates_are_compared_in_one_form(template: str, expected: str) -> None:
    """White space, values glued to words, joined values, paths, booleans and the like."""
    assert normal(template) == expected
