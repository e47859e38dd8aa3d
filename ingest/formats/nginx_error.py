"""nginx's error log."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="nginx-error",
    summary="nginx's error log.",
    patterns=("{time} [{level}] {pid}#{thread:num}: {message}",),
)
