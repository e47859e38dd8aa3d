"""Functions on AWS Lambda: time, request and level between tabs."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="aws-lambda",
    summary="Functions on AWS Lambda: time, request and level between tabs.",
    patterns=(
        "{time}\t{request}\t{level}\t{message}",
        "[{level}]\t{time}\t{request}\t{message}",
    ),
)
