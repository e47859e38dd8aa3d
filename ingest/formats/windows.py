"""Windows servicing (CBS): time, level, component."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="windows",
    summary="Windows servicing (CBS): time, level, component.",
    patterns=("{time}, {level} {service} {message}",),
)
