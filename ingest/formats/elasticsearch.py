"""Elasticsearch, OpenSearch, Logstash, Kibana: time, level, logger, perhaps node or pipeline in brackets."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="elasticsearch",
    summary="Elasticsearch, OpenSearch, Logstash, Kibana: time, level, logger, perhaps node or pipeline in brackets.",
    patterns=(
        *(
            f"[{{time}}][{{level}}{a}][{{service}}{b}]{rest} {{message}}"
            for rest in (" [{node:text}]", "[{pipeline:text}]", "")
            for a in (" ", "")
            for b in (" ", "")
        ),
    ),
)
