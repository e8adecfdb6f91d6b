"""What may be made, and under which names."""

from __future__ import annotations

import pytest

from jackfield.scaffold import ScaffoldError, planned


@pytest.mark.parametrize(
    ("name", "title", "package", "prefix"),
    [("acme", "Acme", "jackfield_acme", "Acme"), ("a-b2-c", "A B2 C", "jackfield_a_b2_c", "AB2C")],
)
def test_names_follow_from_one(name: str, title: str, package: str, prefix: str) -> None:
    """Title, package and the beginning of class names."""
    plan = planned(name)
    assert (plan.title, plan.package, plan.prefix) == (title, package, prefix)


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Acme", "acme"),
        ("acme_desk", "acme-desk"),
        ("acme--desk", "acme-desk"),
        ("-acme", "acme"),
        ("2acme", "acme"),
        ("../acme", "acme"),
        ("acme desk", "acme-desk"),
        ("ünï", "n"),
        ("", "acme"),
        ("a" * 31, "a" * 30),
    ],
)
def test_a_bad_name_is_refused_with_one_that_will_do(name: str, suggested: str) -> None:
    """It stands in folders, packages, addresses and variables, so little is allowed."""
    with pytest.raises(ScaffoldError, match="cannot be a platform's id") as refused:
        planned(name)
    assert refused.value.remedy == f"Write for example {suggested}."
    assert planned(suggested).name == suggested


@pytest.mark.parametrize("title", ["", "  ", "a\nb", 'The "Good" CRM', "back\\slash", "{{ x }}", "<b>", "a" * 41])
def test_a_title_that_would_spoil_code_or_sentences_is_refused(title: str) -> None:
    """Quotes, braces, lines, nothing at all."""
    with pytest.raises(ScaffoldError, match="A title is one line"):
        planned("acme", title=title)


def test_a_title_may_be_of_any_alphabet() -> None:
    """Blanks around it are taken away."""
    assert planned("acme", title="  Ægir & Søn 2 ").title == "Ægir & Søn 2"


@pytest.mark.parametrize("name", ["portal", "insightly"])
def test_the_name_of_what_is_installed_is_refused(name: str) -> None:
    """One id, one connector; one package name, one package."""
    with pytest.raises(ScaffoldError, match="is installed already"):
        planned(name)


@pytest.mark.parametrize(("option", "wish"), [("--auth", {"auth": "digest"}), ("--paging", {"paging": "x"})])
def test_an_unknown_kind_is_refused_with_those_that_there_are(option: str, wish: dict[str, str]) -> None:
    """In one sentence."""
    with pytest.raises(ScaffoldError, match=f"{option} takes one of"):
        planned("acme", **wish)
