"""Addresses as a configuration writes them."""

from typing import Annotated

from logburl.deploy.settings.fields import Check

LAST_PORT = 65_535


def address_of(text: str) -> tuple[str, int]:
    """Return host and port of ``host:port``.

    >>> address_of("[::1]:9640")
    ('::1', 9640)
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > LAST_PORT:
        raise ValueError(f"expected host:port, got {text!r}")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _an_address(text: str) -> str:
    address_of(text)
    return text


Address = Annotated[str, Check(_an_address)]
