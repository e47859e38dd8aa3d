"""What `kubectl logs --prefix` and stern print: pod and container, the line."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="kubectl",
    summary="What `kubectl logs --prefix` and stern print: pod and container, the line.",
    patterns=(
        "[pod/{stream}] {time:rfc3339}{line:line}",
        "[pod/{stream}]{line:line}",
        "{stream:pod} {service:name}{line:line}",
    ),
)
