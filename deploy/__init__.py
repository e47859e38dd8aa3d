"""The room that knows everybody: configuration, catalogue, pipeline, command line and reports.

``cli`` names the commands; what each does stands in the module of its name, ``patterns`` in ``survey``, ``incidents``
and ``show`` in ``kept``. A scan goes ``inputs`` → ``pipeline`` → ``judgement`` → ``tell`` → ``result`` → ``reports``,
and ``remember`` keeps what it learned; ``live`` does the same on logs that grow. ``config`` (``settings``) says what is
read and how, ``output`` is where results and progress are written.
"""

if __name__ != "logburl.deploy":
    raise ImportError("import this folder as logburl.deploy")
