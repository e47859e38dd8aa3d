"""NestJS: process id, local time, level, context."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="nest",
    summary="NestJS: process id, local time, level, context.",
    patterns=(
        "[Nest] {pid} - {time:us} {level} [{service:text}] {message}",
        "[Nest] {pid} - {time:us} {level} {message}",
    ),
)
