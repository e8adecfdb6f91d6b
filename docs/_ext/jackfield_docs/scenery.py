"""The standard faults of every simulator."""

from __future__ import annotations

from jackfield.simulation import STANDARD_FAULTS
from jackfield_docs.markdown import code, table


def faults() -> str:
    """A row for each standard fault, with what must come of it."""
    rows = [
        (code(fault.name), fault.title, str(fault.kind), ", ".join(map(code, fault.codes)))
        for fault in STANDARD_FAULTS.values()
    ]
    return table(("Fault", "What the CRM does", "Kind", "Ends with one of"), rows)
