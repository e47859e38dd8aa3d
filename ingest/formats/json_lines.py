"""One JSON object a line: message, time, level and service by their usual keys."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="json",
    summary="One JSON object a line: message, time, level and service by their usual keys.",
    patterns=("{line:json}",),
)
