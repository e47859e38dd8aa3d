"""What the built distributions must hold: ``python -m tests.wheel FOLDER``, called by ``make wheel``."""

import os
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

ROOMS = {"ingest", "vectorize", "detect", "search", "deploy"}


def check_wheel(names: list[str]) -> None:
    """One name in site-packages, the five rooms in it, types marked, no tests, no sources of the kernel."""
    paths = [PurePosixPath(name) for name in names]
    top = {path.parts[0] for path in paths}
    assert {name for name in top if not name.endswith(".dist-info")} == {"logburl"}, f"top-level names: {top}"
    assert {path.parts[1] for path in paths if path.parts[0] == "logburl"} == ROOMS
    assert all(f"logburl/{room}/py.typed" in names for room in ROOMS)
    assert not [path for path in paths if "tests" in path.parts or path.suffix in {".rs", ".toml", ".lock", ".pyc"}]
    assert any(path.name == "LICENSE" for path in paths)


def check_kernel(names: list[str]) -> None:
    """The kernel is inside wherever there was a toolchain, and always in CI."""
    kernel = [name for name in names if PurePosixPath(name).name.startswith("_kernel.") and not name.endswith(".pyi")]
    if os.environ.get("CI") == "true" or shutil.which("cargo"):
        assert kernel, "the wheel has no Rust kernel: did cargo fail?"
    elif not kernel:
        print("the wheel has no Rust kernel: there is no cargo here")


def check_sdist(names: list[str]) -> None:
    """Whoever has the sdist can build and test: kernel sources, tests, lock file."""
    inside = {name.split("/", 1)[1] for name in names if "/" in name}
    wanted = {"ingest/kernel/Cargo.toml", "ingest/kernel/Cargo.lock", "hatch_build.py", "requirements.lock", "Makefile"}
    assert wanted | {"tests/naive.py", "tests/conftest.py"} <= inside, f"missing: {wanted - inside}"
    assert not [name for name in inside if "/target/" in name or name.endswith((".so", ".pyc"))]


def main(folder: Path) -> None:
    """Check the one wheel and the one sdist in a folder."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        check_wheel(archive.namelist())
        check_kernel(archive.namelist())
    with tarfile.open(sdist) as archive:
        check_sdist([member.name for member in archive if member.isfile()])
    print(f"{wheel.name} and {sdist.name} hold what they should")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
