"""The contract file itself."""

from __future__ import annotations

import inspect

import pytest

from jackfield import hookspecs

FUNCTIONS = dict(inspect.getmembers(hookspecs, inspect.isfunction))
HOOKS = {name: hook for name, hook in FUNCTIONS.items() if hook.__module__ == hookspecs.__name__}


def test_every_function_of_the_contract_is_a_hook() -> None:
    """The file holds hooks and nothing else, each of which gives the first result."""
    assert dict.fromkeys(HOOKS, True) == {name: hook.jackfield_spec["firstresult"] for name, hook in HOOKS.items()}


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_says_what_it_declares_or_when_it_is_called(name: str) -> None:
    """A hook's docstring begins with what it declares, or with when it is called, and is a sentence."""
    sentence = str(inspect.getdoc(HOOKS[name])).split("\n\n")[0]
    assert sentence.startswith(("Declare ", "Called "))
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_says_what_it_takes_and_gives(name: str) -> None:
    """Each argument and the result have their type."""
    signature = inspect.signature(HOOKS[name])
    notes = [signature.return_annotation, *(each.annotation for each in signature.parameters.values())]
    assert inspect.Signature.empty not in notes


def test_hooks_of_the_contract_are_those_promised() -> None:
    """No hook is gone, and none was added, without a look at whoever relies on the contract."""
    needed = {"platform", "connection_schema", "systems_check", "import_users"}
    others = {"validate_connection", "record_link", "find_contacts", "judge", "authenticate", "limits", "simulator"}
    assert needed == hookspecs.REQUIRED
    assert needed | others == set(HOOKS)
