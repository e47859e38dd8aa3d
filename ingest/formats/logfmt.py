"""key=value pairs: message, time, level and service by their usual keys."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="logfmt",
    summary="key=value pairs: message, time, level and service by their usual keys.",
    patterns=("{line:logfmt}",),
)
