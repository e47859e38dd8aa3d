"""The servers of the tests: those of ``logburl services``, with what tests want of them beside."""

import secrets
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from opensearchpy import OpenSearch as Client

from logburl.deploy.services.kafka import SASL, Kafka
from logburl.deploy.services.opensearch import OpenSearch
from logburl.deploy.services.security import USER

QUICK = "-XX:TieredStopAtLevel=1"  # half the time to start, but slower under load than what a benchmark should see


def unique(name: str) -> str:
    """Return a name that no other test has: servers are shared, what is in them is not."""
    return f"{name}-{secrets.token_hex(4)}"


class Broker(Kafka):
    """A broker that makes topics, and names that nobody else has."""

    options = (*Kafka.options, QUICK)

    def client(self, user: str = USER, mechanism: str = SASL[0], **more: Any) -> dict[str, Any]:
        """Return the arguments of a client of kafka-python; with security it is ``admin``'s."""
        if self.security is None:
            return {"bootstrap_servers": self.address, **more}
        login = {
            "sasl_mechanism": mechanism,
            "sasl_plain_username": user,
            "sasl_plain_password": self.security.password_of(user),
            "ssl_cafile": str(self.security.ca),
        }
        return {"bootstrap_servers": self.address, "security_protocol": self.protocol, **login, **more}

    def topic(self, name: str = "lines", partitions: int = 1, **settings: str) -> str:
        """Make a topic with a name of its own and return that; ``max_message_bytes="…"`` sets ``max.message.bytes``."""
        topic = unique(name)
        configs = {key.replace("_", "."): value for key, value in settings.items()}
        admin = KafkaAdminClient(**self.client())
        try:
            admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=configs)])
        finally:
            admin.close()
        return topic


class Node(OpenSearch):
    """A node that gives clients, and can be swept."""

    options = (*OpenSearch.options, QUICK)

    def client(self, **more: Any) -> Client:
        """Return a client; with security it is ``admin``'s."""
        login = {"http_auth": (USER, self.security.password), "ca_certs": self.security.ca} if self.security else {}
        return Client(hosts=[self.address], **{**login, **more})

    def sweep(self, prefix: str) -> None:
        """Delete the data streams, indices and templates whose names begin so."""
        with self.client() as client:
            client.indices.delete_data_stream(name=f"{prefix}*", ignore=404)
            client.indices.delete(index=f"{prefix}*", ignore=404, expand_wildcards="all")
            client.indices.delete_index_template(name=f"{prefix}*", ignore=404)
