"""Spring Boot's default."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="spring",
    summary="Spring Boot's default.",
    patterns=("{time} {level} {pid} --- [{thread}] {service} : {message}",),
)
