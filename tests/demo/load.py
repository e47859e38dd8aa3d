"""The load of the demo's database: a small shop, seven applications that speak SQL through psql.

Each application keeps one connection, sends statements at random times (a Poisson process of its rate), closes the
connection after some dozens of statements and opens the next, as a pool does. A lost one is opened again at once.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

CUSTOMERS, PRODUCTS = 20_000, 2_000

SCHEMA = f"""
CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, balance numeric NOT NULL DEFAULT 0);
CREATE TABLE product (id int PRIMARY KEY, name text NOT NULL, stock int NOT NULL CHECK (stock >= 0));
CREATE TABLE purchase (reference bigint PRIMARY KEY, customer int REFERENCES customer, product int REFERENCES product,
                       amount numeric NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE session (token uuid PRIMARY KEY, customer int NOT NULL, seen timestamptz NOT NULL DEFAULT now());
CREATE TABLE invoice (id bigserial PRIMARY KEY, customer int REFERENCES customer, amount numeric, paid boolean);
INSERT INTO customer SELECT i, 'customer ' || md5(i::text) FROM generate_series(1, {CUSTOMERS}) i;
INSERT INTO product SELECT i, 'product ' || md5(i::text), 100000 FROM generate_series(1, {PRODUCTS}) i;
INSERT INTO purchase SELECT i, i % {CUSTOMERS} + 1, i % {PRODUCTS} + 1, i % 97 FROM generate_series(1, 200000) i;
INSERT INTO session SELECT md5(i::text)::uuid, i % {CUSTOMERS} + 1 FROM generate_series(1, 20000) i;
VACUUM ANALYZE;
"""

Statement = Callable[[Random], str]


def checkout(rng: Random) -> str:
    """A purchase; one in a hundred repeats a reference (duplicate key), one in two hundred wants too much (check)."""
    reference = rng.randrange(200_000) if rng.random() < 0.01 else rng.randrange(10**6, 10**12)
    customer, product = rng.randint(1, CUSTOMERS), rng.randint(1, PRODUCTS)
    taken = 1_000_000 if rng.random() < 0.005 else rng.randint(1, 3)
    return (
        f"BEGIN; INSERT INTO purchase VALUES ({reference}, {customer}, {product}, {rng.randint(1, 9999) / 100});"
        f" UPDATE product SET stock = stock - {taken} WHERE id = {product}; COMMIT;"
    )


def sessions(rng: Random) -> str:
    """A visitor comes, is seen again, or leaves."""
    token, customer = f"{rng.getrandbits(128):032x}", rng.randint(1, CUSTOMERS)
    return rng.choice(
        (
            f"INSERT INTO session VALUES ('{token}', {customer});",
            f"UPDATE session SET seen = now() WHERE customer = {customer};",
            f"DELETE FROM session WHERE customer = {customer} AND seen < now() - interval '1 minute';",
        )
    )


def catalogue(rng: Random) -> str:
    """A page of the shop; now and then a visitor types letters where a number belongs."""
    wanted = "seven" if rng.random() < 0.02 else str(rng.randint(1, PRODUCTS))
    return f"SELECT id, name, stock FROM product WHERE id = '{wanted}';"


def billing(rng: Random) -> str:
    """An invoice written or paid; a nightly correction that holds its row for a while (lock waits)."""
    customer = rng.randint(1, CUSTOMERS)
    if rng.random() < 0.3:
        return f"UPDATE invoice SET paid = true WHERE customer = {customer} AND NOT paid;"
    return (
        f"INSERT INTO invoice (customer, amount, paid) VALUES ({customer}, {rng.randint(1, 500)}, false);"
        f" UPDATE customer SET balance = balance - {rng.randint(1, 500)} WHERE id = {customer};"
    )


def stocktaking(rng: Random) -> str:
    """A count of a tenth of the shelves in one transaction: checkout waits for its locks."""
    first = rng.randint(1, PRODUCTS - 200)
    return (
        f"BEGIN; UPDATE product SET stock = stock + 50 WHERE id BETWEEN {first} AND {first + 200};"
        " SELECT pg_sleep(0.6); COMMIT;"
    )


def reporting(rng: Random) -> str:
    """A heavy aggregate: slow enough to be logged, and it sorts on disk."""
    return (
        "SELECT customer, product, sum(amount), count(*) FROM (SELECT p.* FROM purchase p,"
        f" generate_series(1, {rng.randint(3, 5)})) s GROUP BY 1, 2 ORDER BY 3 DESC, 4 LIMIT {rng.randint(10, 99)};"
    )


def health(rng: Random) -> str:
    """The question that every load balancer asks."""
    return "SELECT 1;"


@dataclass(frozen=True, slots=True)
class Application:
    """A program of the shop: its name in the log, what it says, how often, and for how long on one connection."""

    name: str
    statement: Statement
    rate_hz: float
    statements_per_connection: int


SHOP = (
    Application("checkout", checkout, 5, 60),
    Application("sessions", sessions, 12, 150),
    Application("catalogue", catalogue, 8, 80),
    Application("billing", billing, 4, 50),
    Application("stocktaking", stocktaking, 0.2, 5),
    Application("reporting", reporting, 0.3, 4),
    Application("health", health, 0.5, 1),
)


def send(application: Application, command: list[str], rng: Random, stop: threading.Event) -> None:
    """Be this application until ``stop`` is set."""
    while not stop.is_set():
        with connection(application.name, command) as psql:
            for statement in paced(application, rng, stop):
                try:
                    print(statement, file=psql.stdin, flush=True)
                except BrokenPipeError:
                    stop.wait(0.1)
                    break
            end(psql)


def paced(application: Application, rng: Random, stop: threading.Event) -> Iterator[str]:
    """Yield the statements of one connection at their times."""
    for _ in range(rng.randint(1, 2 * application.statements_per_connection)):
        if stop.wait(rng.expovariate(application.rate_hz)):
            return
        yield application.statement(rng)


def connection(name: str, command: list[str]) -> subprocess.Popen[str]:
    """Open a psql whose statements come from a pipe."""
    return subprocess.Popen(
        command,
        env={**os.environ, "PGAPPNAME": name},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def end(psql: subprocess.Popen[str]) -> None:
    """Close the pipe and wait until psql has said all it was given."""
    try:
        psql.communicate(timeout=20)
    except BrokenPipeError:
        psql.wait()
    except subprocess.TimeoutExpired:
        psql.kill()
