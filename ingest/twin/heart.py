"""Words and slots of messages that may hold a stack trace: of a trace, those of its heart."""

from collections.abc import Sequence

import numpy as np

from logburl.ingest.twin.layout import Layout, laid_out
from logburl.ingest.twin.masks import Masks, tokens_between
from logburl.ingest.twin.token import Tokens, offset_of
from logburl.ingest.twin.trace import Kind, Part, parts


def tokens_of_heart(text: Layout, masks: Masks | None) -> Tokens:
    """Return the words and slots of messages; of a trace, those of its heart (``logburl.ingest.twin.trace``)."""
    spans = list(zip(text.start.tolist(), text.end.tolist(), strict=True))
    lines = [i for i, (start, end) in enumerate(spans) if text.text.find(b"\n", start, end) >= 0]
    traces = {i: found for i in lines if (found := parts(text.text[slice(*spans[i])]))}
    if not traces:
        return tokens_between(text, masks)
    whole = ([Part(Kind.PLAIN, 0, end - start)] for start, end in spans)
    found = [
        part._replace(start=start + part.start, end=start + part.end)
        for i, ((start, _), message) in enumerate(zip(spans, whole, strict=True))
        for part in traces.get(i, message)
    ]
    return _of_parts(text, found, masks)


def _of_parts(text: Layout, found: Sequence[Part], masks: Masks | None) -> Tokens:
    """Return the tokens of messages of which the parts are known."""
    plain = np.array([part[1:] for part in found if part.kind is Kind.PLAIN], np.int64).reshape(-1, 2)
    inner = laid_out([text.text[start:end] for start, end in plain.tolist()])
    tokens = tokens_between(inner, masks)
    shift = np.repeat(plain[:, 0] - inner.start, np.diff(tokens.offset))
    others = np.array([part for part in found if part.kind is not Kind.PLAIN], np.int64).reshape(-1, 3)
    start = np.concatenate([tokens.start + shift, others[:, 1]])
    order = np.argsort(start)
    kind = np.concatenate([tokens.kind, others[:, 0].astype(np.uint8)])
    end = np.concatenate([tokens.end + shift, others[:, 2]])
    return Tokens(offset_of(text, start[order]), kind[order], start[order], end[order])
