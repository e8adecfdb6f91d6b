"""Which texts are found in a package's sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield.messages import messages_of

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path, source: str, **modules: str) -> list[str]:
    for name, text in {"acme": source, **modules}.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    return [message.text for message in messages_of(folder)]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('key = setting("API Key", help="Under " "Profile.", example="x")', ["API Key", "Under Profile."]),
        (
            'Platform(id="acme", title="Acme", instructions="""Do.\n\n1. This.\n""", docs_url="https://example.com")',
            ["Acme", "Do.\n\n1. This.\n"],
        ),
        ('Platform(instructions=dedent("""\\\n    Do this.\n      So.\n    """))', ["Do this.\n  So.\n"]),
        (
            'CheckStep(id="a", title="Sign in", run=x, feature="imports", permission="Users: Read")',
            ["Sign in", "imports", "Users: Read"],
        ),
        ('error("forbidden")', []),
        ('error("forbidden", "No right.", remedy="Ask.", detail="Not this.")', ["No right.", "Ask."]),
        ('raise errors.error("forbidden", "No right.")', ["No right."]),
        ('Finding(message=f"{left} of {crm.limit} are left.")', ["{left} of {limit} are left."]),
        ('Finding(message=f"At {a.url}, not {b.url}, {a.url}")', ["At {url}, not {url_2}, {url}"]),
        ('Finding(message=f"{len(users)} users, {x:.2f} s, {name!r}")', ["{users} users, {x} s, {name}"]),
        ('Finding(message="Put {it} in braces")', ["Put {{it}} in braces"]),
        ('Finding(message="{host} is silent".format(host=h))', ["{host} is silent"]),
        ('_SAID = "Said so."\nFinding(message=_SAID)', ["Said so."]),
        ('_V = "v3"\nFinding(message=f"Enter {_V} here")', ["Enter v3 here"]),
        ('Finding(message="Good." if well else "Bad.")', ["Good.", "Bad."]),
        ('Finding(message=told and told.strip() or "Bad.")', ["Bad."]),
        ('Finding(message="One. " + "Two.")', ["One. Two."]),
        ('Finding(message={1: "One."}.get(n, f"{n} of them."))', ["One.", "{n} of them."]),
        ('def f():\n    message, remedy = "So.", "Ask."\n    error("x", message, remedy=remedy)', ["So.", "Ask."]),
        (
            'def say(title):\n    return CheckStep(title=title)\nsay("Reach it")\nsay(title="Leave it")',
            ["Reach it", "Leave it"],
        ),
        (
            'def deep(t):\n    return say(t)\ndef say(t):\n    return Finding(message=t)\ndeep("Down here")',
            ["Down here"],
        ),
        ('def f():\n    return "It is so."\nFinding(message=f())', ["It is so."]),
        ('def f(title="Sign in"):\n    return CheckStep(title=title)', ["Sign in"]),
        (
            'def named(right):\n    return error("forbidden", f"You may not {right}.")\nnamed("read all contacts")',
            ["You may not {right}.", "read all contacts"],
        ),
        ('def hook(name):\n    return error("x", f"It lacks {name}.")\nhook("platform")', ["It lacks {name}."]),
        (
            'class S(ConnectionSettings):\n    region: Literal["West Europe", "us"] = setting("Region", help="So.")',
            ["Region", "So.", "West Europe"],
        ),
        ('Finding(message=f"{a}: {b}")', []),
        ('log("Not for people.")\nx = "Nor this."', []),
        ('def loop(a):\n    return loop(a)\nFinding(message=loop("x y"))', []),
    ],
)
def test_texts_are_followed_to_where_they_stand(tmp_path: Path, source: str, texts: list[str]) -> None:
    """What is handed to a maker is a text, through names, helpers and conditions; values leave places with names."""
    assert found(tmp_path, source) == texts


def test_texts_of_other_modules_are_followed(tmp_path: Path) -> None:
    """A constant and a helper of a module beside, by whichever import; each text says where it is said."""
    source = 'from acme import _words\nfrom acme._words import granting\nerror("x", _words.NO, remedy=granting("All"))'
    words = 'NO = "No right."\ndef granting(right):\n    return f"Give it {right}."'
    assert found(tmp_path, source, _words=words) == ["No right.", "Give it {right}.", "All"]
    assert {message.modules for message in messages_of(tmp_path)} == {("acme.py",)}


@pytest.mark.parametrize("name", ["simulator", "_simulator_words", "testing"])
def test_what_only_authors_see_is_left_aside(tmp_path: Path, name: str) -> None:
    """A simulator speaks to nobody's administrator."""
    assert found(tmp_path, "", **{name: 'Finding(message="A text.")'}) == []


def test_sources_are_not_run(tmp_path: Path) -> None:
    """A package that cannot be imported has texts all the same."""
    assert found(tmp_path, 'raise SystemExit\nFinding(message="A text.")') == ["A text."]
