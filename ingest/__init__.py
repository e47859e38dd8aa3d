"""Bytes of the world, made into columns of entries: sources, formats, the kernel, signatures and templates."""

if __name__ != "logburl.ingest":
    raise ImportError("import this folder as logburl.ingest")
