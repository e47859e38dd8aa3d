"""Redis: process id and role, time, a sign for the level."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="redis",
    summary="Redis: process id and role, time, a sign for the level.",
    patterns=(
        "{pid}:{role} {time:clf} {severity:sign} {message}",
        "{pid}:signal-handler ({time:epoch}) {message}",
    ),
)
