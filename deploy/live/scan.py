"""``scan --follow``: read what comes, and judge it at steady intervals, until somebody says stop."""

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing

from logburl.deploy.account import print_account
from logburl.deploy.config import Config
from logburl.deploy.exits import say
from logburl.deploy.inputs import clock_of, parser_of
from logburl.deploy.live.source import following
from logburl.deploy.live.stop import Stop
from logburl.deploy.live.told import Event
from logburl.deploy.live.unread import Unread
from logburl.deploy.live.watch import Watch
from logburl.deploy.output.progress import Progress
from logburl.deploy.output.stdout import results
from logburl.deploy.pipeline import Pipeline
from logburl.deploy.redaction import redactor_of, shown_text
from logburl.deploy.reports import events
from logburl.deploy.reports.plain import terminal_width, visible
from logburl.ingest.errors import ConfigError
from logburl.search.store import State, Step, Store

BEGAN = "followed since"
POLL_S = 0.25
SHARE = 10  # judging takes at most a tenth of the time
MOST_ENTRIES = 1_000_000  # read between two judgements


def follow_to_stdout(config: Config, output: str, *, quiet: bool, verbose: bool) -> None:
    """Print incidents as they appear, grow and end; at the end the account on stderr.

    Raises:
        ConfigError: The output is a report that is made at an end; or as a scan.
        PartFailed: The store failed.
        KeyboardInterrupt: It was asked to stop by Ctrl-C, and has kept all that was read.
    """
    if output not in events.RENDERERS:
        raise ConfigError(f"output: expected {' or '.join(events.RENDERERS)} with --follow, got {output}")
    colour, width = sys.stdout.isatty(), terminal_width()
    progress = Progress.on_terminal(quiet=quiet, results_between=True)
    stop = Stop()
    with closing(progress), stop.listening(), results() as file:

        def tell(some: Sequence[Event]) -> None:
            text = "".join(events.RENDERERS[output](event, colour=colour, width=width) for event in some)
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()

        follow(config, tell, progress, stop, quiet=quiet, verbose=verbose)
    stop.ended()


def follow(
    config: Config,
    tell: Callable[[Sequence[Event]], None],
    progress: Progress,
    stop: Stop,
    *,
    quiet: bool = False,
    verbose: bool = False,
) -> None:
    """Read, judge, tell and keep, until it is asked to stop or all pipes ended."""
    with ExitStack() as stack:
        store: Store | None = config.store.make("store") if config.store else None
        if store is not None:
            stack.enter_context(store)
        redactor = redactor_of(config.ingest.redact)
        places = store.places() if store is not None else {}
        began_ns = first_followed_ns(store, time.time_ns())
        source = stack.enter_context(closing(following(config.ingest, redactor, stop, began_ns, places)))
        watch = Watch(config, store, redactor, time.time)
        for remark in watch.remarks:
            say(visible(remark))
        clock = clock_of(config.ingest)
        pipeline = Pipeline(source, parser_of(config.ingest), watch.fresh(), store, clock)
        if verbose:
            say(shown_text(f"following {', '.join(config.ingest.paths)}", redactor))
        _read(pipeline, watch, Cadence(config.follow.every_s), tell, progress)
    print_account(watch.account(), quiet=quiet)


def first_followed_ns(store: Store | None, now_ns: int) -> int:
    """Return when logs were followed into a store for the first time; that is now, if they never were, and is kept.

    What was rotated since, and is not known, was missed.
    """
    state = store.state(BEGAN) if store is not None else None
    if state is not None:
        return int(state.values["ns"])
    if store is not None:
        store.commit(Step(states=[State(BEGAN, 1, {"ns": now_ns})]))
    return now_ns


def _read(
    pipeline: Pipeline,
    watch: Watch,
    cadence: "Cadence",
    tell: Callable[[Sequence[Event]], None],
    progress: Progress,
) -> None:
    going, unread = True, Unread(pipeline.source, progress.close)
    while going:
        going = pipeline.step(POLL_S) is not None
        unread.tell()
        progress.update(pipeline.learned.book)
        delta = pipeline.learned
        if not going or cadence.due(delta.book.entries, waits=watch.waits):
            cadence.begins()
            some = watch.judge(delta)
            tell(some)
            watch.commit(delta, some)
            pipeline.learned = watch.fresh()
            cadence.ended()


class Cadence:
    """When to judge: every so many seconds in which lines came; less often if that would take too much time.

    Args:
        every_s: From one judgement to the next.
    """

    def __init__(self, every_s: float) -> None:
        self.every_s = every_s
        self._began_s = time.monotonic()
        self._next_s = self._began_s + every_s

    def due(self, entries: int, *, waits: bool) -> bool:
        """Whether it is time, so many entries having come; ``waits``: there may be something to tell without any."""
        return entries >= MOST_ENTRIES or (bool(entries or waits) and time.monotonic() >= self._next_s)

    def begins(self) -> None:
        """A judgement begins."""
        self._began_s = time.monotonic()

    def ended(self) -> None:
        """It is done."""
        now_s = time.monotonic()
        self._next_s = now_s + max(self.every_s, SHARE * (now_s - self._began_s))
