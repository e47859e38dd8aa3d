"""Is this installation in order? Each trouble comes with its remedy."""

import os
import platform
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from logburl.deploy.reports.plain import plural, visible
from logburl.ingest.certificates import ends
from logburl.ingest.errors import ConfigError, LogburlError
from logburl.ingest.finding import Finding

if TYPE_CHECKING:
    from logburl.deploy.config import Config
    from logburl.deploy.settings.kafka import Kafka
    from logburl.deploy.settings.part import Part

LEAST_FREE_BYTES = 1 << 30
SOON_S = 14 * 86_400.0
BUG = "this is a bug of logburl, please report it"
RENEW = "move it away and scan again; the logs themselves are not in danger"


def print_checks(store: str | None, file: Path | None) -> bool:
    """Print all checks with their remedies, as they come; return whether all is well.

    Raises:
        ConfigError: The configuration is wrong.
    """
    from logburl.deploy.stores import configuration, named

    config = configuration(file)
    good = True
    for check in examine(named(store, config), config):
        print(f"{'ok ' if check.good else 'BAD'}  {check.name}: {visible(check.found)}", flush=True)
        if check.remedy:
            print(f"     → {visible(check.remedy)}", flush=True)
        good &= check.good
    return good


def examine(store: "Part | None", config: "Config | None" = None) -> Iterator[Finding]:
    """Yield all checks, those of a store, of certificates and of topics where there are some."""
    yield from _checks(store)
    yield from certificates(store, config.source.only if config and config.source else None)
    if config is not None and config.kafka is not None:
        yield from _broker(config.kafka)


def certificates(store: "Part | None", source: object) -> Iterator[Finding]:
    """Yield until when the certificates are good that we show others."""
    shown = {"store.opensearch.client_cert": store.arguments.get("client_cert") if store else None}
    shown[f"source.{type(source).__name__.lower()}.certificate_file"] = getattr(source, "certificate_file", None)
    for name, file in shown.items():
        for end in ends(Path(file))[:1] if file else ():
            left_s = end.timestamp() - time.time()
            found = f"{name} {file} {'ends' if left_s > 0 else 'ended'} on {end:%Y-%m-%d %H:%M} UTC"
            yield Finding("certificate", left_s > 0, found, "" if left_s > SOON_S else "renew it")


def _checks(store: "Part | None") -> Iterator[Finding]:
    yield Finding(
        "python",
        sys.version_info >= (3, 11),
        platform.python_version(),
        "" if sys.version_info >= (3, 11) else "install 3.11 or later",
    )
    yield _kernel()
    yield from _libraries()
    path = store.arguments.get("path") if store is not None else None
    yield _disk(Path(path) if path else None)
    if store is not None and path:
        yield from _with_account(store, [_store(Path(path))])
    elif store is not None and "url" in store.arguments:
        yield from _with_account(store, _cluster(store))


def _kernel() -> Finding:
    try:
        import_module("logburl.ingest._kernel")
    except ImportError as error:
        remedy = "it works, but slower: install a wheel for this platform, or Rust (rustup.rs) and install again"
        return Finding("kernel", True, f"numpy twin, since the compiled kernel is missing ({error})", remedy)
    return Finding("kernel", True, "compiled")


def _libraries() -> Iterator[Finding]:
    wanted = [line.partition(";") for line in requires("logburl") or []]
    names = [spec for spec, _, condition in wanted if "extra" not in condition]
    for spec in names:
        name = spec.split(">")[0].split("=")[0].split("<")[0].split("[")[0].strip()
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, "not installed", f"pip install '{spec}'")


def _disk(store: Path | None) -> Finding:
    named = (store or Path.cwd()).absolute()
    folder = next(folder for folder in (named, *named.parents) if os.access(folder, os.F_OK))
    free = shutil.disk_usage(folder).free
    remedy = "" if free > LEAST_FREE_BYTES else "make room, or put the store elsewhere"
    return Finding("disk", not remedy, f"{free / 1e9:.1f} GB free at {folder}", remedy)


def _store(path: Path) -> Finding:
    try:
        is_there = path.exists()
    except OSError as error:
        found = f"{path} cannot be looked at: {error.strerror}"
        return Finding("store", False, found, "name a file in a folder that you may read and write")
    if not is_there:
        folder = path.absolute().parent
        writable = folder.is_dir() and os.access(folder, os.W_OK)
        return Finding(
            "store",
            writable,
            f"{path} does not exist yet",
            "" if writable else f"make {folder} a folder that you may write to",
        )
    from logburl.search.schema import Newer, Older
    from logburl.search.stores.local import LocalStore

    try:
        with LocalStore(path, read_only=True) as store:
            damage = store.check()
            if damage:
                return Finding("store", False, "; ".join(damage), RENEW)
            found = f"{path}: {plural(len(store.places()), 'stream')}, {plural(len(store.incidents()), 'incident')}"
    except (Newer, Older) as error:
        return Finding("store", isinstance(error, Older), str(error))
    except LogburlError as error:
        return Finding("store", False, str(error), RENEW)
    return Finding("store", True, found)


def _cluster(store: "Part") -> Iterator[Finding]:
    from logburl.search.cluster.examine import connected
    from logburl.search.cluster.examine import examine as examined

    try:
        connection, settings = connected(store.checked("store"))
    except LogburlError as error:
        yield Finding("cluster", False, str(error))
        return
    try:
        yield from examined(connection, settings, time.time())
    finally:
        connection.close()


def _with_account(store: "Part", findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what was found of a store; where all is well, and daemons keep it, also whether their account adds up."""
    good = True
    for one in findings:
        good &= one.good
        yield one
    if not good:
        return
    from logburl.deploy.daemon.fleet import fleet_of
    from logburl.deploy.stores import reading

    try:
        with reading(store) as kept:
            fleet = fleet_of(kept)
    except ConfigError:  # there is none yet
        return
    except LogburlError as error:
        yield Finding("account", False, str(error))
        return
    if len(fleet):
        missed = fleet.error
        yield Finding("account", not missed, str(fleet), f"{missed:,} are missing or doubled: {BUG}" if missed else "")


def _broker(kafka: "Kafka") -> Iterator[Finding]:
    try:
        from logburl.ingest.kafka.examine import examine as examined
    except ModuleNotFoundError:
        yield Finding("broker", False, "kafka-python is not installed", "pip install 'logburl[kafka]'")
        return
    try:
        yield from examined(kafka.secret_access(), kafka.topics, kafka.group, kafka.dead_letters, time.time_ns())
    except LogburlError as error:
        yield Finding("broker", False, str(error))
