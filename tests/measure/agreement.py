"""How well a tool's grouping of lines, and the texts of its templates, agree with a corpus' labels.

The figures and their names are the field's: grouping accuracy (Zhu et al., ICSE-SEIP 2019, DOI
10.1109/ICSE-SEIP.2019.00021), its F1 over templates and the two of template texts, parsing accuracy and FTA (Khan et
al., ICSE 2022, DOI 10.1145/3510003.3510101; Jiang et al., ISSTA 2024, DOI 10.1145/3650212.3652123). Texts are compared
after both were brought into the form that Khan et al. set for labels (their section 3.2), as the field does.
"""

import re
from collections import Counter
from collections.abc import Hashable, Sequence

_DELIMITERS = r"\s,!;:=|\"'\[\](){}"
_AT_DELIMITERS = re.compile(rf"([{_DELIMITERS}])")
_AT_MORE_DELIMITERS = re.compile(rf"([{_DELIMITERS}.\-+@#$%&])")
_PATH = re.compile(r"(/[^/]+)+")
_VALUE = re.compile(r"\d+|true|false|null|root|admin", re.IGNORECASE)
_WITH_VALUE = re.compile(r"[^\s/]*<\*>[^\s/]*")
_JOINED = re.compile(r"<\*>(?:[.:#/@]?<\*>)+")
_WRAPPED = re.compile(r" (?:#<\*>#?|\"<\*>\"|'<\*>') ")


def grouping_accuracy(found: Sequence[Hashable], labels: Sequence[Hashable]) -> float:
    """Return the share of lines whose group holds the lines of its label, all of them and no other."""
    right = _agreeing(found, labels)
    return sum(label in right for label in labels) / len(labels)


def f1_of_groups(found: Sequence[Hashable], labels: Sequence[Hashable]) -> float:
    """Return the harmonic mean of the shares of groups and of labels that agree (FGA)."""
    return 2 * len(_agreeing(found, labels)) / (len(set(found)) + len(set(labels)))


def parsing_accuracy(texts: Sequence[str], labels: Sequence[str]) -> float:
    """Return the share of lines whose template text is their label."""
    return sum(text == label for text, label in zip(texts, labels, strict=True)) / len(labels)


def f1_of_templates(texts: Sequence[str], labels: Sequence[str]) -> float:
    """Return the same as ``f1_of_groups`` for template texts (FTA).

    A text is right that is the label of all lines that have it.
    """
    pairs = set(zip(texts, labels, strict=True))
    wrong = {text for text, label in pairs if text != label}
    right = {text for text, label in pairs if text == label} - wrong
    return 2 * len(right) / (len(set(texts)) + len(set(labels)))


def _agreeing(found: Sequence[Hashable], labels: Sequence[Hashable]) -> set[Hashable]:
    """Return the labels whose lines are all in one group, which has no other."""
    pairs = set(zip(found, labels, strict=True))
    groups = Counter(group for group, _ in pairs)
    names = Counter(label for _, label in pairs)
    return {label for group, label in pairs if groups[group] == names[label] == 1}


def normal(template: str) -> str:
    """Return a template in the form in which templates are compared.

    Example:
        >>> normal("Took  <*>.<*> s: blk_<*> at /var/log, enabled=TRUE")
        'Took <*> s: <*> at <*>, enabled=<*>'
    """
    text = re.sub(r"\s+", " ", template.strip())
    text = "".join("<*>" if _PATH.fullmatch(part) else part for part in _AT_DELIMITERS.split(text))
    text = "".join(_variable(part) for part in _AT_MORE_DELIMITERS.split(text))
    shorter = _shorter(text)
    while text != shorter:
        text, shorter = shorter, _shorter(shorter)
    return text


def _shorter(text: str) -> str:
    """Return a text with joined values as one, and without quotes around one."""
    return _WRAPPED.sub(" <*> ", _JOINED.sub("<*>", text))


def _variable(part: str) -> str:
    """Return a part as a value if it is one, or has one in it; a slash between two values is left to be joined."""
    is_value = _VALUE.fullmatch(part) or (_WITH_VALUE.fullmatch(part) and part != "<*>/<*>")
    return "<*>" if is_value else part
