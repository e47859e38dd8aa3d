"""Templates as tokens, held against scikit-learn and against what templates escape."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

import logburl.vectorize
from logburl.ingest.templates import render
from logburl.vectorize import BagOfWords, TfIdf
from logburl.vectorize.words import as_texts, count, tokens, vocabulary_of

TEXTS = [
    "Received block <*> of size <num> from <ip>",
    "received Block <*> of size <num> from <host>, block deleted",
    "connection refused: connect",
    "connection reset",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("--- *** ---", []),
        ("a_b C-d", ["a", "b", "c", "d"]),
        ("<num> <NUM> <script>", ["<num>", "num", "script"]),
        (r"\<num> \\<num> \\\<num>", ["num", "<num>", "num"]),
        (r"C:\temp\<path>", ["c", "temp", "path"]),
        ("x\0y", ["x", "y"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    """Words in lower case, placeholders as they stand, escaped literals as words."""
    assert tokens(text) == expected


@given(st.lists(st.sampled_from([None, b"<num>", b"\\", b"word", b" ", b"<", b">"]), max_size=12))
def test_placeholders_are_those_of_the_template(items: list[bytes | None]) -> None:
    """However literals look, as many placeholders are found as the template has slots."""
    text = render(items, ("num",) * items.count(None))
    assert tokens(text).count("<num>") == items.count(None)


def test_counts_are_scikit_learns() -> None:
    """Words and characters are counted as CountVectorizer counts them."""
    theirs = CountVectorizer(tokenizer=tokens, token_pattern=None, lowercase=False)
    expected = theirs.fit_transform(TEXTS).toarray()
    vocabulary = vocabulary_of(map(tokens, TEXTS))
    assert vocabulary == theirs.get_feature_names_out().tolist()
    np.testing.assert_array_equal(count(map(tokens, TEXTS), vocabulary).toarray(), expected)


def words_without_placeholders(text: str) -> str:
    return " ".join(token for token in tokens(text) if not token.startswith("<"))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_tfidf_is_scikit_learns(share: float) -> None:
    """With words alone, or characters alone, the weights are those of TfidfVectorizer."""
    if share:
        theirs = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 3), preprocessor=words_without_placeholders, sublinear_tf=True
        )
    else:
        theirs = TfidfVectorizer(tokenizer=tokens, token_pattern=None, lowercase=False, sublinear_tf=True)
    expected = theirs.fit_transform(TEXTS).toarray()
    ours = TfIdf(character_share=share).fit(TEXTS)
    found = ours.transform(TEXTS).toarray()
    part = slice(len(ours.words_), None) if share else slice(0, len(ours.words_))
    np.testing.assert_allclose(found[:, part], expected, atol=1e-6)


def test_tfidf_rows_have_length_one() -> None:
    """Texts with words have length 1, also those that only have a placeholder; texts without have length 0."""
    rows = TfIdf().fit_transform([*TEXTS, "<*>", "", "---"])
    np.testing.assert_allclose(np.sqrt(rows.multiply(rows).sum(axis=1)).ravel(), [[1.0] * 5 + [0.0] * 2], atol=1e-6)


def test_kin_is_near() -> None:
    """A template whose words are inflected is nearer than one that shares nothing but a placeholder."""
    rows = TfIdf().fit_transform(["connections to <ip> closing", "disk <ip> full", "connection to <ip> closed"])
    near = (rows @ rows[2].T).toarray().ravel()
    assert near[0] > 2 * near[1]


def test_a_megabyte_is_a_text() -> None:
    """Long texts, of one word or of many, are vectors too."""
    texts = ["x" * (1 << 20), "word " * (1 << 18), "\\" * (1 << 20) + "<num>"]
    assert TfIdf().fit_transform(texts).shape[0] == 3
    assert BagOfWords(ngrams=(1, 2)).fit_transform(texts).sum() == 1 + 2 * (1 << 18) - 1 + 1


def test_rows_of_any_kind() -> None:
    """Lists, tuples, Series and bytes are texts; one text alone is a mistake."""
    assert as_texts(pd.Series(TEXTS)) == as_texts(tuple(TEXTS)) == as_texts([text.encode() for text in TEXTS])
    with pytest.raises(TypeError, match="got one str"):
        TfIdf().fit("one text")


def test_names_are_there() -> None:
    """The room gives its classes by name, and says so; anything else is an AttributeError."""
    assert logburl.vectorize.TfIdf is TfIdf
    assert set(logburl.vectorize.__all__) <= set(dir(logburl.vectorize))
    with pytest.raises(AttributeError, match="Word2Vec"):
        logburl.vectorize.Word2Vec  # noqa: B018 (the access is what is tested)


def test_a_scan_does_not_wait_for_scikit_learn() -> None:
    """TfIdf, which every scan uses, imports neither scikit-learn nor pandas."""
    code = "import sys, logburl.vectorize as v; v.TfIdf().fit(['a']); print({'sklearn', 'pandas'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
