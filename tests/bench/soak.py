"""A worker's memory over ten million records, with times that rise by 28 hours: it has to stay flat.

``SOAK_LINES=500000 python -m tests.bench soak`` tries it with fewer.
"""

import os
import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import yaml
from confluent_kafka import Producer
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from tests.bench.corpora import FOLDER
from tests.bench.mix import NOUNS, VERBS
from tests.bench.processes import resident_mb
from tests.bench.stream import LONGEST_S, until
from tests.deploy.daemon.daemons import daemon, free_port
from tests.measure.readme import table
from tests.services.command import services

LINES = int(os.environ.get("SOAK_LINES", "10_000_000"))
TOPIC, PER_SECOND, AT_ONCE = "soak", 100, 50_000
SERVICES = ("web", "orders", "payments", "search", "stock", "mail")
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)


def records() -> Iterator[bytes]:
    """Yield the lines of a shop that never rests: about 300 kinds, with values."""
    rng = random.Random(1)
    kinds = [f"INFO [{rng.choice(SERVICES)}] {rng.choice(NOUNS)} {verb} for {noun}" for verb in VERBS for noun in NOUNS]
    for second in range(-(-LINES // PER_SECOND)):
        stamp = f"{BEGIN + timedelta(seconds=second):%Y-%m-%d %H:%M:%S}"
        values = rng.getrandbits(40)
        for i in range(min(PER_SECOND, LINES - second * PER_SECOND)):
            kind = kinds[(second * 7 + i * i) % len(kinds)]
            yield f"{stamp},{i * 9:03d} {kind} {values + i} in {(values >> 5) % 900 + i} ms".encode()


def send(broker: str) -> None:
    """Send all records into a topic of one partition."""
    producer = Producer({"bootstrap.servers": broker, "compression.type": "lz4", "linger.ms": 50})
    for i, line in enumerate(records(), 1):
        producer.produce(TOPIC, line)
        if i % AT_ONCE == 0:
            producer.flush(LONGEST_S)
    assert producer.flush(LONGEST_S) == 0


def memory() -> dict[float, float]:
    """Return what a worker holds in memory, in MB, once such a share of the records is stored."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with services("--kafka") as (_, broker, _), TemporaryDirectory(dir=FOLDER) as folder:
        with closing(KafkaAdminClient(bootstrap_servers=broker)) as admin:
            admin.create_topics([NewTopic(TOPIC, 1, 1)])
        kafka = {"servers": [broker], "topics": [TOPIC], "group": TOPIC, "client": "confluent"}
        run = {"http": f"127.0.0.1:{free_port()}"}
        told = {"source": {"kafka": kafka}, "store": {"local": {"path": "logburl.db"}}, "run": run}
        Path(folder, "logburl.yaml").write_text(yaml.safe_dump(told))
        sends = Thread(target=send, args=(broker,))
        sends.start()
        found = {}
        with daemon(Path(folder)) as one:
            for share in SHARES:
                until(one, lambda: one.figure("logburl_entries_total") >= share * LINES, patience_s=600)  # noqa: B023
                found[share] = resident_mb(one.process.pid)
            assert one.figure("logburl_fleet_reconciliation_error") == 0
            assert one.end() == 0
        sends.join()
    return found


def report() -> str:
    """Return a table and what it is about."""
    found = memory()
    about = f"Memory of a worker (confluent, embedded store) while it stores {LINES:,} records of one partition:\n\n"
    head = ["stored", *(f"{share:.0%}" for share in found)]
    return about + table(head, [["MB", *(f"{size:.0f}" for size in found.values())]])
