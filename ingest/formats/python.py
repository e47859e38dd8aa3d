"""Python's logging: basicConfig's default and the orders that its documentation shows."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="python",
    summary="Python's logging: basicConfig's default and the orders that its documentation shows.",
    patterns=(
        "{time} - {service} - {level} - {message}",
        "{time} {service} {level}: {message}",
        "{level}:{service}:{message}",
    ),
)
