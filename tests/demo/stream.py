"""``make stream-demo``: the demo's log goes through Kafka and a daemon into OpenSearch, on this machine.

It starts the services unless they run, sends the recording record by record, as a shipper does, into a topic of its
own, and runs ``logburl run`` until all of it is stored. The services stay, so that one can look at what is there.
"""

import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
import zstandard
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic
from opensearchpy import OpenSearch

from tests.deploy.command import LOGBURL
from tests.services.command import running

HERE = Path(__file__).parent
FOLDER = Path("build/stream-demo")
PARTITIONS = 2
LONGEST_S = 180


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it happens.

    Attributes:
        broker: Address of Kafka, ``host:port``.
        cluster: URL of OpenSearch, ``http://host:port``.
        name: Of the topic, of the group, and what the names of indices begin with.
        folder: Where the configuration is written.
    """

    broker: str
    cluster: str
    name: str
    folder: Path

    @property
    def store(self) -> str:
        """What ``--store`` takes."""
        return f"opensearch://{self.cluster.removeprefix('http://')}/{self.name}"

    def count(self, kind: str) -> int:
        """Return how many documents of a kind can be found."""
        with OpenSearch(hosts=[self.cluster]) as client:
            client.indices.refresh(index=f"{self.name}-{kind}", ignore_unavailable=True)
            return int(client.count(index=f"{self.name}-{kind}", ignore_unavailable=True)["count"])


def records() -> list[bytes]:
    """Return the recording as a shipper sends it: a line with those that go on with it, behind a tab."""
    log = zstandard.ZstdDecompressor().decompressobj().decompress((HERE / "faulty.log.zst").read_bytes())
    return re.split(rb"\n(?!\t)", log.rstrip(b"\n"))


def send(stage: Stage) -> int:
    """Send the recording, by the process that wrote each line, to one partition or another; return how many records."""
    admin = KafkaAdminClient(bootstrap_servers=stage.broker)
    admin.create_topics([NewTopic(stage.name, PARTITIONS, 1)])
    admin.close()
    sent = records()
    producer = KafkaProducer(bootstrap_servers=stage.broker, linger_ms=50, acks="all")
    for record in sent:
        producer.send(stage.name, record, key=record.partition(b"[")[2].partition(b"]")[0] or None)
    producer.close()
    return len(sent)


def configured(stage: Stage) -> Path:
    """Write the daemon's configuration, and return where it is."""
    told = {
        "source": {"kafka": {"servers": [stage.broker], "topics": [stage.name], "group": stage.name}},
        "store": {"opensearch": {"url": f"opensearch://{stage.cluster.removeprefix('http://')}", "index": stage.name}},
        "run": {"http": None, "commit_s": 1},
        "follow": {"every_s": 2},
    }
    stage.folder.mkdir(parents=True, exist_ok=True)
    path = stage.folder / "logburl.yaml"
    path.write_text(yaml.safe_dump(told, sort_keys=False))
    return path


def run(stage: Stage, until: Callable[[], bool]) -> None:
    """Run the daemon until something holds, and end it as an operator does."""
    daemon = subprocess.Popen([LOGBURL, "run", "-c", configured(stage)])
    try:
        deadline_s = time.monotonic() + LONGEST_S
        while not until() and daemon.poll() is None and time.monotonic() < deadline_s:
            time.sleep(1)
    finally:
        daemon.send_signal(signal.SIGTERM)
        status = daemon.wait(LONGEST_S)
    if status or not until():
        raise SystemExit(f"the daemon ended with {status}, and {stage.count('entries')} entries are stored")


def main() -> None:
    """Do all of it, and say where to look."""
    there = running()
    name = f"demo-{time.strftime('%Y%m%d-%H%M%S')}"
    stage = Stage(there.kafka, there.opensearch, name, FOLDER)
    sent = send(stage)
    print(f"{sent:,} records are in the topic {name}; a daemon reads them now. Its own log:\n", flush=True)
    run(stage, lambda: stage.count("entries") >= sent)
    print(f"\nWhat it found, as `logburl incidents --store {stage.store}` lists it:\n", flush=True)
    subprocess.run([LOGBURL, "incidents", "--store", stage.store], check=True)
    kinds = ", ".join(f"{stage.count(kind):,} {kind}" for kind in ("entries", "templates", "anomalies", "incidents"))
    print(f"\nDocuments in OpenSearch: {kinds}; for instance {stage.cluster}/{name}-incidents/_search?pretty")
    print("The services go on, for you to look; `logburl services down` ends them.")


if __name__ == "__main__":
    main()
