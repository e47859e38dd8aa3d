"""MySQL's and MariaDB's slow query log: an entry a query; the user is the service."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="mysql-slow",
    summary="MySQL's and MariaDB's slow query log: an entry a query; the user is the service.",
    patterns=(
        "# User@Host: {service}[{account}] {message:block}",
        "# User@Host: {message:block}",
        "# Time: {time}{message:more}",
        "# Time: {time:compact}{message:more}",
        "{folder}/mysqld, Version: {message:block}",
        "{folder}/mariadbd, Version: {message:block}",
        "mysqld, Version: {message:block}",
        "mariadbd, Version: {message:block}",
    ),
)
