"""Fields between bars: NLog, loguru, ActiveMQ and kin."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="piped",
    summary="Fields between bars: NLog, loguru, ActiveMQ and kin.",
    patterns=(
        "{time:joined}|{service}|{pid}|{message}",
        "{time}|{level}|{service}|{message}",
        "{time} | {level} | {service}:{function}:{line:num} - {message}",
        "{time} | {level} | {service} | {message}",
        "{time} | {level} | {message}",
    ),
)
