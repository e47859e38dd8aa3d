"""Templates, made into vectors."""

if __name__ != "logburl.vectorize":
    raise ImportError("import this folder as logburl.vectorize")
