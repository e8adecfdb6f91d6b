"""The proof from outside: a connector that this workspace does not know, and not one line of core or portal changed."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.thirdparty.conftest import ACME
from tests.thirdparty.outside import ROOT
from tests.thirdparty.serving import free_port, labels_of, options_of, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.thirdparty.outside import Outside
    from tests.thirdparty.serving import Admin


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file of a package by its path, but what Python makes of it."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_acme_is_no_part_of_this_workspace() -> None:
    """The workspace has no such member, and no process in it can import the connector."""
    workspace = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    members = [place for pattern in workspace["tool"]["uv"]["workspace"]["members"] for place in ROOT.glob(pattern)]
    assert ACME not in members
    assert find_spec("jackfield_acme") is None


@pytest.mark.parametrize(("package", "source"), [("jackfield", "core"), ("jackfield_portal", "portal")])
def test_what_is_installed_is_this_tree(outside: Outside, package: str, source: str) -> None:
    """Core and portal are installed letter by letter as they stand here."""
    assert files_below(ROOT / source / "src" / package) == files_below(outside.packages / package)


def test_nothing_leads_back_into_the_workspace(outside: Outside) -> None:
    """Everything that is imported there lies there."""
    code = "import jackfield, jackfield_portal, jackfield_acme as c; print(jackfield.__file__, c.__file__)"
    found = outside.run("python", "-c", code).out.split()
    assert [path for path in found if not path.startswith(str(outside.packages))] == []
    assert len(found) == 2


def test_connector_is_ready_and_shows_its_card(outside: Outside) -> None:
    """The command lists it, with the report card that its package brings along."""
    (acme,) = json.loads(outside.run("jackfield", "platforms", "--json").out)
    assert (acme["id"], acme["title"], acme["state"]) == ("acme", "Acme CRM", "ready")
    assert acme["capabilities"] == ["contact_lookup", "record_links", "simulator"]
    assert acme["card"]["clauses"]["failed"] == 0
    assert acme["card"]["connector"] == acme["version"]


def test_its_own_suite_passes_there(outside: Outside) -> None:
    """Its three lines switch the contract on, and every clause that applies to it is kept."""
    ended = outside.run("pytest", "-q", "-rs", "-p", "no:cacheprovider", cwd=outside.folder / "acme")
    assert ended.status == 0, ended.told
    assert re.search(r"contract of acme: (\d+) of \1 clauses", ended.out), ended.out


def test_doctor_finds_nothing(outside: Outside) -> None:
    """The connector's files are as they should be."""
    ended = outside.run("jackfield", "doctor", "acme", cwd=outside.folder / "acme")
    assert ended.status == 0, ended.told


def test_check_and_import_work_over_processes(outside: Outside) -> None:
    """The simulator in one process, check and import in others: the whole way that a host goes."""
    simulate = ["simulate", "acme", "--users", "230", "--port", str(free_port()), "--json"]
    with serving(
        [outside.environment / "bin" / "jackfield", *simulate], env=outside.variables, cwd=outside.folder, until="{"
    ) as line:
        settings = outside.folder / "settings.json"
        settings.write_text(json.dumps(json.loads(line)["settings"]))
        checked = outside.run("jackfield", "check", "acme", "--settings", str(settings), "--json")
        listed = outside.run("jackfield", "users", "acme", "--settings", str(settings), "--json")
    assert json.loads(checked.out)["ok"] is True
    assert len(listed.out.splitlines()) == 230


def test_portal_offers_it(admin: Admin) -> None:
    """The drop-down CRM Platform holds it."""
    assert options_of(admin.get("/connections/add/")) == ["Acme CRM"]


def test_portal_draws_its_form(admin: Admin) -> None:
    """Choosing it leads to its form, with its own labels, its instructions beside them."""
    page = admin.send("/connections/add/", platform="acme")
    assert "Edit Acme CRM Connection Settings" in page
    assert labels_of(page) == ["API Key", "Endpoint", "CRM Details Link"]
    assert "<strong>Setup</strong>" in page
