"""``jackfield doctor``: each usual mistake of a connector's author is named, with what to do."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import COMMAND
from tests.core.plugs import environment, install

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ended

ROOT = Path(__file__).parents[2]
GOOD = """
from jackfield import Platform, UserPage, hookimpl
from jackfield.checks import CheckStep, Finding
from jackfield.settings import BaseUrl, ConnectionSettings, Secret, Text, setting

class PlugSettings(ConnectionSettings):
    key: Secret = setting("API Key", help="Under Profile.", example="0000-5550")
    endpoint: BaseUrl = setting("Endpoint", help="Where the API is.", example="https://example.com/")

async def reach(connection):
    return Finding(message="Good.")

@hookimpl
def platform():
    text = "Look under Profile."
    return Platform(id="plug", title="Plug", instructions=text, docs_url="https://example.com/docs")

@hookimpl
def connection_schema():
    return PlugSettings

@hookimpl
def systems_check():
    return [CheckStep(id="reach", title="Reach", run=reach)]

@hookimpl
async def import_users():
    yield UserPage(users=())
"""
POINT = "[jackfield.connectors]\nplug = plug\n"
#: Entry points that lead nowhere.
POINTS = {"elsewhere": "plugg", "attribute": "plug_attribute:Plug"}
#: Report cards: version and broken clauses, and what is said of them.
CARDS = {
    "card_good": ("1.5", 0, "ok", "47/47 clauses, tested on 2026-11-23."),
    "card_old": ("0.9", 0, "warning", "It is of version 0.9, this is 1.5."),
    "card_broken": ("1.5", 2, "problem", "2 clauses of the contract are broken."),
}
#: What is written wrongly: what stands in its place, what it is about, and what the finding says.
PROBLEMS = {
    "unimportable": (
        "from jackfield import",
        "import nonsense\nfrom jackfield import",
        "entry point",
        "No module named 'nonsense'",
        "Install nonsense",
    ),
    "exit": (
        "from jackfield import",
        "raise SystemExit\nfrom jackfield import",
        "entry point",
        "SystemExit",
        "by hand",
    ),
    "killed": (
        "from jackfield import",
        "import os\nos._exit(3)\nfrom jackfield import",
        "entry point",
        "ends the process",
        "importing do nothing",
    ),
    "syntax": ("class Plug", "class class Plug", "entry point", "SyntaxError", "by hand"),
    "misspelt": (
        "def systems_check",
        "def sistems_check",
        "hooks",
        "unknown hook 'sistems_check'",
        "Did you mean systems_check?",
    ),
    "unmarked": (
        "@hookimpl\ndef systems_check",
        "def systems_check",
        "hooks",
        "lacks the hook systems_check",
        "Mark the function systems_check",
    ),
    "renamed": (
        "@hookimpl\nasync def import_users",
        "async def import_user",
        "hooks",
        "lacks the hook import_users",
        "Did you mean import_user?",
    ),
    "arguments": ("def import_users()", "def import_users(crm)", "hooks", "does not fit", "Compare its arguments"),
    "api": ("title=", "hook_api=9, title=", "hooks", "hook API 9", "hook_api=1"),
    "name": ('id="plug"', 'id="plugs"', "entry point", "calls itself plugs", "be the same"),
    "schema": (
        "return PlugSettings",
        "return dict",
        "hooks",
        "ConnectionSettings class",
        "Mend the hook connection_schema",
    ),
    "no_help": ('help="Under Profile."', 'help=""', "settings", "The field key lacks its help", "setting(title, help="),
    "example": (
        'example="https://example.com/"',
        'example="not an address"',
        "settings",
        "The example ",
        "an example that its own",
    ),
    "blank": ('"Look under Profile."', '""', "instructions", "finds nothing beside the form", "where in the CRM"),
    "capability": (
        "title=",
        "capabilities=frozenset(['contact_lookup']), title=",
        "capabilities",
        "no hook find_contacts",
        "Write find_contacts()",
    ),
    "undeclared": (
        "@hookimpl\nasync",
        "@hookimpl\ndef record_link():\n    return None\n\n@hookimpl\nasync",
        "capabilities",
        "record_links is not declared",
        "Capability.RECORD_LINKS",
    ),
    "no_steps": (
        "return [CheckStep(",
        "return [][:0] and [CheckStep(",
        "systems check",
        "It has no steps",
        "systems_check()",
    ),
    "broken_steps": ("return [CheckStep(", "return 1 / 0 and [CheckStep(", "connector", "ZeroDivisionError", "Look at"),
}
WARNINGS = {
    "open_secret": ("key: Secret", "key: Text", "settings", "The field key sounds secret", "Secret"),
    "alike": (
        "async def reach",
        "def validate_conection(): ...\n\nasync def reach",
        "hooks",
        "validate_conection is no hook. Did you mean validate_connection?",
        "@hookimpl",
    ),
    "no_docs": (
        'docs_url="https://example.com/docs"',
        'docs_url=""',
        "instructions",
        "no link to the vendor's own page",
        "docs_url",
    ),
    "no_simulator": ("", "", "simulator", "There is none", "simkit"),
    "no_tapes": ("", "", "tapes", "There are none here", "jackfield record no_tapes"),
    "no_card": ("", "", "report card", "no quality.toml", "--jackfield-card"),
}


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What the doctor finds in many connectors that are installed at once; nothing ever ends in a traceback."""
    folder = tmp_path_factory.mktemp("packages")
    for name, (before, after, *_) in {**PROBLEMS, **WARNINGS}.items():
        assert before in GOOD
        install(folder, name, named(name, GOOD.replace(before, after, 1)))
    for name, point in {**POINTS, "well": "plug_well"}.items():
        install(folder, name, named(name), value=point)
    for name, (version, failed, *_) in CARDS.items():
        clauses = f"[clauses]\npassed = {47 - failed}\nskipped = 0\nfailed = {failed}\n"
        card = install(folder, name, named(name)).with_name("quality.toml")
        card.write_text(f'connector = "{version}"\ndate = "2026-11-23"\n{clauses}')
    hook = "\n@hookimpl\ndef simulator():\n    return None\n"
    install(folder, "hidden", named("hidden", GOOD + hook)).with_name("simulator.py").write_text("")
    points = install(folder, "stray", named("stray")).parents[1] / "plug_stray-1.5.dist-info" / "entry_points.txt"
    points.write_text("[jackfield.connector]\nstray = plug_stray\n")
    ended = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "doctor", "--json"], env=environment(folder), cwd=folder, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    return {row["platform"]: row["findings"] for row in json.loads(ended.stdout)}


