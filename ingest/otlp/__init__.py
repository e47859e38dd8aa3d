"""Logs as OpenTelemetry's protocol carries them (OTLP 1.x over HTTP): requests → lines.

``requests`` reads a request's body, protobuf or JSON, record by record; ``lines`` writes each record as one line of
JSON with OTLP's own names, which the format ``json`` reads; ``answers`` answers.
"""
