"""What the services consist of: for each folder, the artefacts that are asked for by name.

A coordinate is written ``group:artifact:version:type``. What these depend on is resolved by ``make lock-services``,
and stands with its hashes in ``artefacts.json``.
"""

from dataclasses import dataclass

KAFKA = "4.1.0"
OPENSEARCH = "3.4.0"  # of later ones no security plugin is published

LIBRARIES = "opensearch/lib"
NETTY = "opensearch/modules/transport-netty4"
PAINLESS = "opensearch/modules/lang-painless"
KNN = "opensearch/plugins/opensearch-knn"
SECURITY = "opensearch/plugins/opensearch-security"
BROKER = "kafka/libs"


@dataclass(frozen=True, slots=True)
class Root:
    """What a folder must hold; ``whole``: with all that it depends on, else these artefacts alone."""

    coordinates: tuple[str, ...]
    whole: bool = True


ROOTS = {
    BROKER: Root(
        (
            f"org.apache.kafka:kafka_2.13:{KAFKA}:jar",
            "org.slf4j:slf4j-simple:1.7.36:jar",  # without a binding the broker logs nothing
        )
    ),
    LIBRARIES: Root(
        (
            f"org.opensearch:opensearch:{OPENSEARCH}:jar",
            f"org.opensearch:opensearch-plugin-classloader:{OPENSEARCH}:jar",
            f"org.opensearch:opensearch-agent-bootstrap:{OPENSEARCH}:jar",
            "org.apache.logging.log4j:log4j-core:2.21.0:jar",
        )
    ),
    NETTY: Root((f"org.opensearch.plugin:transport-netty4-client:{OPENSEARCH}:jar",)),
    PAINLESS: Root((f"org.opensearch.plugin:lang-painless:{OPENSEARCH}:jar",)),
    KNN: Root(
        (
            f"org.opensearch.plugin:opensearch-knn:{OPENSEARCH}.0:zip",
            "org.opensearch.plugin:transport-grpc-spi:3.6.0:jar",  # k-NN's classes name it; 3.4.0 is not published
            "org.opensearch:protobufs:1.3.0:jar",
            "io.grpc:grpc-api:1.75.0:jar",
            "com.google.guava:guava:33.2.1-jre:jar",
            "com.google.guava:failureaccess:1.0.2:jar",
        ),
        whole=False,
    ),
    SECURITY: Root(
        (
            f"org.opensearch.plugin:opensearch-security:{OPENSEARCH}.0:zip",
            "org.apache.commons:commons-collections4:4.5.0:jar",
        ),
        whole=False,
    ),
}

# A module's jar has no descriptor: this is the class that each begins with.
MODULES = {
    NETTY: "org.opensearch.transport.Netty4ModulePlugin",
    PAINLESS: "org.opensearch.painless.PainlessModulePlugin",
}

# What a plugin says that it extends names modules that are not published; this is what it needs of them here.
EXTENDS = {KNN: "lang-painless", SECURITY: ""}


def file_name(coordinate: str) -> str:
    """Return an artefact's file name, as Maven makes it.

    >>> file_name("org.slf4j:slf4j-simple:1.7.36:jar")
    'slf4j-simple-1.7.36.jar'
    """
    _, artifact, version, kind = coordinate.split(":")
    return f"{artifact}-{version}.{kind}"
