"""What all models of the configuration have in common."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Frozen; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")
