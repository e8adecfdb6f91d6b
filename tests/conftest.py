"""What every test stands on: a home of its own for anything stored, and no way out of this machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# Before anything reads them: nothing of a test run may touch what the person who runs it has stored.
_SCRATCH = Path(tempfile.mkdtemp(prefix="jackfield-tests-"))
os.environ["JACKFIELD_HOME"] = str(_SCRATCH / "home")
os.environ["JACKFIELD_CACHE_DIR"] = str(_SCRATCH / "cache")
os.environ.pop("JACKFIELD_ALLOWED_NETWORKS", None)

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT.parent / "shared" / "reference"


@pytest.fixture(scope="session")
def reference() -> Path:
    """The recorded answers of the real services, read in place; they are no part of the project."""
    if not REFERENCE.is_dir():
        pytest.skip("the folder ../shared/reference with the recorded answers is not here")
    return REFERENCE
