"""Ports: free ones are found, taken ones are told of."""

import socket

import pytest

from logburl.deploy.services.ports import HOST, RANGE, check_free, free_ports
from logburl.ingest.errors import ConfigError


def test_free_ones_are_no_clients() -> None:
    """They differ, nobody listens there, and the system gives them to no client in the meantime."""
    found = free_ports(5)

    check_free(found)
    assert len(set(found)) == 5
    assert max(found) < int(RANGE.read_text().split()[0])


def test_a_taken_one_is_told() -> None:
    """Where somebody listens the message names the port."""
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(ConfigError, match=f"listens at {port}: choose others"):
            check_free([port, *free_ports(1)])
