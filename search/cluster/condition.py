"""What state a cluster is in, as far as a store is concerned, and what a person can do about it."""

from dataclasses import dataclass
from enum import Enum

from logburl.ingest.errors import ConfigError, RetryLater


class Condition(Enum):
    """The state of a cluster; the value is what to do about it."""

    UP = ""
    DOWN = "start it, or say where it is: store.opensearch.url"
    BUSY = "wait: it is asked again; if it lasts, it has too little memory or too few nodes"
    SILENT = "look at its nodes: they take requests, and do not answer in time"
    NO_MANAGER = "start more of its nodes: most of those that may manage it have to see each other"
    RED = "look at _cluster/allocation/explain: shards have no node that holds them"
    READ_ONLY = "make room on its disks, and it takes index.blocks.read_only_allow_delete away by itself"
    UNAUTHENTICATED = "check store.opensearch.user and password_file"
    FORBIDDEN = "give the user the rights that OpenSearchStore's description names"
    UNTRUSTED = "check store.opensearch.ca, and whether the certificate has expired or names another host"
    EXPIRED = "renew it"
    NOT_TAKEN = "renew it if it has ended, and have it signed by who the cluster trusts"
    PLUGIN_MISSING = "install the plugin opensearch-knn on all nodes, or set store.opensearch.vectors to none"
    NEWER = "use the version of logburl that wrote it, or a later one"


AWAY = (Condition.DOWN, Condition.SILENT, Condition.NO_MANAGER)


def condition_of(status: int, said: str) -> Condition:
    """Return what an answer means that says not now: its status, the kind and the reason of the error."""
    blocked = "cluster_block_exception" in said
    if "not_discovered_exception" in said or (blocked and "SERVICE_UNAVAILABLE" in said):  # none, or none yet
        return Condition.NO_MANAGER
    if blocked or "flood-stage" in said:
        return Condition.READ_ONLY
    if status == 503 and ("shard" in said or "search_phase" in said):
        return Condition.RED
    return Condition.BUSY


@dataclass(frozen=True, slots=True)
class Health:
    """How a cluster is: its condition, and a sentence with what was found."""

    condition: Condition
    found: str

    @property
    def ready(self) -> bool:
        """Whether a store can be written to and asked."""
        return self.condition is Condition.UP

    @property
    def remedy(self) -> str:
        """What can be done."""
        return self.condition.value


class Unavailable(RetryLater):
    """The cluster does not serve at the moment; nothing is lost, all of it is tried again."""

    def __init__(self, condition: Condition, message: str, after_s: float) -> None:
        super().__init__(f"{message}: {condition.value}" if condition.value else message, after_s)
        self.condition = condition
        self.found = message


class Refused(ConfigError):
    """The cluster does not serve us, and will not until a person changes something."""

    def __init__(self, condition: Condition, message: str) -> None:
        super().__init__(f"{message}: {condition.value}" if condition.value else message)
        self.condition = condition
        self.found = message
