"""The Linux audit daemon's records; their type stands for the service."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="audit",
    summary="The Linux audit daemon's records; their type stands for the service.",
    patterns=(
        "type={service} msg=audit({time:epoch}:{serial}): {message}",
        "node={host} type={service} msg=audit({time:epoch}:{serial}): {message}",
    ),
)
