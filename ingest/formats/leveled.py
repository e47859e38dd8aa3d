"""A level beside a time or alone, perhaps a component, and free text."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="leveled",
    summary="A level beside a time or alone, perhaps a component, and free text.",
    patterns=(
        "{time} {level:column} {service:name}: {message}",
        "{time} {level:column} {service:name} - {message}",
        "{time} [{level}] {service:name}: {message}",
        "{time} [{level}] {service:name} - {message}",
        "{time} [{level}] [{service:text}] {message}",
        "{time} [{level}] {message}",
        "{time} [{level} ] {message}",
        "{time} <{level}> {message}",
        "{time} ({level}) {message}",
        "{time} {level}: {message}",
        "{time} {level:column} {message}",
        "[{time}] [{level}] [{service:text}] {message}",
        "[{time}] [{level}] {message}",
        "[{time}] {level}: {message}",
        "[{time}] {level:column} {message}",
        "[{time} {level}] {message}",
        "[{time:clf}] {level}: {message}",
        "{level:column} {time} {message}",
        "{level:column} [{time}] {message}",
        "[{level}] {time} {message}",
        "[{level}] [{time}] {message}",
        "{clock:clock} [{level}] {message}",
        "{clock:clock} {level:column} {message}",
        "[{clock:clock}] [{thread:text}/{level}]: {message}",
        "[{clock:clock} {level}] {message}",
        "[{level}] {message}",
        "{level:column}: {message}",
    ),
)
