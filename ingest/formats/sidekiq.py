"""Sidekiq: time, process and thread, the job's class and id, perhaps how long it took, level."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="sidekiq",
    summary="Sidekiq: time, process and thread, the job's class and id, perhaps how long it took, level.",
    patterns=(
        *(
            f"{{time}} pid={{pid}} tid={{tid}}{job} {{level}}: {{message}}"
            for job in (" class={class} jid={jid} elapsed={elapsed}", " class={class} jid={jid}", "")
        ),
    ),
)
