"""What all models of the configuration have in common."""

from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError


class Model(BaseModel):
    """Frozen; an unknown key is a mistake, and so is true or false for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, given: Any, info: ValidationInfo) -> Any:
        if isinstance(given, bool):
            annotation = cls.model_fields[str(info.field_name)].annotation
            for kind in (annotation, *get_args(annotation)):
                if kind is int or kind is float:
                    raise PydanticKnownError("int_type" if kind is int else "float_type")
        return given
