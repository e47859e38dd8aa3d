"""States as bytes: JSON and arrays, with a checksum, and never pickle."""

import hashlib
import io
import json

import numpy as np

from logburl.ingest.errors import PartFailed
from logburl.search.store import State


def pack(state: State) -> tuple[bytes, bytes]:
    """Return a state's content and the checksum of it."""
    content = io.BytesIO()
    header = json.dumps(state.values, sort_keys=True).encode()
    np.lib.format.write_array(content, np.frombuffer(header, np.uint8), allow_pickle=False)
    for name, array in sorted(state.arrays.items()):
        np.lib.format.write_array(content, np.frombuffer(name.encode(), np.uint8), allow_pickle=False)
        np.lib.format.write_array(content, np.asarray(array), allow_pickle=False)
    packed = content.getvalue()
    return packed, hashlib.sha256(packed).digest()


def unpack(name: str, version: int, content: bytes, checksum: bytes) -> State:
    """Return the state that was packed.

    Raises:
        PartFailed: The content is not what was written.
    """
    if hashlib.sha256(content).digest() != checksum:
        raise PartFailed(f"the stored state {name!r} is damaged: its checksum differs")
    source = io.BytesIO(content)
    values = json.loads(np.lib.format.read_array(source, allow_pickle=False).tobytes())
    arrays = {}
    while source.tell() < len(content):
        key = np.lib.format.read_array(source, allow_pickle=False).tobytes().decode()
        arrays[key] = np.lib.format.read_array(source, allow_pickle=False)
    return State(name, version, values, arrays)
