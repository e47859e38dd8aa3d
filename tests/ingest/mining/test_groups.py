"""Mining: groups of rows, and what they have become."""

from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.mining.groups import mined
from logburl.ingest.mining.pieces import rows_of
from tests.ingest.messages import messages, statements


@given(st.lists(messages | statements))
def test_each_row_is_in_one_group(found: list[bytes]) -> None:
    """None is lost, none is in two."""
    groups = mined(rows_of(found))
    assert list(range(len(found))) == sorted(i for index, _ in groups for i in index)
    assert all(shapes for _, shapes in groups)


@given(st.lists(statements), st.permutations(range(8)))
def test_groups_are_a_function_of_the_set(found: list[bytes], order: list[int]) -> None:
    """Another order and repetition give the same groups."""
    rows = rows_of(found)
    again = [rows[i] for i in order if i < len(rows)] + rows

    def groups(of: list[tuple[bytes, ...]]) -> set[tuple[frozenset[object], frozenset[object]]]:
        return {(frozenset(of[i] for i in index), frozenset(shapes)) for index, shapes in mined(of)}

    assert groups(rows) == groups(again)


def test_words_vary_and_values_differ_in_shape_at_once() -> None:
    """What varies is found first, then what stands beside it in another form."""
    found = [
        f"lease of {name} for host {host} renewed"
        for name in ("ann", "bob", "cy")
        for host in ("10.0.0.1", "gate:7", "top(5)")
    ]
    ((index, shapes),) = mined(rows_of([message.encode() for message in found]))
    assert (len(index), len(shapes)) == (9, 1)
