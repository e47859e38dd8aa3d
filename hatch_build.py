"""Build hook: compile the optional Rust kernel, and link the rooms for editable installs.

The wheel maps each top-level folder to `logburl.NAME` (`[tool.hatch.build.targets.wheel.sources]`). An editable install
cannot map, so the hook makes `build/links/logburl/NAME -> NAME` and a `.pth` file names `build/links`: edits and new
files are seen at once, by type checkers too. Without a working cargo the kernel is left out, and the numpy twin serves.
"""

from __future__ import annotations

import filecmp
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARY = {"win32": "_kernel.dll", "darwin": "lib_kernel.dylib"}.get(sys.platform, "lib_kernel.so")
MODULE = "_kernel.pyd" if sys.platform == "win32" else "_kernel.abi3.so"


class CustomBuildHook(BuildHookInterface):
    """Run by hatchling before a wheel is made, editable or not."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if self._put_kernel(root):
            system = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{system}"
        if version == "editable":
            link_rooms(root, self.build_config.packages)

    def _put_kernel(self, root: Path) -> bool:
        """Put the compiled module into ingest/; where that fails, remove an old one, warn and go on without."""
        module = root / "ingest" / MODULE
        built = compile_kernel(root)
        if built is None:
            self.app.display_warning("no working cargo: logburl is built without its Rust kernel")
            module.unlink(missing_ok=True)
            return False
        if not module.exists() or not filecmp.cmp(built, module, shallow=False):
            fresh = module.with_suffix(".new")
            shutil.copyfile(built, fresh)
            fresh.replace(module)  # a new file: a process may have the old one mapped
        return True


def compile_kernel(root: Path) -> Path | None:
    """Return the library that cargo made of ingest/kernel, or None."""
    cargo, manifest, target = shutil.which("cargo"), root / "ingest/kernel/Cargo.toml", root / "build/cargo"
    if cargo is None or not manifest.exists():
        return None
    command = [cargo, "build", "--release", "--locked", "--lib", "--target-dir", target, "--manifest-path", manifest]
    # abi3 needs no interpreter; naming none keeps cargo's cache valid across build environments.
    env = {**os.environ, "PYO3_NO_PYTHON": "1", "RUSTFLAGS": " ".join(rust_flags())}
    done = subprocess.run(command, env=env, stdout=sys.stderr, check=False)
    return target / "release" / LIBRARY if done.returncode == 0 else None


def rust_flags() -> Iterator[str]:
    """Yield what rustc is told: on a PC it may use what numpy's own wheels need too, SSE4.2 and POPCNT."""
    if platform.machine().lower() in {"x86_64", "amd64"}:
        yield "-Ctarget-cpu=x86-64-v2"
    if sys.platform == "darwin":
        yield "-Clink-arg=-undefined -Clink-arg=dynamic_lookup"


def link_rooms(root: Path, rooms: list[str]) -> None:
    """Make build/links/logburl/NAME -> NAME for each room."""
    links = root / "build" / "links" / "logburl"
    links.mkdir(parents=True, exist_ok=True)
    for name in rooms:
        if not (links / name).is_symlink():
            (links / name).symlink_to(Path("..", "..", "..", name), target_is_directory=True)
