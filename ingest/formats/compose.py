"""What `docker compose logs` prints: the replica of a service, a bar, the line."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="compose",
    summary="What `docker compose logs` prints: the replica of a service, a bar, the line.",
    patterns=(
        "{stream:replica} | {time:rfc3339}{line:line}",
        "{stream:replica} |{line:line}",
    ),
)
