"""Who judges where no queue says it, as with senders that come to several receivers, or files of several hosts.

He sits on a seat in the store: a writer of its own name, which fences off whoever sat there before, so that no two
judgements contradict each other. While he sits there he is heard of; when he is not for a minute, another one takes
the seat. That needs no common time: each counts by its own clock how long it heard nothing new.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from logburl.deploy.daemon.stores import Stores
from logburl.ingest.errors import LogburlError
from logburl.search.store import State, Step, Store

SEAT = "judge"
LOOK_S, BEAT_S, SILENT_S = 5.0, 15.0, 60.0


class Seat:
    """The seat of the judge.

    Args:
        stores: Where it is.
        name: A name that no other has who may sit there, and by which one restarted takes it again at once; or none.
        clock_s: A clock that does not jump.

    Attributes:
        name: As above.
        store: The judge's own handle, None while another one judges.
    """

    def __init__(self, stores: Stores, name: str = "", clock_s: Callable[[], float] = time.monotonic) -> None:
        self.store: Store | None = None
        self._stores = stores
        self.name = name
        self._clock_s = clock_s
        self._heard: Mapping[str, Any] | None = None
        self._heard_s = clock_s()
        self._beat_s = self._look_s = clock_s()

    def hold(self, witness: Store) -> bool:
        """Return whether the seat is ours, having taken it if it is free; let others hear of us.

        Args:
            witness: Any store of the fleet.

        Raises:
            Fenced: Another one has taken it.
        """
        now_s = self._clock_s()
        if self.store is None and now_s >= self._look_s:
            self._look_s = now_s + LOOK_S
            if self._is_free(witness.state(SEAT), now_s):
                self.store = self._stores.of(SEAT)
                self._say(left=False)
        elif self.store is not None and now_s >= self._beat_s + BEAT_S:
            self._say(left=False)
        return self.store is not None

    def _is_free(self, state: State | None, now_s: float) -> bool:
        if state is None:
            return True
        if state.values != self._heard:
            self._heard, self._heard_s = state.values, now_s
        again = bool(self.name) and state.values["name"] == self.name
        return again or state.values["left"] or now_s > self._heard_s + SILENT_S

    def _say(self, *, left: bool) -> None:
        if self.store is not None:
            self._beat_s = self._clock_s()
            told = {"name": self.name, "beat": secrets.token_hex(8), "left": left}
            self.store.commit(Step(states=[State(SEAT, 1, told)]))

    def lose(self) -> None:
        """Another one sits there."""
        if self.store is not None:
            self._stores.left(self.store)
            self.store = None

    def leave(self) -> None:
        """Leave it to others, who need not wait."""
        with suppress(LogburlError):  # then they wait
            self._say(left=True)
        self.lose()
