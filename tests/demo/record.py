"""Record the demo's log: PostgreSQL under the load of a small shop, with a fault at a known time or without.

Run as ``python -m tests.demo.record faulty`` or ``… quiet`` (Debian: ``apt-get install postgresql``). It needs as long
as it records, listens on 127.0.0.1 alone, and writes NAME.log.zst and NAME.json (when and what the fault was) here.

The fault: a migration changes a table and forgets to commit. Its lock stops every program that reads or refers to that
table: they wait, their statements time out, and all is well again when the server ends the idle transaction after half
a minute.
"""

import argparse
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import zstandard

from tests.demo.load import SCHEMA, SHOP, connection, send

HERE = Path(__file__).parent

# Small enough that checkpoints, vacuums, sorts on disk and lock waits all happen within minutes.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "40",
    "shared_buffers": "32MB",
    "work_mem": "1MB",
    "checkpoint_timeout": "30s",
    "autovacuum_naptime": "15s",
    "deadlock_timeout": "200ms",
    "statement_timeout": "3s",
    "idle_in_transaction_session_timeout": "30s",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%a ",
    "log_statement": "mod",
    "log_min_duration_statement": "500ms",
    "log_connections": "on",
    "log_disconnections": "on",
    "log_checkpoints": "on",
    "log_lock_waits": "on",
    "log_temp_files": "0",
    "log_autovacuum_min_duration": "0",
}

MIGRATION = "ALTER TABLE product ADD COLUMN weight_g int;"


class Server:
    """A PostgreSQL of its own in a temporary folder, run as ``postgres`` where we are root (it refuses root)."""

    def __init__(self, folder: Path, port: int) -> None:
        self.data, self.port = folder / "data", port
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        folder.chmod(0o755)
        shutil.chown(folder, self.user)

    def create(self) -> None:
        self._call("initdb", "--auth=trust", "--username=shop", "--no-locale", "--encoding=UTF8", "--pgdata", self.data)
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.writelines(f"{name} = '{value}'\n" for name, value in self._settings().items())

    def _settings(self) -> dict[str, str]:
        return {**SETTINGS, "port": str(self.port), "unix_socket_directories": ""}

    @contextmanager
    def running(self) -> Iterator[None]:
        self._call("pg_ctl", "start", "--wait", "--silent", "--pgdata", self.data)
        try:
            yield
        finally:
            self._call("pg_ctl", "stop", "--mode=fast", "--silent", "--pgdata", self.data)

    def client(self, *options: str) -> list[str]:
        """Return the command of a psql connected to this server."""
        return ["psql", "-XqAt", "--host=127.0.0.1", f"--port={self.port}", "--username=shop", *options, "postgres"]

    def ask(self, question: str) -> str:
        """Return the answer to SQL; the set-up may take longer than the programs of the shop are given."""
        return subprocess.run(
            self.client("-v", "ON_ERROR_STOP=1"),
            env={**os.environ, "PGOPTIONS": "-c statement_timeout=0"},
            input=question,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def log(self) -> Path:
        return self.data / "log" / "postgresql"

    def _call(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [find(program), *arguments], check=True, user=self.user, cwd=self.data.parent, stdout=subprocess.DEVNULL
        )


def find(program: str) -> str:
    """Return the path of a program of PostgreSQL; Debian keeps them out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which(program, path=os.pathsep.join([os.environ["PATH"], *map(str, versions)]))
    if found is None:
        sys.exit(f"{program} not found: install PostgreSQL (Debian: apt-get install postgresql)")
    return found


@contextmanager
def load(server: Server, seed: int) -> Iterator[None]:
    """Let every application of the shop work while the block runs."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=send, args=(application, server.client(), Random(f"{seed}/{application.name}"), stop))
        for application in SHOP
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def migration(server: Server) -> Iterator[dict[str, str]]:
    """Change a table and forget to commit; yield when and what that was."""
    with connection("migration", server.client()) as psql:
        now = datetime.now(UTC)
        print("SET statement_timeout = 0; BEGIN;", MIGRATION, file=psql.stdin, flush=True)
        yield {"time": now.isoformat(), "what": "a migration locks a table and does not commit", "sign": MIGRATION}


def record(server: Server, name: str, before_s: float, after_s: float, seed: int) -> dict[str, object]:
    """Record the log of one run and return what is known about it."""
    server.create()
    with server.running():
        server.ask(SCHEMA)
        version = server.ask("SHOW server_version").strip()
    server.log().unlink()
    with server.running(), load(server, seed):
        time.sleep(before_s)
        with migration(server) if name == "faulty" else nullcontext() as fault:
            time.sleep(after_s)
            log = whole_lines(server.log().read_bytes())
    (HERE / f"{name}.log.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(log))
    return {"program": f"PostgreSQL {version}", "seed": seed, "lines": log.count(b"\n"), "fault": fault}


def whole_lines(log: bytes) -> bytes:
    """Return the log without a last line that is still being written."""
    return log[: log.rfind(b"\n") + 1]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("name", choices=("faulty", "quiet"))
    arguments.add_argument("--port", type=int, default=54329)
    arguments.add_argument("--before", type=float, default=300, help="seconds before the fault")
    arguments.add_argument("--after", type=float, default=120, help="seconds after it")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        about = record(Server(Path(folder), given.port), given.name, given.before, given.after, given.seed)
    (HERE / f"{given.name}.json").write_text(json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    main()
