"""Fields between bars or colons: NLog, loguru, ActiveMQ, Jetty and kin."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="piped",
    summary="Fields between bars or colons: NLog, loguru, ActiveMQ, Jetty and kin.",
    patterns=(
        "{time:joined}|{service}|{pid}|{message}",
        "{time}|{level}|{service}|{message}",
        "{time}|{level}|{message}",
        "{time}|{level} |{service}|{message}",
        "{time}|{level} |{message}",
        "{time}|[{level}]|{service}|{message}",
        "{time}|{pid}|{level}|{service}|{message}",
        "{time}|{service}|{level}|{message}",
        "{time}|{service}|{level} |{message}",
        "{time} {level}|{service}|{message}",
        "{time} | {level} | {service}:{function}:{line:num} - {message}",
        "{time} | {thread} | {level} | {service} | {message}",
        "{time} | {service} | {level} | {message}",
        "{time} | {level} | {service} | {message}",
        "{time} | {level} | {message}",
        "{time}:{level}:{service}:{thread:word}: {message}",
        "{level}|{time}|{service}|{message}",
        "{level} | {time} | {service} | {message}",
    ),
)
