"""What surrounds every contract test: the network is closed, and whatever escapes is told as a broken clause."""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jackfield.errors import JackfieldError
from jackfield.testing._running import Hung, raised, told
from jackfield.testing._saying import broken, some
from jackfield.testing._watching import network_closed

if TYPE_CHECKING:
    from collections.abc import Iterator


def clause_of(name: str) -> str:
    """The id of the clause that a test is of, from the test's name."""
    found = re.match(r"test_([a-z]\d+)_", name)
    return found[1].upper() if found else "D1"


@contextmanager
def guarded(clause: str, *, suites: bool = True) -> Iterator[None]:
    """Run one contract test; of one that is not the suite's own, a failure is told as pytest does it."""
    try:
        with network_closed() as watch:
            yield
    except JackfieldError as failure:
        broken(clause, f"it ended with {told(failure)}")
    except Hung as failure:
        broken(clause, f"it does not end, not even when it is cancelled, and was {failure}")
    except TimeoutError:
        broken(clause, "it did not end within its time")
    except (Exception, asyncio.CancelledError) as mistake:
        if not suites:
            raise
        broken(clause, f"it raised {raised(mistake)}")
    finally:
        if watch.beyond:
            broken("N1", f"the network was tried: {some(watch.beyond)}")
