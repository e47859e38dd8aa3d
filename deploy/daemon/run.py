"""``logburl run``: reads, keeps and judges until SIGTERM."""

import os
import stat
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from importlib.metadata import version
from pathlib import Path

from logburl.deploy.config import Config
from logburl.deploy.daemon.health import Health
from logburl.deploy.daemon.http import serving
from logburl.deploy.daemon.keeper import Keeper
from logburl.deploy.daemon.logs import end_of, logger_of
from logburl.deploy.daemon.metrics import Metrics
from logburl.deploy.daemon.refused import Refused
from logburl.deploy.daemon.reload import Reload
from logburl.deploy.daemon.stores import Stores
from logburl.deploy.daemon.told import Narrator
from logburl.deploy.daemon.worker import Worker
from logburl.deploy.exits import ends
from logburl.deploy.inputs import formats_of
from logburl.deploy.live.scan import first_followed_ns
from logburl.deploy.live.source import Named, following
from logburl.deploy.live.stop import Stop
from logburl.deploy.redaction import redacted, redactor_of
from logburl.deploy.settings.kafka import Kafka
from logburl.deploy.settings.reading import load_config
from logburl.ingest.errors import ConfigError, LogburlError, PartFailed
from logburl.ingest.kafka.letters import DeadLetters
from logburl.ingest.listening.source import ListeningSource
from logburl.ingest.source import Source

BEAT_S = 1.0
FILES = "files"  # the writer of what one worker reads alone


def run(path: Path) -> None:
    """Run as the configuration at ``path`` says; its log tells how it ends, which it does as a command does."""
    with ends(end_of("auto")):
        config = load_config(path)
    with ends(end_of(config.run.log)):
        run_as(config, path)


def run_as(config: Config, path: Path) -> None:
    """Run until SIGTERM or SIGINT, then store all that was read.

    Args:
        config: What it says.
        path: Where that is.

    Raises:
        ConfigError: It says what cannot be.
        PartFailed: A part failed, and waiting does not help; or it had to end before all was stored.
        KeyboardInterrupt: It was asked to stop by Ctrl-C, and has stored all that was read.
    """
    if config.store is None:
        raise ConfigError(f"{path}: store: a daemon needs one, to know how far it came")
    must_not_read_itself(config)
    log, health, metrics = logger_of(config.run.log), Health(), Metrics()
    health.bad("start", "it has not read anything yet")
    tells, stop = Narrator(log, health, metrics), Stop(log.info)
    with suppress(Idle), ExitStack() as stack:
        stack.enter_context(stop.listening())
        address = stack.enter_context(serving(config.run.http, health, metrics.registry))
        reload = Reload(path, config, log)
        stack.enter_context(reload.listening())
        refused = stack.enter_context(closing(Refused(letters_of(config), log, metrics)))
        stores = Stores(config.store, refused, lambda: stop.signal is not None)
        redactor = redactor_of(config.ingest.redact)
        waits = Waits(stop, health, config.run.drain_s, lambda: keeper.holds)
        keeper = stack.enter_context(closing(Keeper(config, stores, None, redactor, tells, waits)))
        worker = Worker(keeper, health, stop)
        reloads = reloading(reload, worker, waits)
        waits.meanwhile = seldom(reloads)
        source = stack.enter_context(closing(source_of(config, stores, stop, worker, keeper)))
        if isinstance(source, ListeningSource):  # some of what it lets in nobody sends again
            refused.listener, waits.holds = source, lambda: True

        def look() -> None:
            reloads()
            tells.source(source)

        worker.every_poll = waits.meanwhile = seldom(look)
        tells.source(source)
        log.info("started", http=address, version=version("logburl"), pid=os.getpid())
        health.good("start")
        worker.run(redacted(source, redactor), queue=config.kafka is not None)
    log.info("stopped")
    stop.ended()


def letters_of(config: Config) -> DeadLetters | None:
    """Return where records go that the store refuses, None where nothing is read from Kafka."""
    kafka = config.kafka
    return None if kafka is None else DeadLetters(kafka.secret_access(), kafka.dead_letters)


