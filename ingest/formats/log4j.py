"""Log4j, Logback and kin: time, level, thread and logger in their usual orders."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="log4j",
    summary="Log4j, Logback and kin: time, level, thread and logger in their usual orders.",
    patterns=(
        "{time} {level} [{service:text}] ({thread}) {message}",
        "{time} {level} [{thread}] {service}: {message}",
        "{time} {level} [{thread}] {service} - {message}",
        "{time} {level} [{thread}] - {message}",
        "{time} {level} [{service}] {message}",
        "{time} {level} [{thread}] {message}",
        "{time} {level} ({thread}) [{service:name}] {message}",
        "{time} {level} ({thread}) [{node:text}] {service} {message}",
        "{time} {level} {service} [] - {message}",
        "{time} {level} {service} [{thread}] - {message}",
        "{time} [{thread}] {level} {service} - {message}",
        "{time} [{thread}] {level} {service}: {message}",
        "{time} - {level} [{thread}] - {message}",
        "{time} [{tag:text}] - {level} [{thread}] - {message}",
        "{time:short} {level} {service}: {message}",
        "{time:clf} {level} [{thread}] {service} {message}",
        "{clock:clock} [{thread}] {level} {service} - {message}",
        "{elapsed:num} [{thread}] {level} {service} - {message}",
        "{level} [{thread}] {time} {source} - {message}",
        "{level} {time} [{thread}] {service} - {message}",
        "{level} {time} [{thread}] {service}: {message}",
        "{level} [{time}] {service}: {message}",
    ),
)
