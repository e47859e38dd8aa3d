"""The retention policy is one that the ISM plugin takes: it cannot run here, so it is checked by what is documented.

Source: OpenSearch's documentation, "Index State Management": policies, states, managed operations, transitions.
"""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from logburl.search.cluster.indices import Settings, policy

Duration = Annotated[str, Field(pattern=r"^\d+(nanos|micros|ms|[smhd])$")]
Size = Annotated[str, Field(pattern=r"^\d+(b|kb|mb|gb|tb|pb)$")]


class Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Retry(Told):
    count: int
    backoff: Literal["exponential", "constant", "linear"] = "exponential"
    delay: Duration = "1m"


class Rollover(Told):
    min_size: Size | None = None
    min_primary_shard_size: Size | None = None
    min_doc_count: int | None = None
    min_index_age: Duration | None = None
    copy_alias: bool = False


class Delete(Told):
    pass


class Action(Told):
    retry: Retry | None = None
    timeout: Duration | None = None
    rollover: Rollover | None = None
    delete: Delete | None = None

    @model_validator(mode="after")
    def does_one_thing(self) -> "Action":
        assert (self.rollover is None) != (self.delete is None)
        return self


class Conditions(Told):
    min_index_age: Duration | None = None
    min_rollover_age: Duration | None = None
    min_doc_count: int | None = None
    min_size: Size | None = None

    @model_validator(mode="after")
    def is_one(self) -> "Conditions":
        assert len(self.model_fields_set) == 1
        return self


class Transition(Told):
    state_name: str
    conditions: Conditions | None = None


class State(Told):
    name: str
    actions: list[Action]
    transitions: list[Transition]


class Template(Told):
    index_patterns: list[str] = Field(min_length=1)
    priority: int = Field(ge=0)


class Policy(Told):
    description: str
    default_state: str
    states: list[State] = Field(min_length=1)
    ism_template: list[Template]

    @model_validator(mode="after")
    def names_its_states(self) -> "Policy":
        names = [state.name for state in self.states]
        assert len(set(names)) == len(names)
        assert {self.default_state, *(t.state_name for state in self.states for t in state.transitions)} <= set(names)
        return self


class Document(Told):
    policy: Policy


def test_the_policy_is_as_documented() -> None:
    """It says nothing that the plugin does not know, rolls over, and deletes in the end."""
    found = Document.model_validate(policy(Settings(prefix="mine"))).policy
    assert [template.index_patterns for template in found.ism_template] == [["mine-entries"]]
    first, last = found.states[0], found.states[-1]
    assert (first.name, last.transitions) == (found.default_state, [])
    assert [first.actions[0].rollover is not None, last.actions[0].delete is not None] == [True, True]


@pytest.mark.parametrize(
    "wrong", [{"default_state": "none"}, {"priority": 1}, {"states": [{"name": "written", "actions": [{}]}]}]
)
def test_the_check_finds_mistakes(wrong: dict[str, Any]) -> None:
    """A state that is not there, a field in the wrong place, an action that does nothing."""
    good = policy(Settings())["policy"]
    with pytest.raises(ValidationError):
        Document.model_validate({"policy": {**good, **wrong}})
