"""macOS' unified log as text: thread, type, activity, process id."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="macos",
    summary="macOS' unified log as text: thread, type, activity, process id.",
    patterns=(
        "{time} 0x{thread} {level} 0x{activity} {pid} {ttl:num} {service}: {message}",
        "{time} 0x{thread} {type} 0x{activity} {pid} {ttl:num} {service}: {message}",
    ),
)
