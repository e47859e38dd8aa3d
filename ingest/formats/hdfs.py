"""Hadoop's older layout: yymmdd hhmmss, thread, level, class."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="hdfs",
    summary="Hadoop's older layout: yymmdd hhmmss, thread, level, class.",
    patterns=("{time:compact} {pid} {level} {service}: {message}",),
)
