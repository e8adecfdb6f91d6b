"""Replays: a tape served by real HTTP on loopback, with any fault put in at any place.

No client is patched, so what runs is the connector as it runs in earnest. One hall serves many replays at once::

    tape = Tape.load(Path("cassettes/acme/users.yaml"))
    with Hall().open() as hall, replaying(tape, faults=["server_error@2-2"], hall=hall) as replay:
        settings = connector.parse(replay.settings(connector)).settings
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from jackfield.simulation import Reply, SimulatorOptions, faulty
from jackfield.testing._hall import Hall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jackfield.connector import Connector
    from jackfield.simulation import Receive, Scope, Send
    from jackfield.testing._hall import Seen
    from jackfield.testing.tapes import Interaction, Tape

    Key = tuple[str, str, tuple[tuple[str, str], ...]]

__all__ = ["Hall", "Replay", "replaying"]

#: Members that hold the id of a record, and those that hold the address of a next page.
_ID = re.compile(r"(?i:^id$|_id$)|[a-z0-9]I[dD]$")
_NEXT = re.compile("(?i:next)")
#: What a request gets that is not on the tape: no CRM means anything by it, and nobody tries it again.
_MISDIRECTED = 421


@dataclass(slots=True)
class Replay:
    """A tape that is being served at ``url``.

    ``requests`` are all that came, in front of every fault; ``unexpected`` those that are not on the tape, as method
    and path.
    """

    tape: Tape
    url: str = ""
    requests: Sequence[Seen] = ()
    unexpected: list[str] = field(default_factory=list)
    _played: set[int] = field(default_factory=set)

    @property
    def unused(self) -> tuple[Interaction, ...]:
        """The recorded answers that nobody has asked for."""
        return tuple(turn for place, turn in enumerate(self.tape.interactions) if place not in self._played)

    def settings(self, connector: Connector) -> dict[str, str]:
        """Plain settings that lead to the replay: recorded ones at its address, the example's for the rest."""
        example = connector.settings_class.example()
        values = {name: _plain(value) for name, value in example if value is not None}
        kinds = {name: spec["x-jackfield"]["kind"] for name, spec in connector.schema()["properties"].items()}
        moved = {
            name: self._moved(values[name])
            for name, kind in kinds.items()
            if kind in {"base_url", "web_root"} and name in values
        }
        recorded = {name: value.replace(self.tape.base_url, self.url) for name, value in self.tape.settings.items()}
        return values | moved | recorded

    def answer(self, place: int) -> Reply:
        """The recorded answer at this place, counted from 0, as the replay gives it; it counts as used."""
        self._played.add(place)
        turn, old, new = self.tape.interactions[place], self.tape.base_url, self.url
        body = turn.body
        for before, after in ((old, new), (old.replace("/", r"\/"), new.replace("/", r"\/"))):
            body = body.replace(before.encode(), after.encode())
        return Reply(turn.status, body, tuple((name, value.replace(old, new)) for name, value in turn.headers))

    def _moved(self, url: str) -> str:
        here = urlsplit(self.url)
        return urlunsplit((here.scheme, here.netloc, urlsplit(url).path, "", ""))


@contextmanager
def replaying(tape: Tape, *, faults: Sequence[str] = (), hall: Hall | None = None, **kit: Any) -> Iterator[Replay]:
    """Serve a tape, with faults of the standard kit in front (``NAME``, ``NAME@2``, ``NAME@2-2``: the second request).

    Requests are matched by method, path and query, whatever the query's order; those that are repeated get their
    answers in the order of the tape. With faults the last of them is given again and again, since what failed may be
    tried again; without, a request too many is unexpected. The recorded address is the served one in every header and
    body. A ``hall`` that is open already spares the fifth of a second that it takes to close one of its own.

    ``kit`` goes to :func:`jackfield.simulation.faulty`. Members that hold ids and addresses of next pages are told by
    their names unless it says better.
    """
    replay = Replay(tape)
    names = tape.members
    kit = {"id_fields": list(filter(_ID.search, names)), "next_fields": list(filter(_NEXT.search, names)), **kit}
    app = faulty(_Player(replay, again=bool(faults)), SimulatorOptions(faults=tuple(faults)), **kit)
    with ExitStack() as until:
        watched = until.enter_context((hall or until.enter_context(Hall().open())).serving(app))
        replay.url, replay.requests = watched.url, watched.requests
        yield replay


class _Player:
    def __init__(self, replay: Replay, *, again: bool) -> None:
        self._replay, self._again = replay, again
        self._left: dict[Key, list[int]] = defaultdict(list)
        for place, turn in enumerate(replay.tape.interactions):
            parts = urlsplit(turn.uri)
            self._left[self._key(turn.method, parts.path, parts.query)].append(place)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["raw_path"].decode("latin-1")
        places = self._left.get(self._key(method, path, scope["query_string"].decode("latin-1")), [])
        if places:
            reply = self._replay.answer(places[0] if self._again and len(places) == 1 else places.pop(0))
        else:
            self._replay.unexpected.append(f"{method} {path}")
            reply = Reply.of(_MISDIRECTED, "text/plain", f"Not on the tape: {method} {path}")
        await reply(scope, receive, send)

    def _key(self, method: str, path: str, query: str) -> Key:
        pairs = parse_qsl(query, keep_blank_values=True)
        return method, path, tuple(sorted(pair for pair in pairs if pair[0] not in self._replay.tape.unsigned))


def _plain(value: Any) -> str:
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
