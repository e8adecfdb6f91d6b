"""A package's modules as they are read: what each name in them was given, what functions return, who calls whom."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(kw_only=True, eq=False)
class Scope:
    """A module or a function: ``given`` are all the expressions that a name was given in it."""

    module: str
    above: Scope | None = None
    function: Function | None = None
    in_class: bool = False
    given: dict[str, list[ast.expr]] = field(default_factory=dict)
    returned: list[ast.expr] = field(default_factory=list)
    imported: dict[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> set[int | str] | None:
        """How calls give this parameter: by which place and which name; None where it is none of this function."""
        if self.function is None:
            return None
        arguments = self.function.args
        places = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        if name not in {*places, *(one.arg for one in arguments.kwonlyargs)}:
            return None
        bound = self.in_class and places[:1] in (["self"], ["cls"])
        return {name, places.index(name) - bound} if name in places else {name}

    def default(self, name: str) -> ast.expr | None:
        """What a parameter of this function is where it is not given."""
        if self.function is None:
            return None
        arguments = self.function.args
        placed = [*arguments.posonlyargs, *arguments.args][::-1]
        pairs = [
            *zip(placed, arguments.defaults[::-1], strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        return next((value for parameter, value in pairs if parameter.arg == name), None)


@dataclass(frozen=True)
class Sources:
    """All modules of a package; functions are known by their bare names, whoever has several of a name has them all."""

    modules: dict[str, Scope]
    functions: dict[str, list[Scope]]
    calls: list[tuple[Scope, ast.Call]]
    choices: list[tuple[Scope, ast.expr]]


def read_sources(folder: Path, skipped: frozenset[str]) -> Sources:
    """Read a package's modules, but for those ``skipped`` by the name of a folder or module, and simulators."""
    sources = Sources({}, {}, [], [])
    for file in sorted(folder.rglob("*.py")):
        name = file.relative_to(folder).with_suffix("").as_posix()
        if any(part in skipped or part.startswith("_simulator") for part in name.split("/")):
            continue
        scope = Scope(module=name)
        sources.modules[name] = scope
        _Reader(sources, scope).visit(ast.parse(file.read_text("utf-8"), str(file)))
    return sources


class _Reader(ast.NodeVisitor):
    def __init__(self, sources: Sources, scope: Scope, *, in_class: bool = False) -> None:
        self._sources, self._scope, self._in_class = sources, scope, in_class

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for child in ast.iter_child_nodes(node):
            _Reader(self._sources, self._scope, in_class=True).visit(child)

    def visit_FunctionDef(self, node: Function) -> None:
        inner = Scope(module=self._scope.module, above=self._scope, function=node, in_class=self._in_class)
        self._sources.functions.setdefault(node.name, []).append(inner)
        for child in (*node.decorator_list, node.args, *node.body):
            _Reader(self._sources, inner).visit(child)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's interface

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._scope.imported[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"

    def visit_Assign(self, node: ast.Assign) -> None:
        for name, value in (pair for target in node.targets for pair in _given(target, node.value)):
            self._scope.given.setdefault(name, []).append(value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name) and node.value is not None:
            self._scope.given.setdefault(node.target.id, []).append(node.value)
            if isinstance(node.value, ast.Call) and self._in_class:
                self._sources.choices.extend((self._scope, choice) for choice in _choices(node.annotation))
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._scope.given.setdefault(node.target.id, []).append(node.value)
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._scope.returned.append(node.value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._sources.calls.append((self._scope, node))
        self.generic_visit(node)


def _given(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _given(one, its)


def _choices(annotation: ast.expr) -> Iterator[ast.expr]:
    """The values of a ``Literal`` in it."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
            yield from node.slice.elts if isinstance(node.slice, ast.Tuple) else (node.slice,)
