"""Counts and vectors, made into anomalies, and those into incidents."""

if __name__ != "logburl.detect":
    raise ImportError("import this folder as logburl.detect")
