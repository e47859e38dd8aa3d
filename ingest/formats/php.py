"""PHP's error log."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="php",
    summary="PHP's error log.",
    patterns=(
        "[{time:clf}] PHP {message}",
        "[{time:clf} {zone}] PHP {message}",
    ),
)
