"""What simulators are made of, for authors of connectors.

Neutral, fictional people and callers, the same in every run::

    for person in people(50):          # every oddity is among the first twelve
        ...
    for caller in callers(20):
        ...
"""

from jackfield.simkit.callers import (
    NOBODYS_NUMBER,
    Caller,
    Company,
    caller,
    callers,
    companies,
    lookups,
    spelt,
    telephone,
)
from jackfield.simkit.people import INACTIVE, ORDINARY, OWNER, Person, moment, people, person, spaced

__all__ = [
    "INACTIVE",
    "NOBODYS_NUMBER",
    "ORDINARY",
    "OWNER",
    "Caller",
    "Company",
    "Person",
    "caller",
    "callers",
    "companies",
    "lookups",
    "moment",
    "people",
    "person",
    "spaced",
    "spelt",
    "telephone",
]
