"""Who keeps what was learned of a partition, and is told when it comes and goes."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from logburl.ingest.streams.place import Place


class Owner(Protocol):
    """**Protocol:** is told of partitions by ``Source.poll``, in the thread that calls that.

    Streams are called ``kafka://TOPIC/PARTITION``, those of a topic that was made anew ``kafka://TOPIC/PARTITION#HASH``:
    its offsets are not those of the one before. Batches of a stream come after it was assigned and before it was
    revoked or lost, and never of a time before.
    """

    def assigned(self, streams: Sequence[str]) -> Mapping[str, int | Place]:
        """Return where each of the streams is to be read from, as far as that is known.

        A ``Place`` also tells what was learned of its headers. The others are read from the group's offset, and without
        one from where the configuration says.
        """
        ...

    def revoked(self, streams: Sequence[str]) -> None:
        """Finish what was handed over of streams, store and commit it: others read on from there when it returns."""
        ...

    def lost(self, streams: Sequence[str]) -> None:
        """Forget what is not stored of streams: others have them, nothing of them may be stored or committed."""
        ...
