"""From an expression to the texts that it can be: through names, helpers, choices and f-strings, without running it."""

from __future__ import annotations

import ast
import re
from inspect import cleandoc
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jackfield.messages._sources import Scope, Sources

#: What an expression can be: a text with places for values, or None for what cannot be seen.
Texts = list[str | None]

_APPLIED: Mapping[str, Callable[[str], str]] = {"cleandoc": cleandoc, "dedent": dedent}
_STRIPPED: Mapping[str, Callable[[str], str]] = {"strip": str.strip, "lstrip": str.lstrip, "rstrip": str.rstrip}
#: What gives back the text that it is given, as far as words go.
_HANDED_BACK = frozenset({"redact", "str"})
_DEEPEST = 12


class Following:
    """Follows expressions through a package's sources.

    ``fragments`` are the texts that stand in other texts' places; ``wanted`` are the parameters that texts came to an
    end at: (function, how calls give it), so whoever calls that function says a text.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.fragments: set[str] = set()
        self.wanted: set[tuple[str, int | str]] = set()
        self._busy: set[int] = set()

    def texts(self, expression: ast.expr, scope: Scope) -> Texts:
        """All texts that the expression can be."""
        if id(expression) in self._busy or len(self._busy) > _DEEPEST:
            return [None]
        self._busy.add(id(expression))
        try:
            follow = getattr(self, f"_{type(expression).__name__.lower()}", None)
            found: Texts = follow(expression, scope) if follow else [None]
        finally:
            self._busy.discard(id(expression))
        return found

    def _all(self, expressions: Iterable[ast.expr], scope: Scope) -> Texts:
        return [text for each in expressions for text in self.texts(each, scope)]

    def _constant(self, node: ast.Constant, _: Scope) -> Texts:
        if isinstance(node.value, str):
            return [node.value.replace("{", "{{").replace("}", "}}")]
        return [] if node.value is None else [None]

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Texts:
        return [self._joined(node.values, scope)]

    def _binop(self, node: ast.BinOp, scope: Scope) -> Texts:
        return [self._joined((node.left, node.right), scope)] if isinstance(node.op, ast.Add) else [None]

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Texts:
        return self._all((node.body, node.orelse), scope)

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Texts:
        """Of an ``and`` the last one: the others are blank where they come out of it."""
        return self._all(node.values[-1:] if isinstance(node.op, ast.And) else node.values, scope)

    def _tuple(self, node: ast.Tuple, scope: Scope) -> Texts:
        return self._all(node.elts, scope)

    def _dict(self, node: ast.Dict, scope: Scope) -> Texts:
        return self._all(node.values, scope)

    def _starred(self, node: ast.Starred, scope: Scope) -> Texts:
        return self.texts(node.value, scope)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Texts:
        return self.texts(node.value, scope)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Texts:
        return self.texts(node.value, scope)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Texts:
        """A name of another module of the package."""
        if not isinstance(node.value, ast.Name):
            return [None]
        module = self._module(_imported(scope, node.value.id) or "")
        return self._given(node.attr, module) if module else [None]

    def _name(self, node: ast.Name, scope: Scope) -> Texts:
        within: Scope | None = scope
        while within is not None:
            if node.id in within.given:
                return self._given(node.id, within)
            parameter = within.parameter(node.id)
            if parameter is not None and within.function is not None:
                self.wanted |= {(within.function.name, way) for way in parameter}
                default = within.default(node.id)
                return [None, *(self.texts(default, within) if default else ())]
            within = within.above
        module, _, name = (_imported(scope, node.id) or "").rpartition(".")
        home = self._module(module)
        return self._given(name, home) if home else [None]

    def _call(self, node: ast.Call, scope: Scope) -> Texts:
        name = name_of(node)
        if isinstance(node.func, ast.Attribute) and (applied := self._applied(node.func, node, scope)) is not None:
            return applied
        if name in _APPLIED and node.args:
            return [text and _APPLIED[name](text) for text in self.texts(node.args[0], scope)]
        if name in _HANDED_BACK and node.args:
            return self.texts(node.args[0], scope)
        homes = self._functions(node, scope)
        return [text for home in homes for text in self._all(home.returned, home)] or [None]

    def _functions(self, node: ast.Call, scope: Scope) -> list[Scope]:
        """The functions of the package that may be called here."""
        homes = self._sources.functions.get(name_of(node), [])
        if isinstance(node.func, ast.Attribute):
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            module = self._module(_imported(scope, owner) or "")
            return [home for home in homes if owner in {"self", "cls"} or (module and home.module == module.module)]
        own = [home for home in homes if home.module == scope.module]
        module = self._module((_imported(scope, name_of(node)) or "").rpartition(".")[0])
        return own or [home for home in homes if module and home.module == module.module]

    def _applied(self, method: ast.Attribute, node: ast.Call, scope: Scope) -> Texts | None:
        """What a method of a text, or ``get`` of a table of texts, gives."""
        if method.attr == "format":
            texts = self.texts(method.value, scope)
            return [text and text.replace("{{", "{").replace("}}", "}") for text in texts]
        if method.attr == "get":
            return self._all((method.value, *node.args[1:]), scope)
        if method.attr in _STRIPPED and not node.args:
            return [text and _STRIPPED[method.attr](text) for text in self.texts(method.value, scope)]
        return None

    def _given(self, name: str, scope: Scope) -> Texts:
        return self._all(scope.given.get(name, ()), scope) or [None]

    def _module(self, dotted: str) -> Scope | None:
        """The module of the package that a dotted name ends with."""
        parts = dotted.split(".")
        names = ("/".join(parts[start:]) for start in range(len(parts)))
        return next((self._sources.modules[name] for name in names if name in self._sources.modules), None)

    def _joined(self, parts: Iterable[ast.expr], scope: Scope) -> str:
        """One text: what can be one text only is part of it, all else is a place."""
        places: dict[str, str] = {}
        return "".join(self._part(part, scope, places) for part in parts)

    def _part(self, part: ast.expr, scope: Scope, places: dict[str, str]) -> str:
        value = part.value if isinstance(part, ast.FormattedValue) else part
        texts = self.texts(value, scope)
        if len(texts) == 1 and texts[0] is not None and not _comes_from_a_call(value, scope):
            return texts[0]
        self.fragments |= {text for text in texts if text is not None}
        return f"{{{_place(ast.unparse(value), value, places)}}}"


def name_of(call: ast.Call) -> str:
    """The bare name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _comes_from_a_call(value: ast.expr, scope: Scope) -> bool:
    """What a function gives has places of its own, which are not this text's."""
    given = scope.given.get(value.id, ()) if isinstance(value, ast.Name) else (value,)
    return any(isinstance(each, ast.Call) for each in given)


