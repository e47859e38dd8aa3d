"""Rust's env_logger: time, level and module in brackets."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="rust",
    summary="Rust's env_logger: time, level and module in brackets.",
    patterns=("[{time} {level} {service}] {message}",),
)
