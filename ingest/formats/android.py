"""Android's logcat: threadtime, time and brief."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="android",
    summary="Android's logcat: threadtime, time and brief.",
    patterns=(
        "{time:monthday} {pid} {thread:num} {severity:letter} {service:text}: {message}",
        "{time} {pid} {thread:num} {severity:letter} {service:text}: {message}",
        "{time:monthday} {severity:letter}/{service:text}({process:text}): {message}",
        "{severity:letter}/{service:text}({process:text}): {message}",
    ),
)