def _imported(scope: Scope, name: str) -> str | None:
    within: Scope | None = scope
    while within is not None:
        if name in within.imported:
            return within.imported[name]
        within = within.above
    return None


def _place(source: str, value: ast.expr, places: dict[str, str]) -> str:
    """A name for what stands there, the same for the same expression and another one for another."""
    if source not in places:
        name = next(filter(None, (re.sub(r"\W|^_+|^\d+", "", word) for word in _words(value))), "value").lower()
        alike = sum(re.fullmatch(rf"{name}(_\d+)?", taken) is not None for taken in places.values())
        places[source] = f"{name}_{alike + 1}" if alike else name
    return places[source]


def _words(value: ast.expr) -> Iterator[str]:
    """What an expression may be called after, the best first."""
    match value:
        case ast.Name():
            yield value.id
        case ast.Attribute():
            yield value.attr
        case ast.Subscript() | ast.Await() | ast.Starred():
            yield from _words(value.value)
        case ast.Call():
            yield from (word for argument in value.args for word in _words(argument))
            yield from _words(value.func.value if isinstance(value.func, ast.Attribute) else value.func)
        case ast.IfExp():
            yield from _words(value.body)
            yield from _words(value.orelse)
        case ast.BoolOp():
            yield from (word for each in value.values for word in _words(each))
        case ast.BinOp():
            yield from _words(value.left)
            yield from _words(value.right)
        case ast.GeneratorExp() | ast.ListComp():
            yield from _words(value.elt)
