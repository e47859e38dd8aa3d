"""A time stamp, perhaps a level and a component, and free text."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="timed",
    summary="A time stamp, perhaps a level and a component, and free text.",
    patterns=(
        "{time} {level} {service}: {message}",
        "{time} {level} {service} - {message}",
        "{time} [{level}] {service}: {message}",
        "{time} [{level}] {message}",
        "{time} {level}: {message}",
        "{time} {level} {message}",
        "[{time}] [{level}] {message}",
        "[{time}] {level}: {message}",
        "[{time}] {level} {message}",
        "[{time}] {message}",
        "{time} {message}",
        "{time:short} {message}",
        "{time:ctime} {message}",
        "{time:epoch} {message}",
    ),
)
