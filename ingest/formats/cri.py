"""Kubernetes' container logs (CRI): time, stream, F for a full line or P for a part, the line."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="cri",
    summary="Kubernetes' container logs (CRI): time, stream, F for a full line or P for a part, the line.",
    patterns=(
        "{time:rfc3339} {stream} F{line:line}",
        "{time:rfc3339} {stream} P{line:part}",
    ),
)
