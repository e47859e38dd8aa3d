"""The room that knows everybody: configuration, catalogue, pipeline, command line and reports."""

if __name__ != "logburl.deploy":
    raise ImportError("import this folder as logburl.deploy")
