"""Log4j, Logback and kin: ISO time, level, thread and logger in their usual orders."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="log4j",
    summary="Log4j, Logback and kin: ISO time, level, thread and logger in their usual orders.",
    patterns=(
        "{time} {level} [{thread}] {service}: {message}",
        "{time} {level} [{thread}] {service} - {message}",
        "{time} [{thread}] {level} {service} - {message}",
        "{time} [{thread}] {level} {service}: {message}",
        "{time} - {level} [{thread}] - {message}",
        "{time} {level} [{thread}] - {message}",
        "{time} {level} [{service}] {message}",
        "{time:short} {level} {service}: {message}",
    ),
)
