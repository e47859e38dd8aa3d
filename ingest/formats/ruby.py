"""Ruby's Logger: letter, time and process id, level, program."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="ruby",
    summary="Ruby's Logger: letter, time and process id, level, program.",
    patterns=(
        "{severity:letter}, [{time} #{pid}] {name} -- : {message}",
        "{severity:letter}, [{time} #{pid}] {name} -- {service}: {message}",
        "{severity:letter}, [{time}#{pid}] {name} -- : {message}",
        "{severity:letter}, [{time}#{pid}] {name} -- {service}: {message}",
    ),
)
