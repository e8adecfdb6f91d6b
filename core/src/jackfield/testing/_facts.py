"""What a contract class says of its connector, and the fixtures that its tests stand on."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pytest

from jackfield.discovery import GROUP, discover
from jackfield.errors import JackfieldError
from jackfield.testing._saying import broken
from jackfield.testing._stage import Facts, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from jackfield.connector import Connector
    from jackfield.testing._hall import Hall
    from jackfield.testing.cases import Entry, Variant

__all__ = ["ContractFacts"]


class ContractFacts:
    """Facts as class attributes; only ``platform`` is needed.

    A connector that is not installed is tested by a fixture ``connector`` of the class's own, which gives it.
    """

    #: By this the plugin knows a contract class, without importing anything.
    is_connector_contract: ClassVar[bool] = True
    #: The platform's id: the name of the connector's entry point.
    platform: ClassVar[str]
    #: The folder of the cassettes; by default ``cassettes/<platform>``, or ``cassettes`` beside or above the module.
    cassettes: ClassVar[Path | str | None] = None
    #: The id of the step that signs in: the one at which refused credentials fail.
    sign_in_step: ClassVar[str] = "sign_in"
    #: Further texts for a field, as people paste them, each of which must become the field's example.
    repairable: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    #: Further entries of the form, with what becomes of each: taken, refused, or warned of.
    entries: ClassVar[Sequence[Entry]] = ()
    #: Pages of records under the settings' example, by kind and id of the record, None where there is none; from the
    #: vendor's facts.
    links: ClassVar[Mapping[tuple[str, str], str | None]] = MappingProxyType({})
    #: Accounts that differ from the simulator's usual one, by a name for messages, with what must come of each.
    variants: ClassVar[Mapping[str, Variant]] = MappingProxyType({})
    #: Every query parameter that the API has where the connector asks it, and the values it may have, as a regular
    #: expression for the whole value: most services say nothing of a name that they do not know.
    parameters: ClassVar[Mapping[str, str]] = MappingProxyType({})
    #: Whether the CRM says how many users there are in all, so that every page of an import can.
    tells_total: ClassVar[bool] = False
    #: Beginnings of paths whose requests rightly carry no credentials.
    unsigned: ClassVar[tuple[str, ...]] = ()
    #: Where the report card is written; by default ``quality.toml`` inside the connector's package.
    card: ClassVar[Path | str | None] = None

    @pytest.fixture
    def connector(self, jackfield_kept: dict[Any, Any]) -> Connector:
        """The installed connector of the platform, the same one for all tests of the class."""
        if "connector" not in jackfield_kept:
            jackfield_kept["connector"] = self._installed()
        found: Connector = jackfield_kept["connector"]
        return found

    def _installed(self) -> Connector:
        if not getattr(self, "platform", None):
            broken("D1", f"{type(self).__name__} names no platform", look='the contract class: platform = "..."')
        connectors = discover()
        if self.platform not in connectors:
            broken("D1", f"no connector {self.platform!r} is installed: the group {GROUP} has {', '.join(connectors)}")
        try:
            return connectors[self.platform]
        except JackfieldError as failure:
            broken("D1", f"the connector does not load: {failure.message}")

    @pytest.fixture
    def stage(
        self,
        request: pytest.FixtureRequest,
        connector: Connector,
        jackfield_hall: Hall,
        jackfield_kept: dict[Any, Any],
    ) -> Stage:
        """The stage that the connector is tested on."""
        facts = Facts(
            platform=self.platform,
            sign_in_step=self.sign_in_step,
            unsigned=tuple(self.unsigned),
            folder=self._folder(request),
        )
        if "items" not in jackfield_kept:
            items = request.session.items
            jackfield_kept["items"] = [item for item in items if getattr(item, "cls", None) is type(self)]
        return Stage(connector, facts, jackfield_hall, jackfield_kept)

    def _folder(self, request: pytest.FixtureRequest) -> Path:
        """The folder of the cassettes: the one that is stated, else the first that exists, else where one belongs."""
        module = request.path.parent
        if self.cassettes is not None:
            return module / self.cassettes
        root = request.config.rootpath
        places = [root / "cassettes" / self.platform, *(place / "cassettes" for place in (module, *module.parents))]
        within = [place for place in places if place.is_relative_to(root)]
        return next((place for place in within if any(place.glob("*.yaml"))), module / "cassettes")

    @classmethod
    def brings_its_connector(cls) -> bool:
        """Whether the class has a fixture ``connector`` of its own."""
        return cls.connector is not ContractFacts.connector
