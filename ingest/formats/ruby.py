"""Ruby's Logger: letter, time and process id, level (``ANY`` is none), program."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="ruby",
    summary="Ruby's Logger: letter, time and process id, level, program.",
    patterns=(
        *(
            f"{letter}, [{{time}}{process}] {level} -- {program}: {{message}}"
            for letter, level in (("A", "ANY"), ("{severity:letter}", "{level}"))
            for process in (" #{pid}", "#{pid}")
            for program in ("", "{service}")
        ),
    ),
)