def source_of(config: Config, stores: Stores, stop: Stop, worker: Worker, keeper: Keeper) -> Source:
    """Return what is read, as the configuration says.

    Raises:
        ConfigError: A password cannot be read, a library is not installed, an address is taken, a path names nothing.
    """
    given = config.source.only if config.source else None
    if given is None:
        return files(config, stores, stop)
    if isinstance(given, Kafka):
        return topics(given, config, worker, keeper)
    source = given.open(worker, lambda: stop.signal is not None, config.run.commit_s)
    keeper.judging.seat.name = source.rest
    source.open()
    return source


def topics(kafka: Kafka, config: Config, worker: Worker, keeper: Keeper) -> Source:
    """Return topics as a source; it tells the worker of its streams.

    Raises:
        ConfigError: A password cannot be read, a library is not installed.
    """
    source = kafka.open(formats_of(config.ingest), worker)
    keeper.judging.judges_at, keeper.has = kafka.judges_at, source.has
    return source


def files(config: Config, stores: Stores, stop: Stop) -> Source:
    """Return files as they grow.

    Raises:
        ConfigError: Nothing is named, or a path names nothing.
    """
    if not config.ingest.paths:
        raise ConfigError("source: expected one, or files, folders or globs in ingest.paths")
    store = stores.of(FILES)
    return following(config.ingest, None, stop, first_followed_ns(store, time.time_ns()), store.places())


class Undrained(PartFailed):
    """It had to end before all was stored: the rest will be read again."""


class Idle(LogburlError):
    """It is to end, and has nothing that is not stored."""


class Waits:
    """Waits between two attempts; once it has to stop, they come quickly, and end in time.

    Args:
        stop: Asks it to stop.
        health: Told that it goes on.
        drain_s: Seconds in which it ends then.
        holds: Tells whether something is to be stored before.

    Attributes:
        drain_s, holds: As above.
        meanwhile: Called now and then, as nobody polls while one waits.
    """

    def __init__(self, stop: Stop, health: Health, drain_s: float, holds: Callable[[], bool]) -> None:
        self._stop = stop
        self._health = health
        self.drain_s = drain_s
        self.holds = holds
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self, seconds: float) -> None:
        """Wait.

        Raises:
            Idle: It is to end, and nothing is to be stored.
            Undrained: The time to end in is over.
        """
        end_s = time.monotonic() + seconds
        while self._stop.signal is None and (left_s := end_s - time.monotonic()) > 0:
            self._health.beat("worker")
            self.meanwhile()
            self._stop.wait(min(BEAT_S, left_s))
        if self._stop.signal is not None:
            if not self.holds():
                raise Idle("nothing is to be stored")
            if time.monotonic() > self._stop.asked_s + self.drain_s:
                why = "; ".join(self._health.reasons())
                raise Undrained(f"not all could be stored within run.drain_s = {self.drain_s:g} seconds: {why}")
            time.sleep(min(seconds, BEAT_S))


def reloading(reload: Reload, worker: Worker, waits: Waits) -> Callable[[], None]:
    """Return what looks for another configuration, and has all take it."""

    def configure(config: Config) -> None:
        worker.configure(config)
        waits.drain_s = config.run.drain_s

    return lambda: reload.look(configure)


def seldom(look: Callable[[], None]) -> Callable[[], None]:
    """Return what does something once a second, however often it is called."""
    last_s = -BEAT_S

    def called() -> None:
        nonlocal last_s
        if time.monotonic() >= last_s + BEAT_S:
            last_s = time.monotonic()
            look()

    return called


def must_not_read_itself(config: Config) -> None:
    """Refuse to read the file that the own log goes to.

    Raises:
        ConfigError: It is among those that are named.
    """
    try:
        own = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return
    for path in Named(config.ingest.paths).files():
        with suppress(OSError):
            if stat.S_ISREG(own.st_mode) and os.path.samestat(own, path.stat()):
                raise ConfigError(f"ingest.paths: {path} is where the daemon's own log goes: it would read itself")
