"""The hooks, as the contract's own file has them."""

from __future__ import annotations

import ast
import inspect

from jackfield import hookspecs
from jackfield_docs.markdown import advice_on, docstring


def signatures() -> dict[str, str]:
    """Each hook's signature by its name, letter by letter as in the contract's file."""
    tree = ast.parse(inspect.getsource(hookspecs))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name: f"{node.name}({ast.unparse(node.args)}) -> {_result(node)}" for node in found}


def _result(node: ast.FunctionDef) -> str:
    return "None" if node.returns is None else ast.unparse(node.returns)


def text() -> str:
    """A section for each hook: the needed ones first."""
    known = signatures()
    needed = [name for name in known if name in hookspecs.REQUIRED]
    optional = [name for name in known if name not in hookspecs.REQUIRED]
    parts = ["## Hooks that every connector has", *map(_section, needed), "## Hooks that widen it"]
    return "\n\n".join([*parts, *map(_section, optional)])


def _section(name: str) -> str:
    hook = getattr(hookspecs, name)
    advice = advice_on("hooks")[name]
    return f"### {name}\n\n```python\ndef {signatures()[name]}\n```\n\n{docstring(hook)}\n\n{advice.text}"
