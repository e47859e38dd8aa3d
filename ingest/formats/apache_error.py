"""Apache httpd's error log, 2.2 and 2.4."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="apache-error",
    summary="Apache httpd's error log, 2.2 and 2.4.",
    patterns=(
        "[{time:ctime}] [{service}:{level}] [pid {process:text}] {message}",
        "[{time:ctime}] [:{level}] [pid {process:text}] {message}",
        "[{time:ctime}] [{service}:{level}] {message}",
        "[{time:ctime}] [{level}] {message}",
    ),
)
