"""java.util.logging's default of two lines: time, class and method, then level and message."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="java-util",
    summary="java.util.logging's default of two lines: time, class and method, then level and message.",
    patterns=("{time:jul} {service:name} {method}{message:more}",),
)
