"""What a connector says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["HOOK_API", "Capability", "Platform"]

#: Version of the hooks that this core calls; a connector states the one it was written for.
HOOK_API = 1


class Capability(StrEnum):
    """What a connector may offer beyond the check and the import that every connector has."""

    RECORD_LINKS = "record_links"
    CONTACT_LOOKUP = "contact_lookup"
    SIMULATOR = "simulator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """A CRM platform as an admin meets it.

    ``id`` is the entry point's name. ``instructions`` is Markdown shown beside the form: where in the CRM the values
    are found. ``docs_url`` is the vendor's own page about its API, ``accept`` the media type that it is asked for.
    """

    id: str
    title: str
    instructions: str
    docs_url: str
    capabilities: frozenset[Capability] = frozenset()
    hook_api: int = HOOK_API
    accept: str = "application/json"
