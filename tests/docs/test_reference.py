"""What the reference pages must hold; the code is asked what there is."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import pytest

from jackfield import hookspecs
from jackfield.discovery import discover
from jackfield.errors import CATALOGUE
from jackfield.simulation import STANDARD_FAULTS
from jackfield.testing.clauses import CLAUSES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Before any test has put others beside them.
INSTALLED = tuple(discover())
FUNCTIONS = inspect.getmembers(hookspecs, inspect.isfunction)
HOOKS = {name: hook for name, hook in FUNCTIONS if hook.__module__ == hookspecs.__name__}
LOADED = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*?\s(?:src|href)=["']((?:https?:)?//[^"']+)""")


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    """The documentation can be read where there is no network: every script, style and picture lies beside it."""
    pages = {page.name: LOADED.findall(page.read_text("utf-8")) for page in site.rglob("*.html")}
    styles = {sheet.name: re.findall(r"url\(.?(?:https?:)?//\S+", sheet.read_text()) for sheet in site.rglob("*.css")}
    assert {name: found for name, found in (pages | styles).items() if found} == {}


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_there_with_its_exact_arguments(hook: str, words_of: Callable[[str], str]) -> None:
    """The page of the hooks shows each one's arguments and result, by name and type."""
    signature = inspect.signature(HOOKS[hook])
    arguments = ", ".join(f"{each.name}: {each.annotation}" for each in signature.parameters.values())
    assert f"def {hook}({arguments}) -> {signature.return_annotation}" in words_of("hooks.html")


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_an_example(hook: str, words_of: Callable[[str], str]) -> None:
    """Below its signature stands how it is written."""
    section = words_of("hooks.html").partition(f"def {hook}(")[2]
    following = section.partition("@hookimpl")[2]
    assert re.search(rf"def (declared_)?{hook}\(", following)


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_clause_has_its_promise_and_advice(clause: str, words_of: Callable[[str], str]) -> None:
    """The page of the contract has a section for each clause: its promise, hand-written advice, and where to look."""
    section = re.search(rf"\b{clause}: \S.*? Where to look:", words_of("contract.html"))
    promise = CLAUSES[clause].promise
    _, told, advice = section[0].partition(promise[1:]) if section else ("", "", "")
    assert told == promise[1:]
    assert len(advice) > 60


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_error_can_be_linked_to(code: str, site: Path) -> None:
    """The page of the errors has an anchor for each code, with its meaning and remedy."""
    page = (site / "errors.html").read_text("utf-8")
    assert f'id="{code.replace("_", "-")}"' in page


@pytest.mark.parametrize("fault", STANDARD_FAULTS)
def test_every_standard_fault_is_listed(fault: str, words_of: Callable[[str], str]) -> None:
    """The page of the simulators lists each fault with what must come of it."""
    assert f"{fault} {STANDARD_FAULTS[fault].title}" in words_of("simulators.html")


def test_every_connector_has_a_page(site: Path) -> None:
    """Each installed connector is described on a page of its own."""
    pages = {page.stem for page in (site / "connectors").glob("*.html")} - {"index"}
    assert set(INSTALLED) == pages


@pytest.mark.parametrize("platform", INSTALLED)
def test_page_of_a_connector_says_what_it_declares(platform: str, words_of: Callable[[str], str]) -> None:
    """Fields, steps, faults and knobs are all there."""
    connector = discover()[platform]
    simulator = connector.simulator()
    assert simulator is not None
    titles = [field["title"] for field in connector.schema()["properties"].values()]
    wanted = [*titles, *(step.title for step in connector.steps()), *simulator.faults, *simulator.knobs]
    shown = words_of(f"connectors/{platform}.html")
    assert [text for text in wanted if text not in shown] == []


def test_every_command_is_documented(words_of: Callable[[str], str]) -> None:
    """Each command of the command line, the portal's included, has a section on one of the two pages."""
    from jackfield.cli._app import _app

    shown = words_of("commands.html") + words_of("kit.html")
    assert [name for name in _app() if name[0] != "-" and f"jackfield {name}" not in shown] == []
