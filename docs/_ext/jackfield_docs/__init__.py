"""What the documentation reads off the code: ``{jackfield} hooks`` and its like, and a page for each connector.

Directives write nothing; the pages of the connectors are written to ``docs/connectors``, which git ignores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from jackfield_docs import commands, connectors, contract, errors, fields, hooks, scenery

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes
    from sphinx.application import Sphinx

_TEXTS: dict[str, Callable[[], str]] = {
    "hooks": hooks.text,
    "contract": contract.text,
    "errors": errors.text,
    "fields": fields.text,
    "faults": scenery.faults,
    "commands": commands.text,
    "author-commands": commands.text_for_authors,
}


class _Generated(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        name = directives.choice(self.arguments[0], tuple(_TEXTS))
        return self.parse_text_to_nodes(_TEXTS[name](), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("jackfield", _Generated)
    app.connect("config-inited", lambda app, _: connectors.write(app.srcdir / "connectors"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
