"""``make lock-services``: resolve all that the services depend on anew, and write ``artefacts.json``."""

import json
import tempfile
from hashlib import sha256
from pathlib import Path

from logburl.deploy.services import maven
from logburl.deploy.services.artefacts import LOCK
from logburl.deploy.services.roots import LIBRARIES, MODULES, ROOTS, Root, file_name
from logburl.ingest.errors import PartFailed


def resolve(root: Root) -> dict[str, str]:
    """Return what a folder must hold: coordinates and their SHA-256.

    Raises:
        PartFailed: Maven failed, or an artefact has a classifier, which a coordinate has no place for.
    """
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        maven.copy_dependencies(root.coordinates, Path(folder), whole=root.whole)
        for file in sorted(path for path in Path(folder).rglob("*") if path.suffix in {".jar", ".zip"}):
            *group, artifact, version, _ = file.relative_to(folder).parts
            coordinate = f"{'.'.join(group)}:{artifact}:{version}:{file.suffix[1:]}"
            if file_name(coordinate) != file.name:
                raise PartFailed(f"expected {file_name(coordinate)}, got {file.name}")
            found[coordinate] = sha256(file.read_bytes()).hexdigest()
    return found


def main() -> None:
    """Resolve every folder and write the lock."""
    found = {place: resolve(root) for place, root in ROOTS.items()}
    for module in MODULES:  # a class must not be in a module and in lib/ too
        found[module] = {name: digest for name, digest in found[module].items() if name not in found[LIBRARIES]}
    LOCK.write_text(json.dumps(found, indent=1) + "\n")
    print(f"{LOCK.name}: {sum(map(len, found.values()))} artefacts in {len(found)} folders")


if __name__ == "__main__":
    main()
