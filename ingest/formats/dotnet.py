""".NET's console: level, category and event, the message in the lines below or behind."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="dotnet",
    summary=".NET's console: level, category and event, the message in the lines below or behind.",
    patterns=(
        "{level}: {service}[{event:num}] {message}",
        "{time} {level}: {service}[{event:num}] {message}",
    ),
)
