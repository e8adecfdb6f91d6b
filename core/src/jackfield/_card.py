"""A connector's report card: ``quality.toml`` in its package, written by the contract suite; read by descriptions."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "quality.toml"
_OUTCOMES = ("passed", "skipped", "failed")


def read_card(module: str) -> dict[str, Any] | None:
    """The card of the package that the module is, or stands in, in JSON's types; None where there is none to read."""
    import tomllib
    from importlib.util import find_spec

    spec = find_spec(module)
    package = module if spec and spec.submodule_search_locations else module.rpartition(".")[0]
    if not package:
        return None
    try:
        card = tomllib.loads((files(package) / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    kept: dict[str, Any] = json.loads(json.dumps(card, default=str))
    return kept if _counted(kept) else None


def contract_of(card: Mapping[str, Any] | None, version: str) -> str:
    """A card in a word: ``45/47`` clauses passed, ``stale`` for another version of the connector, or ``none``."""
    if card is None:
        return "none"
    if card.get("connector") != version:
        return "stale"
    return f"{card['clauses']['passed']}/{sum(card['clauses'][outcome] for outcome in _OUTCOMES)}"


def _counted(card: Mapping[str, Any]) -> bool:
    clauses = card.get("clauses")
    return isinstance(clauses, dict) and all(type(clauses.get(outcome)) is int for outcome in _OUTCOMES)
