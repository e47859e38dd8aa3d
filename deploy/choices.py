"""What options choose from: forms of output, and what is a finding."""

from enum import StrEnum


class ScanOutput(StrEnum):
    """Forms of a report."""

    text = "text"
    json = "json"
    ndjson = "ndjson"
    html = "html"
    md = "md"


class ParseOutput(StrEnum):
    """Forms of the entries."""

    ndjson = "ndjson"
    parquet = "parquet"
    text = "text"
    none = "none"


class ListOutput(StrEnum):
    """Forms of a list."""

    text = "text"
    json = "json"
    ndjson = "ndjson"


class FailOn(StrEnum):
    """What makes a scan exit with 1."""

    new = "new"
    incident = "incident"


class ServicesOutput(StrEnum):
    """Forms of what is told of services."""

    text = "text"
    json = "json"
