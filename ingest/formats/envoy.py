"""Envoy's own log: time, thread, level, logger, perhaps the source line; and its access log."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="envoy",
    summary="Envoy's own log: time, thread, level, logger, perhaps the source line; and its access log.",
    patterns=(
        "[{time}][{thread:num}][{level}][{service}] [{source}] {message}",
        "[{time}][{thread:num}][{level}][{service}] {message}",
        "[{time}] {message:request}",
    ),
)
