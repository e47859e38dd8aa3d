"""MySQL's and MariaDB's error log."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="mysql",
    summary="MySQL's and MariaDB's error log.",
    patterns=(
        "{time} {thread:num} [{level}] [{code}] [{service}] {message}",
        "{time} {thread:num} [System] [{code}] [{service}] {message}",
        "{time} {thread:num} [{level}] {message}",
        "{time:compact} [{level}] {message}",
        "{time:compact} InnoDB: {message}",
        "{time:compact} mysqld_safe {message}",
        "{time} mysqld_safe {message}",
    ),
)