def named(name: str, source: str = GOOD) -> str:
    """The source of a connector of this name."""
    return source.replace('id="plug"', f'id="{name}"')


def found(findings: list[Any], state: str, about: str) -> dict[str, str]:
    """The one finding of this state about this."""
    (finding,) = [each for each in findings if (each["state"], each["about"]) == (state, about)]
    return {name: finding[name] for name in ("message", "remedy")}


@pytest.mark.parametrize("case", PROBLEMS)
def test_mistake_is_named_with_what_to_do(ward: dict[str, list[Any]], case: str) -> None:
    """A mistake that breaks the contract is a problem, told in a sentence with its remedy."""
    _, _, about, message, remedy = PROBLEMS[case]
    told = found(ward[case], "problem", about)
    assert (message in told["message"], remedy in told["remedy"]) == (True, True), told


@pytest.mark.parametrize("case", WARNINGS)
def test_what_is_worth_a_look_is_a_warning(ward: dict[str, list[Any]], case: str) -> None:
    """What leaves something untested or unclear is told too, and is no problem."""
    _, _, about, message, remedy = WARNINGS[case]
    told = found(ward[case], "warning", about)
    assert (message in told["message"], remedy in told["remedy"]) == (True, True), told
    assert "problem" not in {finding["state"] for finding in ward[case]}


@pytest.mark.parametrize(
    ("case", "message", "remedy"),
    [
        ("elsewhere", "No module named 'plugg'", "Name the connector's module"),
        ("attribute", "has no attribute 'Plug'", "without anything behind a colon"),
        ("stray", "group jackfield.connector,", "jackfield.connectors"),
    ],
)
def test_entry_point_that_leads_nowhere_is_named(
    ward: dict[str, list[Any]], case: str, message: str, remedy: str
) -> None:
    """A module or attribute that is not there, and a group that nobody looks for."""
    told = found(ward[case], "problem", "entry point")
    assert (message in told["message"], remedy in told["remedy"]) == (True, True), told


def test_hidden_hook_is_named(ward: dict[str, list[Any]]) -> None:
    """A module of a hook's name that stands in the hook's place is told, with how to mark the function."""
    told = found(ward["hidden"], "problem", "hooks")
    assert ("hides its hook simulator" in told["message"], 'specname="simulator"' in told["remedy"]) == (True, True)


