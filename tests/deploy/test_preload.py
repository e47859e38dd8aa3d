"""What a scan imports."""

import subprocess
import sys
from pathlib import Path

import pytest

from logburl.deploy.config import Detect
from logburl.deploy.preload import import_meanwhile
from logburl.deploy.settings.part import Part

FAULTY = Path(__file__).parents[1] / "demo" / "faulty.log.zst"
HEAVY = ("logburl.ingest.twin", "numpy.f2py", "numpy.testing", "pyarrow", "pydantic", "sklearn", "pandas")


def test_a_scan_imports_what_it_uses() -> None:
    """Told an incident with its evidence as a page: nothing for Fortran, tests or configurations, no twin."""
    code = (
        "import sys; from logburl.deploy.cli import app;"
        f"app(['scan', '-q', '-o', 'html', {str(FAULTY)!r}], standalone_mode=False);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "</html>" in done.stdout
    assert done.stderr.splitlines()[-1] == "[]"


def test_numpy_has_all_its_parts() -> None:
    """Meanwhile they come when they are asked for; afterwards they are listed as before."""
    code = (
        "import numpy as np; from logburl.deploy.preload import without_unused\n"
        "before = dir(np), np.__all__\n"
        "with without_unused():\n"
        "    import scipy.sparse\n"
        "    print('f2py' in vars(np), np.testing.__name__)\n"
        "print(np.f2py.__name__, set(before[0]) <= set(dir(np)), before[1] is np.__all__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "numpy.testing", "numpy.f2py", "True", "True"]


def test_a_part_that_cannot_be_imported_fails_where_it_is_used(capfd: pytest.CaptureFixture[str]) -> None:
    """The thread says nothing."""
    import_meanwhile(Detect(vectorizer=Part(name="nowhere")), "html").join()
    assert capfd.readouterr() == ("", "")
