"""Entry point of the command. Before anything heavy is imported, Ctrl-C is made to end it without a traceback.

``_signal`` is the part of ``signal`` that lies in the interpreter; the rest imports more than has been before.
"""

import _signal as signal
import gc
import os
import sys
from types import FrameType

INTERRUPTED = 130

OBJECTS_BETWEEN_COLLECTIONS = 200_000
"""By default, Python looks for garbage that refers to itself after every 700 new objects. Importing modules makes many
and leaves none of it: looking takes a tenth of the start."""


UNLESS_TOLD = {
    "OPENBLAS_NUM_THREADS": "1",  # numpy starts one for each core else, and no command gains by them
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # looking for some takes a tenth of the start
}
"""Set in the environment, where libraries look."""


def main() -> None:
    """Run the command."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # it may be one to be ignored
        signal.signal(signal.SIGINT, end_at_once)
    for name, value in UNLESS_TOLD.items():
        os.environ.setdefault(name, value)
    from logburl.deploy.cli import app
    from logburl.deploy.exits import prepare_standard_streams

    prepare_standard_streams()
    try:
        app()
    except SystemExit as end:
        if isinstance(end.code, int):
            leave(end.code)
        raise


def leave(code: int) -> None:
    """End the process as it is: the system takes its memory back quicker than Python tears down what is in it.

    Where something printed cannot be written, Python is to end, and to say so.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    os._exit(code)


def end_at_once(number: int, frame: FrameType | None) -> None:
    """End the process where nothing has begun, or all is done; what is in between ends in its own way."""
    os._exit(INTERRUPTED)
