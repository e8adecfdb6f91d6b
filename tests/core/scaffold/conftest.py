"""What the tests of the scaffold share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="module")
def _only_what_is_installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Other tests of this process install connectors, of the same names, for as long as it lasts."""
    theirs = str(tmp_path_factory.getbasetemp())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [place for place in sys.path if not place.startswith(theirs)])
        yield
