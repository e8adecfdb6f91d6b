"""A plugin's own faults, kept apart from everybody else's."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import pluggy

from jackfield.errors import JackfieldError, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager


class _AtFault:
    """A class rather than a generator: it is entered for each call of a hook, of which each account has many."""

    def __init__(self, redact: Callable[[str], str] | None = None) -> None:
        self._redact = redact

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, raised: BaseException | None, __: object) -> None:
        if isinstance(raised, JackfieldError):
            if self._redact is not None:
                raise raised.rewritten(self._redact) from None
        elif isinstance(raised, (Exception, SystemExit)):
            raise error("connector_failed", detail=type(raised).__name__) from None


_AT_FAULT: Final = _AtFault()


def connector_at_fault(redact: Callable[[str], str] | None = None) -> AbstractContextManager[None]:
    """Turns what a connector's code raises by mistake into ``connector_failed``, without what it carried.

    What it raises on purpose goes on, with its texts cleaned by ``redact`` where there is one.
    """
    return _AT_FAULT if redact is None else _AtFault(redact)


def refuse_hidden_hooks(plugin: object) -> None:
    """Importing ``acme/simulator.py`` puts the module in the place of a hook ``simulator`` of ``acme/__init__.py``."""
    if not hasattr(plugin, "__path__"):
        return
    for name in (name for name in dir(plugin) if hasattr(getattr(plugin, name), "jackfield_impl")):
        if find_spec(f"{getattr(plugin, '__name__', '')}.{name}") is not None:
            reason = f"Its module {name}.py hides its hook {name}: call the function otherwise and mark it"
            raise error("connector_broken", f'{reason} @hookimpl(specname="{name}").')


@contextmanager
def broken_unless_kept() -> Iterator[None]:
    try:
        yield
    except pluggy.PluginValidationError as broken:
        reason = " ".join(str(broken).replace(f" in plugin {broken.plugin!r}", "").split())
        raise error("connector_broken", f"One of its hooks does not fit: {reason}") from None
