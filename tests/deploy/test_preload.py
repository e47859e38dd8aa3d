"""What a scan imports."""

import subprocess
import sys
from pathlib import Path

import pytest

from logburl.deploy.config import Detect, Part
from logburl.deploy.preload import import_meanwhile

FAULTY = Path(__file__).parents[1] / "demo" / "faulty.log.zst"
HEAVY = ("logburl.ingest.twin", "numpy.f2py", "numpy.testing", "pyarrow", "sklearn", "pandas")


def test_a_scan_imports_what_it_uses() -> None:
    """Told an incident with its evidence as a page: neither a kernel of numpy nor what is for Fortran and tests."""
    code = (
        "import sys; from logburl.deploy.cli import app;"
        f"app(['scan', '-q', '-o', 'html', {str(FAULTY)!r}], standalone_mode=False);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "</html>" in done.stdout
    assert done.stderr.splitlines()[-1] == "[]"


def test_numpy_has_all_its_parts_afterwards() -> None:
    """What is kept back comes when it is asked for; what was imported meanwhile stays."""
    code = (
        "import numpy as np; from logburl.deploy.preload import without_unused\n"
        "with without_unused(): import numpy.testing, scipy.sparse\n"
        "print(np.testing.__name__, 'f2py' in vars(np), np.f2py.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["numpy.testing", "False", "numpy.f2py"]


def test_a_part_that_cannot_be_imported_fails_where_it_is_used(capfd: pytest.CaptureFixture[str]) -> None:
    """The thread says nothing."""
    import_meanwhile(Detect(vectorizer=Part(name="nowhere")), "html").join()
    assert capfd.readouterr() == ("", "")
