"""Spring Boot's default."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="spring",
    summary="Spring Boot's default.",
    patterns=(
        "{time} {level} {pid} --- [{thread}] {service} : {message}",
        "{time} {level} {pid} --- [{application:text}] [{thread}] {service} : {message}",
        "{time} {level} {pid} --- [{application:text}] [{thread}] [{trace:text}] {service} : {message}",
        "{time} {level} [{application:text}] {pid} --- [{thread}] {service} : {message}",
    ),
)
