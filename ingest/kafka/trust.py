"""What is wrong with certificates, where brokers are not reached: the clients tell it of some, and of others not."""

import re

from logburl.ingest.certificates import distrust, expired
from logburl.ingest.kafka.settings import Access

MOST_SERVERS = 3
AGAIN_NS = 60_000_000_000
NUMBER = re.compile(r"\d+")


class Mistrust:
    """Explains errors by certificates; servers are asked again for another error, or a minute later, not each time.

    Args:
        access: How the brokers are reached.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._error = ""
        self._asked_ns = 0
        self._why = ""

    def why(self, error: str, now_ns: int) -> str:
        """Return which certificate is behind an error, empty if none is known to be."""
        error = NUMBER.sub("", error)  # ports and durations: the same error nevertheless
        if error != self._error or now_ns >= self._asked_ns + AGAIN_NS:
            self._error, self._asked_ns = error, now_ns
            self._why = mistrust(self._access, now_ns)
        return self._why


def mistrust(access: Access, now_ns: int) -> str:
    """Return which certificate is why brokers are not reached, empty if none is known to be. It asks them."""
    if not access.tls:
        return ""
    own = expired("source.kafka.certificate_file", access.certificate_file, now_ns)
    if own:
        return own
    for server in access.servers[:MOST_SERVERS]:
        host, _, port = server.rpartition(":")
        why = distrust(host.strip("[]"), int(port), access.ca_file) if port.isdigit() else ""
        if why:
            return f"the certificate of {server} is not trusted: {why}"
    return ""
