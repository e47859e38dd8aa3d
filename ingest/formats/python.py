"""Python's logging: basicConfig's default, the orders of its documentation, and its frameworks'."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="python",
    summary="Python's logging: basicConfig's default, the orders of its documentation, and its frameworks'.",
    patterns=(
        "{time} - {service} - {level} - {message}",
        "{time} - {level} - {message}",
        "{time} [{service:text}] {level}: {message}",
        "{time} {service} [{pid}]: {level:column} {message}",
        "{time} {service:name} {level:column}: {message}",
        "{time} {service:name} {level:column} {message}",
        "[{time}: {level}/{service}] {message}",
        "[{time}] [{pid}] [{level}] {message}",
        "[{time}] {{{source}} {level} - {message}",
        "[{time}] {level} in {service}: {message}",
        "[{severity:letter} {time} {service}] {message}",
        "[{severity:letter} {time:compact} {source:word}] {message}",
        "{time:us} - {service} - {level} - {message}",
        "{level:column} {time} {service:name} {process:num} {thread:num} {message}",
        "{level:column}:{service}:{message}",
    ),
)
