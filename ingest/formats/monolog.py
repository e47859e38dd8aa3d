"""PHP's Monolog (Laravel, Symfony): time, channel and level."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="monolog",
    summary="PHP's Monolog (Laravel, Symfony): time, channel and level.",
    patterns=("[{time}] {service}.{level}: {message}",),
)
