"""Envoy's own log: time, thread, level, logger, perhaps the source line."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="envoy",
    summary="Envoy's own log: time, thread, level, logger, perhaps the source line.",
    patterns=(
        "[{time}][{thread:num}][{level}][{service}] [{source}] {message}",
        "[{time}][{thread:num}][{level}][{service}] {message}",
    ),
)