@pytest.mark.parametrize("case", ["card_good", "card_old", "card_broken"])
def test_report_card_is_read(ward: dict[str, list[Any]], case: str) -> None:
    """A card of this version that is all passed is well; another one is stale, and broken clauses are a problem."""
    _, _, state, message = CARDS[case]
    assert found(ward[case], state, "report card")["message"] == message


@pytest.fixture
def tapes(tmp_path: Path) -> Path:
    """Insightly's own tapes, in a folder in which they can be spoilt."""
    return Path(shutil.copytree(ROOT / "cassettes" / "insightly", tmp_path / "tapes"))


def about_tapes(jackfield: Callable[..., Ended], folder: Path) -> list[tuple[str, str]]:
    """What the doctor says of these tapes."""
    (row,) = jackfield("doctor", "insightly", "--cassettes", str(folder), "--json").json
    return [(each["state"], each["message"]) for each in row["findings"] if each["about"] == "tapes"]


def test_good_tapes_are_well(jackfield: Callable[..., Ended], tapes: Path) -> None:
    """Tapes that are all used, clean and young take one line."""
    assert about_tapes(jackfield, tapes) == [
        ("ok", "6 in tapes, all used, clean, recorded from the simulator."),
    ]


def replaced(path: Path, before: str, after: str) -> None:
    """Write something else into a tape."""
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


@pytest.mark.parametrize(
    ("spoilt", "finding"),
    [
        (
            ("check", "/v3.1/Users/Me", "/v3.1/Users/You"),
            ("problem", "check lacks what is asked now: GET /v3.1/Users/Me."),
        ),
        (("users", "'2026-", "'2019-"), ("warning", "users is ")),
        (("users", "platform: insightly", "platform: acme"), ("problem", "users is of the platform acme.")),
        (("users", "ends: ok", "ends: forbidden"), ("problem", "users ends with ok, not with forbidden as recorded.")),
        (("users", "recipe:", "receipt:"), ("problem", "users.yaml does not say where it comes from.")),
        (("find", "jose.kaur@ohara.example.com", "jose@ohara.com"), ("problem", "find.yaml, line ")),
    ],
)
def test_spoilt_tape_is_named(
    jackfield: Callable[..., Ended], tapes: Path, spoilt: tuple[str, str, str], finding: tuple[str, str]
) -> None:
    """What is missing, foreign, old or leaking is told by the tape's name."""
    name, before, after = spoilt
    replaced(tapes / f"{name}.yaml", before, after)
    assert [state for state, text in about_tapes(jackfield, tapes) if text.startswith(finding[1])] == [finding[0]]


def test_unused_answer_is_told(jackfield: Callable[..., Ended], tapes: Path) -> None:
    """An answer that nobody asks for is one too many."""
    path = tapes / "check_key_refused.yaml"
    head, mark, turn = path.read_text("utf-8").partition("interactions:\n")
    path.write_text(head + mark + turn + turn.replace("Users/Me", "Users/You"), "utf-8")
    assert about_tapes(jackfield, tapes) == [("problem", "check_key_refused holds 1 answer that nobody asks for.")]


def test_missing_tape_is_told(jackfield: Callable[..., Ended], tapes: Path) -> None:
    """A tape that every connector has is missed."""
    (tapes / "find.yaml").unlink()
    assert about_tapes(jackfield, tapes) == [("problem", "There is no tape find.")]


def test_all_installed_connectors_are_looked_at(jackfield: Callable[..., Ended], package: Callable[..., None]) -> None:
    """Without a name every connector is examined; a broken one hides no other."""
    package("plug", "raise RuntimeError", POINT)
    ended = jackfield("doctor", "--json")
    assert (ended.status, [row["platform"] for row in ended.json]) == (1, ["connectwise", "insightly", "plug"])
    assert [row["ok"] for row in ended.json] == [True, True, False]


def test_person_reads_a_line_for_each(jackfield: Callable[..., Ended], package: Callable[..., None]) -> None:
    """State, what it is about and what was seen stand in columns, the remedy under them."""
    package("plug", GOOD, POINT)
    lines = jackfield("doctor", "plug").out.splitlines()
    assert lines[:2] == ["plug", "  ok       entry point    plug, version 1.0, hook API 1."]
    assert "  warning  simulator      There is none, so most clauses of the contract cannot be tested." in lines
    assert "                          What to do: jackfield.simkit makes one out of data and routes." in lines


def test_unknown_platform_is_wrong_usage(jackfield: Callable[..., Ended]) -> None:
    """A name that nobody has is answered with the nearest."""
    ended = jackfield("doctor", "insightli")
    assert (ended.status, ended.err) == (2, "Error: There is no platform 'insightli'.\nDid you mean insightly?\n")
