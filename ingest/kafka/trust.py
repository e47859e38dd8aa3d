"""What is wrong with certificates, where brokers are not reached: the clients tell it of some, and of others not."""

from logburl.ingest.certificates import distrust, expired
from logburl.ingest.kafka.settings import Access

MOST_SERVERS = 3


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
