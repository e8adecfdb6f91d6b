"""One recording: what is done with which settings, and the text that is made of what was heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from jackfield.http import NoAuth, Redactor
from jackfield.settings import base_url_of, deployment_fields, secrets_of
from jackfield.testing._acting import acted
from jackfield.testing._reading import api_version, origin_of
from jackfield.testing._scrubbing import Scrub, StandIns, as_it_is
from jackfield.testing.tapes import Recipe, written

if TYPE_CHECKING:
    from collections.abc import Collection

    from jackfield.connector import Connector
    from jackfield.settings import ConnectionSettings
    from jackfield.testing._acting import Outcome
    from jackfield.testing._listening import Heard

#: Where a simulator stands in a tape, whatever free port it had.
_WRITTEN: Final = "http://127.0.0.1:8010"


@dataclass(frozen=True)
class Session:
    """What is recorded, from where; its repr holds no secret."""

    connector: Connector
    recipe: Recipe
    settings: ConnectionSettings
    source: str

    @property
    def simulated(self) -> bool:
        """Whether the simulator answers."""
        return self.source == "simulator"

    @property
    def live(self) -> str:
        """The origin that is asked."""
        return origin_of(base_url_of(self.settings) or "")

    @property
    def origin(self) -> str:
        """The origin that is written down."""
        return _WRITTEN if self.simulated else self.live

    @property
    def auth(self) -> Any:
        """How the requests are signed."""
        return self.connector.call("authenticate", settings=self.settings) or NoAuth()

    @property
    def redact(self) -> Redactor:
        """Takes every secret of the connection out of a text."""
        return Redactor((*secrets_of(self.settings), *self.auth.secrets()))

    def act(self) -> Outcome:
        """Do what the recipe says."""
        return acted(self.connector, self.recipe, self.settings, loopback=self.simulated)

    def _stand_ins(self) -> StandIns:
        example = self.connector.settings_class.example()
        kinds = {name: spec["x-jackfield"]["kind"] for name, spec in self.connector.schema()["properties"].items()}
        plain = self.connector.dump(self.settings)
        words = {plain[name]: str(getattr(example, name)) for name in plain if kinds.get(name) == "text"}
        return StandIns(number=self.recipe.number, words=words)

    def text(self, heard: Heard, outcome: Outcome, members: Collection[str] | None) -> str:
        """The finished tape; of a service, the account's own texts are the example's, and its people fictional."""
        stand_in = as_it_is if self.simulated else self._stand_ins()
        unsigned = sorted(self.auth.params())
        scrub = Scrub(
            live=self.live,
            origin=self.origin,
            redact=self.redact,
            unsigned=unsigned,
            members=members,
            stand_in=stand_in,
        )
        others = deployment_fields(type(self.settings))
        plain = {name: value for name, value in self.connector.dump(self.settings).items() if name not in others}
        recorded = {
            "source": self.source,
            "date": datetime.now(UTC).date().isoformat(),
            "api_version": api_version(self.connector, self.settings),
            "base_url": self.origin,
            "ends": outcome.ends,
            "settings": scrub.settings({name: stand_in(value) for name, value in plain.items()}),
            "unsigned": unsigned,
        }
        number = stand_in({"phone": self.recipe.number})["phone"]
        return written(recorded, replace(self.recipe, number=number), [scrub(*turn) for turn in heard])
