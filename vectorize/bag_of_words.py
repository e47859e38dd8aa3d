"""Bag of words: how often each word and each kind of placeholder stands in a template."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from logburl.vectorize import recipe
from logburl.vectorize.transformer import Transformer
from logburl.vectorize.vectorizer import Snapshot
from logburl.vectorize.words import as_texts, count, tokens, vocabulary_of

VERSION = 1


class BagOfWords(Transformer):
    """Counts tokens, or short runs of them, of template texts (see ``logburl.vectorize.words``).

    Args:
        ngrams: Shortest and longest run of tokens that is counted.
        binary: Whether to say only that a token is there (1), not how often.

    Example:
        >>> bag = BagOfWords().fit(["disk <path> full", "disk <path> removed"])
        >>> bag.get_feature_names_out().tolist()
        ['<path>', 'disk', 'full', 'removed']
        >>> bag.transform(["disk <path> full, disk removed"]).toarray()
        array([[1., 2., 1., 1.]], dtype=float32)
    """

    def __init__(self, ngrams: tuple[int, int] = (1, 1), binary: bool = False) -> None:
        self.ngrams = ngrams
        self.binary = binary

    def fit(self, rows: Sequence[str], y: None = None) -> Self:
        """Learn the vocabulary of ``n`` texts."""
        self.vocabulary_ = vocabulary_of(map(self._counter().build_analyzer(), as_texts(rows)))
        return self

    def transform(self, rows: Sequence[str]) -> csr_matrix:
        """Return (n, d) float32 counts."""
        self.must_be_fitted("vocabulary_")
        texts = as_texts(rows)
        if not self.vocabulary_ or not texts:
            return count(map(tokens, texts), self.vocabulary_)
        return csr_matrix(self._counter(vocabulary=self.vocabulary_).transform(texts))

    def _counter(self, **options: Any) -> Any:
        how = {"tokenizer": tokens, "token_pattern": None, "lowercase": False}
        return CountVectorizer(ngram_range=self.ngrams, binary=self.binary, dtype=np.float32, **how, **options)

    def get_feature_names_out(self, input_features: None = None) -> NDArray[np.object_]:
        """Return the (d,) tokens that are counted."""
        self.must_be_fitted("vocabulary_")
        return np.array(self.vocabulary_, dtype=object)

    @property
    def fingerprint(self) -> str:
        """Hash of the recipe and the vocabulary."""
        return recipe.fingerprint(self.snapshot())

    def snapshot(self) -> Snapshot:
        """Return recipe and vocabulary."""
        values = {"recipe": recipe.recipe("bag_of_words", VERSION, self.get_params())}
        return Snapshot(values | {"vocabulary": getattr(self, "vocabulary_", None)})

    @classmethod
    def restore(cls, snapshot: Snapshot) -> Self:
        """Return the vectorizer that the snapshot was taken of."""
        found = cls(**recipe.parameters_of(snapshot, "bag_of_words", VERSION))
        if snapshot.values["vocabulary"] is not None:
            found.vocabulary_ = list(snapshot.values["vocabulary"])
        return found
