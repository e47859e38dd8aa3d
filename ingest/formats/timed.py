"""A time stamp and free text."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="timed",
    summary="A time stamp and free text.",
    general=True,
    patterns=(
        "[{time}] {message}",
        "{time} - {message}",
        "{time} {process:name}| {message}",
        "{time} {source:source}: {message}",
        "{time} {message}",
        "{time}: {message}",
        "{time}, {message}",
        "{time},{message}",
        "{time}| {message}",
        "{time:short} {message}",
        "{time:ctime} {message}",
        "{time:epoch} {message}",
        "{time:epoch}: {message}",
        "{time:clf} {message}",
        "{time:us} {message}",
        "{time:jul} {message}",
        "{time:joined} {message}",
        "{time:dotted} {message}",
        "[{time:ctime}] {message}",
        "[{time:epoch}] {message}",
        "[{time:clf}] {message}",
        "[{time:us}] {message}",
        "[{time:jul}] {message}",
        "[{time:monthday}] {service:text} - {message}",
        "[{time:monthday}] {message}",
    ),
)
