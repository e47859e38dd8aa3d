"""What scikit-learn asks of a transformer, without importing scikit-learn.

That takes 0.8 s, as long as scanning a million lines; so it is imported when a pipeline of its own asks for our tags.
"""

import inspect
from typing import Any, Self

from logburl.ingest.errors import LogburlError


class NotFitted(LogburlError, ValueError, AttributeError):
    """``transform`` was called before ``fit``."""


class Transformer:
    """Parameters are what the constructor takes and stores under the same names."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **parameters: Any) -> Self:
        """Change arguments; what was learned stays until the next ``fit``.

        Raises:
            ValueError: There is no such argument.
        """
        known = self.get_params()
        for name, value in parameters.items():
            if name not in known:
                raise ValueError(f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(known)}")
            setattr(self, name, value)
        return self

    def fit_transform(self, rows: Any, y: None = None) -> Any:
        """Learn from rows, and return their vectors."""
        return self.fit(rows).transform(rows)  # type: ignore[attr-defined]

    def must_be_fitted(self, attribute: str) -> None:
        """Raise NotFitted if nothing was learned."""
        if not hasattr(self, attribute):
            raise NotFitted(f"this {type(self).__name__} has learned nothing yet: call fit first")

    def __sklearn_is_fitted__(self) -> bool:
        return any(name.endswith("_") and not name.startswith("_") for name in vars(self))

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags  # noqa: PLC0415 (see above)

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(),
            input_tags=InputTags(two_d_array=False, sparse=False),
        )

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({shown})"
