"""Fields between bars: time, component, process, message."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="piped",
    summary="Fields between bars: time, component, process, message.",
    patterns=(
        "{time:joined}|{service}|{pid}|{message}",
        "{time}|{level}|{service}|{message}",
        "{time} | {level} | {service} | {message}",
    ),
)
