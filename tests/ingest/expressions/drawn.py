"""Regular expressions that the tests make up, of what lies at the borders of the rules."""

from hypothesis import strategies as st

_LEAVES = ("a", "b", ".", "[ab]", "[^a]", r"\b", r"\B", "$", "^", r"\w", r"\s", "-", r"\d", "E")
_COUNTS = [count + lazy for count in ("*", "+", "?", "{1,2}", "{2}", "{0,2}", "{1,}") for lazy in ("", "?")]

expressions = st.recursive(
    st.sampled_from(_LEAVES),
    lambda inner: (
        inner.map("(?P<x>{})".format)
        | st.builds("(?:{}){}".format, inner, st.sampled_from(_COUNTS))
        | st.builds("(?:{}|{})".format, inner, inner)
        | st.builds("{}{}".format, inner, inner)
    ),
    max_leaves=8,
)
"""Groups are all called ``x``."""
