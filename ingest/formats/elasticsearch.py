"""Elasticsearch, OpenSearch, Logstash and Kibana: bracketed time, level and logger, perhaps node or pipeline."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="elasticsearch",
    summary="Elasticsearch, OpenSearch, Logstash and Kibana: bracketed time, level and logger, perhaps node or pipeline.",
    patterns=(
        *(
            f"[{{time}}][{{level}}{a}][{{service}}{b}]{rest} {{message}}"
            for rest in (" [{node:text}]", "[{pipeline:text}]", "")
            for a in (" ", "")
            for b in (" ", "")
        ),
    ),
)
