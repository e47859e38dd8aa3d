"""Archives that the tests make."""

import io
import tarfile
import zipfile
from collections.abc import Mapping

from logburl.ingest.streams.archive import Contents
from logburl.ingest.streams.bounds import BOUNDS, Bounds
from logburl.ingest.streams.compression import Unpacked


class Pipe(io.RawIOBase):
    """What cannot go back."""

    def __init__(self) -> None:
        self.written = io.BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        return self.written.write(bytes(data))  # type: ignore[call-overload]


def tar(members: Mapping[str, bytes], dialect: int = tarfile.PAX_FORMAT, written_s: float = 0) -> bytes:
    """Return a tar archive of some files, all modified at one time."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=dialect) as archive:
        for name, data in members.items():
            add(archive, name, data, written_s=written_s)
    return file.getvalue()


def add(
    archive: tarfile.TarFile,
    name: str,
    data: bytes = b"",
    kind: bytes = tarfile.REGTYPE,
    link: str = "",
    written_s: float = 0,
) -> None:
    """Add a member of any kind to a tar archive."""
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname, member.mtime = len(data), kind, link, written_s
    archive.addfile(member, io.BytesIO(data))


def zipped(
    members: Mapping[str, bytes],
    method: int = zipfile.ZIP_DEFLATED,
    written: tuple[int, int, int, int, int, int] = (1980, 1, 1, 0, 0, 0),
) -> bytes:
    """Return a zip archive of some files, all modified at one time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, written), data, method)
    return file.getvalue()


def held(archive: bytes, bounds: Bounds = BOUNDS) -> tuple[dict[str, bytes], list[str]]:
    """Return what is found in an archive: bytes by member, and what was not read."""
    contents = Contents(Unpacked(io.BytesIO(archive), bounds))
    found, told = {}, []
    for content in contents:
        found[content.member] = content.file.take(1 << 30)
        told += [content.file.ending] if content.file.ending else []
    return found, told + contents.remarks
