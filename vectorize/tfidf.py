"""TF-IDF over words and over characters inside words: near templates have near vectors.

Words tell what a template says; runs of characters see that ``connect`` and ``connection`` are kin. Placeholders count
as words but have no characters, else all templates with a number would resemble each other.

Choice: not scikit-learn's TfidfVectorizer, which every scan would wait 0.8 s for to be imported, and which cuts up each
word of each text anew; the tests hold this one against it.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from logburl.vectorize import recipe
from logburl.vectorize.transformer import Transformer
from logburl.vectorize.vectorizer import Snapshot
from logburl.vectorize.words import as_texts, character_runs, count, tokens, vocabulary_of

VERSION = 1


class TfIdf(Transformer):
    """Logarithmic term frequency times smoothed inverse document frequency; rows have length 1.

    A text without any known token is a row of zeros. Characters are cut up once per distinct word, not once per text,
    so a hundred thousand templates over a few thousand words cost little more than their words.

    Args:
        characters: Shortest and longest run of characters inside a word, with a blank at each of its ends.
        character_share: How much of the squared length of a row comes from characters, in [0, 1].

    Example:
        >>> rows = TfIdf().fit_transform(["connection to <ip> lost", "connections to <ip> closed", "disk full"])
        >>> (rows @ rows.T).toarray().round(1).tolist()[0]
        [1.0, 0.5, 0.0]

    Source:
        Salton and Buckley, Information Processing & Management 24 (1988), DOI 10.1016/0306-4573(88)90021-0.
    """

    def __init__(self, characters: tuple[int, int] = (3, 3), character_share: float = 0.5) -> None:
        self.characters = characters
        self.character_share = character_share

    def fit(self, rows: Sequence[str], y: None = None) -> Self:
        """Learn the words, the runs of characters, and in how many of ``n`` texts each occurs."""
        self._learn(_split(rows))
        return self

    def transform(self, rows: Sequence[str]) -> csr_matrix:
        """Return (n, d) float32, each row of length 1 or 0."""
        self.must_be_fitted("words_")
        return self._weigh(*self._counts(_split(rows)))

    def fit_transform(self, rows: Sequence[str], y: None = None) -> csr_matrix:
        """Learn from texts, and return their vectors; each is split and counted once."""
        return self._weigh(*self._learn(_split(rows)))

    def _learn(self, texts: Sequence[list[str]]) -> tuple[csr_matrix, csr_matrix]:
        """Learn from texts as tokens, and return their counts."""
        self.words_ = vocabulary_of(texts)
        self.runs_ = vocabulary_of(map(self._runs, self.words_))
        words, runs = self._counts(texts)
        self.word_weights_, self.run_weights_ = _weights(words), _weights(runs)
        return words, runs

    def _weigh(self, words: csr_matrix, runs: csr_matrix) -> csr_matrix:
        share = np.float32(self.character_share)
        left, right = _unit(_weighted(words, self.word_weights_)), _unit(_weighted(runs, self.run_weights_))
        left.data *= np.sqrt(1 - share)
        right.data *= np.sqrt(share)
        both = csr_matrix(hstack([left, right], format="csr", dtype=np.float32))
        both.eliminate_zeros()
        return _unit(both)

    def _counts(self, texts: Sequence[list[str]]) -> tuple[csr_matrix, csr_matrix]:
        """Count words, and runs as words per text times runs per word; words not seen in ``fit`` have runs too."""
        words = vocabulary_of(texts)
        per_text = count(texts, words)
        runs = csr_matrix(per_text @ count(map(self._runs, words), self.runs_))
        runs.sort_indices()  # sums run in the order of columns, whatever rows stand beside
        return (per_text if words == self.words_ else count(texts, self.words_)), runs

    def _runs(self, word: str) -> list[str]:
        return character_runs(word, *self.characters)

    def get_feature_names_out(self, input_features: None = None) -> NDArray[np.object_]:
        """Return (d,) names: ``word:…``, then ``characters:…``."""
        self.must_be_fitted("words_")
        names = [f"word:{word}" for word in self.words_] + [f"characters:{run}" for run in self.runs_]
        return np.array(names, dtype=object)

    @property
    def fingerprint(self) -> str:
        """Hash of the recipe, the vocabularies and the weights."""
        return recipe.fingerprint(self.snapshot())

    def snapshot(self) -> Snapshot:
        """Return recipe, vocabularies and weights."""
        values: dict[str, Any] = {"recipe": recipe.recipe("tfidf", VERSION, self.get_params())}
        if not hasattr(self, "words_"):
            return Snapshot(values)
        weights = {"word_weights": self.word_weights_, "run_weights": self.run_weights_}
        return Snapshot(values | {"words": self.words_, "runs": self.runs_}, weights)

    @classmethod
    def restore(cls, snapshot: Snapshot) -> Self:
        """Return the vectorizer that the snapshot was taken of."""
        found = cls(**recipe.parameters_of(snapshot, "tfidf", VERSION))
        if "words" in snapshot.values:
            found.words_, found.runs_ = list(snapshot.values["words"]), list(snapshot.values["runs"])
            found.word_weights_ = np.asarray(snapshot.arrays["word_weights"], np.float32)
            found.run_weights_ = np.asarray(snapshot.arrays["run_weights"], np.float32)
        return found


def _split(rows: Sequence[str]) -> list[list[str]]:
    return [tokens(text) for text in as_texts(rows)]


def _weights(counts: csr_matrix) -> NDArray[np.float32]:
    """Return (d,) float32: ``ln((1 + n) / (1 + texts with it)) + 1``."""
    n, d = counts.shape
    weights: NDArray[np.float32] = np.log((1 + n) / (1 + np.bincount(counts.indices, minlength=d))) + 1
    return weights.astype(np.float32)


def _weighted(counts: csr_matrix, weights: NDArray[np.float32]) -> csr_matrix:
    counts.data = (1 + np.log(counts.data)) * weights[counts.indices]
    return counts


def _unit(rows: csr_matrix) -> csr_matrix:
    """Make the rows' lengths 1 in place: of 100,000 long texts each copy would take a hundred megabytes."""
    squares = csr_matrix((rows.data * rows.data, rows.indices, rows.indptr), rows.shape)
    length = np.sqrt(np.asarray(squares.sum(axis=1)).ravel())
    scale = np.divide(1, length, out=np.zeros_like(length), where=length > 0)
    rows.data *= np.repeat(scale, np.diff(rows.indptr))
    return rows
