"""The clauses of the contract, each with its advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.testing.clauses import CLAUSES, SECTIONS
from jackfield_docs.markdown import advice_on, sentence

if TYPE_CHECKING:
    from jackfield.testing.clauses import Clause
    from jackfield_docs.markdown import Advice


def text() -> str:
    """A section for each clause, in the order of the catalogue."""
    advice = advice_on("contract")
    parts = []
    for title in SECTIONS.values():
        clauses = [clause for clause in CLAUSES.values() if clause.section == title]
        parts += [f"## {title}", *(_section(clause, advice[clause.id]) for clause in clauses)]
    return "\n\n".join(parts)


def _section(clause: Clause, advice: Advice) -> str:
    parts = [f"### {clause.id}: {advice.title}", f"> {sentence(clause.promise)}", *_conditions(clause)]
    return "\n\n".join([*parts, advice.text, f"**Where to look:** {clause.look}."])


def _conditions(clause: Clause) -> list[str]:
    needs = [f"*Tested where the connector declares the capability `{clause.needs}`.*"] if clause.needs else []
    absent = [f"*Not tested yet: {clause.not_applicable}.*"] if clause.not_applicable else []
    return needs + absent
