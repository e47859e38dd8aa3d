"""Ports on this machine: taken or free."""

import random
import socket
from collections.abc import Iterable
from pathlib import Path

from logburl.ingest.errors import ConfigError

HOST = "127.0.0.1"
RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_taken(port: int) -> bool:
    """Tell whether somebody listens at a port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def check_free(ports: Iterable[int]) -> None:
    """Fail where somebody listens already, whose answers could be taken for our service's.

    Raises:
        ConfigError: A port is taken.
    """
    if taken := [str(port) for port in ports if is_taken(port)]:
        raise ConfigError(f"expected free ports, but something listens at {', '.join(taken)}: choose others")


def free_ports(number: int) -> list[int]:
    """Return ports at which nobody listens, and which the system gives to no client.

    Of those that it does give, one could be a client's while its service is down, in a test that restarts it; a client
    that tries again and again may even be connected to itself.
    """
    try:
        first_given = int(RANGE.read_text().split()[0])
    except OSError:
        first_given = 32768
    tried = random.SystemRandom().sample(range(min(10_000, first_given // 2), first_given), 100 + number)
    return [port for port in tried if _can_be_bound(port)][:number]


def _can_be_bound(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
