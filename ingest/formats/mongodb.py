"""MongoDB before 4.4: time, letter, component, context."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="mongodb",
    summary="MongoDB before 4.4: time, letter, component, context.",
    patterns=("{time} {severity:letter} {service} [{context:text}] {message}",),
)
