"""A tape of Acme's three pages of users, made here by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from jackfield.testing.tapes import Recipe, Tape, written

if TYPE_CHECKING:
    from pathlib import Path

    from jackfield.testing.replay import Replay

BASE = "http://127.0.0.1:8010"
RECORDED = {
    "source": "simulator",
    "date": "2026-11-23",
    "api_version": "v1",
    "base_url": BASE,
    "ends": "ok",
    "settings": {"endpoint": f"{BASE}/v1/"},
    "unsigned": ["key"],
}
RECIPE = Recipe(platform="acme", does="users", knobs={"page_size": 2})
#: What the pages hold: the ids of the users, and the address of the next page.
PAGES = ([1, 2], [3, 4], [5])


def turn(uri: str, body: object, *, status: int = 200, **headers: str) -> dict[str, Any]:
    """An interaction as vcrpy writes it."""
    told = {"content-type": "application/json", **headers}
    return {
        "request": {"method": "GET", "uri": uri, "body": "", "headers": {"accept": ["application/json"]}},
        "response": {
            "status": {"code": status, "message": "OK"},
            "headers": {name.replace("_", "-"): [value] for name, value in told.items()},
            "body": {"string": body if isinstance(body, str) else json.dumps(body)},
        },
    }


def page(number: int) -> dict[str, Any]:
    """One page, which tells the next one's address in its header and in its body."""
    after = f"{BASE}/v1/users?page={number + 1}&size=2" if number < len(PAGES) else None
    items = [{"id": each, "name": f"Agent {each}"} for each in PAGES[number - 1]]
    link = {"link": f'<{after}>; rel="next"'} if after else {}
    return turn(f"{BASE}/v1/users?page={number}&size=2", {"items": items, "next": after}, **link)


def tape(folder: Path, *turns: dict[str, Any], recipe: Recipe = RECIPE, **recorded: Any) -> Tape:
    """The tape as a file of this folder, read back."""
    path = folder / "users.yaml"
    path.write_text(written({**RECORDED, **recorded}, recipe, turns or [page(n) for n in (1, 2, 3)]), "utf-8")
    return Tape.load(path)


def asked(replay: Replay, target: str, **headers: str) -> httpx.Response:
    """What the replay answers to a client that knows nothing of tapes."""
    return httpx.get(f"{replay.url}{target}", headers=headers, timeout=5)
