"""OpenStack's oslo.log, also with the file's name before it."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="oslo",
    summary="OpenStack's oslo.log, also with the file's name before it.",
    patterns=(
        "{time} {pid} {level} {service} [{context:text}] {message}",
        "{time} {pid} {level} {service} {message}",
        "{file} {time} {pid} {level} {service} [{context:text}] {message}",
        "{file} {time} {pid} {level} {service} {message}",
    ),
)
