"""Finding the installed connectors, with real packages, whatever they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jackfield._describe import Description, _Cache
from tests.core.plugs import GOOD, card, install, told

if TYPE_CHECKING:
    from pathlib import Path

LIST = "print(json.dumps([each.as_dict() for each in discover().descriptions()]))"

#: Packages that do harm when they are imported or asked, and what is said of them.
BROKEN = {
    "asserts": ("assert False, 'never'", "It cannot be imported: AssertionError: never"),
    "dies": ("import os\nos._exit(7)", "It ends the process that imports it, or never comes back."),
    "exits": ("raise SystemExit(3)", "It cannot be imported: SystemExit: 3"),
    "foreign": (GOOD.replace("id=own", "id='other'"), "It calls itself other, but is installed as foreign."),
    "hidden": (GOOD.replace("def systems_check", "def system_check"), "unknown hook 'system_check'"),
    "lacks": (GOOD.replace("@hookimpl\ndef systems_check", "def systems_check"), "It lacks the hook systems_check."),
    "misses": ("import nowhere_to_be_found", "No module named 'nowhere_to_be_found'"),
    "newer": (GOOD.replace("id=own", "id=own, hook_api=2"), "It was written for hook API 2, this is 1."),
    "quits": (GOOD.replace("    links", "    raise SystemExit\n    links", 1), "Its hook platform() fails: SystemExit"),
    "raises": ("raise RuntimeError('no licence\\nsecond line')", "It cannot be imported: RuntimeError: no licence"),
    "schemaless": (GOOD.replace("return PlugSettings", "return {}"), "does not return a ConnectionSettings class."),
    "shadowed": (
        f"{GOOD}\n@hookimpl\ndef simulator(): return None",
        "Its module simulator.py hides its hook simulator",
    ),
    "shouts": (f"raise ValueError('no' * 10_000)\n{GOOD}", f"It cannot be imported: ValueError: {'no' * 150}"),
    "syntax": ("def (", "SyntaxError"),
    "wordless": ("class Odd(Exception):\n    __str__ = None\nraise Odd", "It cannot be imported: Odd"),
}
#: Packages that behave oddly and are good all the same.
ODD = {
    "chatty": f"print('{{}}' * 1000)\nimport sys, warnings\nsys.stderr.write('x' * 100000)\n{GOOD}",
    "good": GOOD,
    "named": f"{GOOD}\n@hookimpl(specname='simulator')\ndef make_simulator(): return None",
    "lingering": f"import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n{GOOD}",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them, side by side."""
    folder = tmp_path_factory.mktemp("installed")
    for name, source in {**ODD, **{name: source for name, (source, _) in BROKEN.items()}}.items():
        install(folder, name, source)
    for name in ("named", "shadowed"):
        (folder / f"plug_{name}" / "simulator.py").touch()
    install(folder, "twice")
    install(folder, "twice", dist="plug_twin", value="plug_good")
    install(folder, "attribute", value="plug_attribute:nothing")
    install(folder, "Bad Name", value="plug_good")
    install(folder, "nowhere", value="not a module")
    return folder


@pytest.fixture(scope="module")
def listing(installed: Path) -> dict[str, Any]:
    """What a host is told of them, and what it has imported then."""
    show = "[each.as_dict() for each in discover().descriptions()]"
    modules = "[name for name in sys.modules if name.startswith('plug_')]"
    return told(f"import sys\nprint(json.dumps({{'found': {show}, 'imported': {modules}}}))", installed)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def described(listing: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The descriptions by id."""
    return {each["id"]: each for each in listing["found"]}


@pytest.mark.parametrize("name", ODD)
def test_good_connector_is_ready(described: dict[str, dict[str, Any]], name: str) -> None:
    """A good connector is told in full, whatever its neighbours do and however much it prints."""
    expected = {"id": name, "title": name.title(), "version": "1.5", "state": "ready", "reason": None}
    assert described[name] == {**expected, "capabilities": ["record_links"], "card": None}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_connector_is_told_with_its_reason(described: dict[str, dict[str, Any]], name: str) -> None:
    """A broken connector is listed by its id, with a reason of one line and no path of this machine."""
    found = described[name]
    assert (found["state"], found["title"], found["capabilities"]) == ("broken", name, [])
    assert BROKEN[name][1] in found["reason"]
    assert [mark for mark in ("\n", "/", "Traceback") if mark in found["reason"]] == []


def test_entry_point_without_its_object_is_told(described: dict[str, dict[str, Any]]) -> None:
    """An entry point that names what is not there is broken."""
    assert "AttributeError" in described["attribute"]["reason"]


def test_two_connectors_of_one_id_are_told(described: dict[str, dict[str, Any]]) -> None:
    """Neither of two is taken; the reason says what to do."""
    assert described["twice"]["reason"] == "Two installed connectors call themselves twice: uninstall one of them."


def test_bad_id_is_told(described: dict[str, dict[str, Any]]) -> None:
    """An id that could not stand in an address or on a command line is refused."""
    reason = "Its id must be of lower-case letters, digits, - and _, and begin with a letter."
    assert described["Bad Name"]["reason"] == reason


def test_entry_point_without_a_module_is_told(described: dict[str, dict[str, Any]]) -> None:
    """What stands in an entry point may be no name of a module at all."""
    assert described["nowhere"]["reason"] == "Its entry point names no module."


def test_connector_that_ends_its_process_has_its_version(described: dict[str, dict[str, Any]]) -> None:
    """The version is that of the installed package, whatever becomes of its import."""
    assert described["dies"]["version"] == "1.5"


def test_descriptions_come_in_the_order_of_their_ids(listing: dict[str, Any]) -> None:
    """Every installed connector is listed once."""
    names = [each["id"] for each in listing["found"]]
    assert names == sorted(set(names))
    assert {*BROKEN, *ODD, "twice", "attribute", "Bad Name"} <= set(names)


def test_no_connector_is_imported_to_be_described(listing: dict[str, Any]) -> None:
    """D1: describing imports nothing of a connector in the host's process."""
    assert listing["imported"] == []


@pytest.fixture(scope="module")
def loaded(installed: Path) -> dict[str, str]:
    """How asking for each connector ends in one process; those that take it down are left out."""
    code = """
from jackfield import JackfieldError
connectors, ends = discover(), {}
for name in connectors:
    if name in {"dies", "lingering"}:
        continue
    try:
        ends[name] = f"ready {connectors[name].platform.title}"
    except JackfieldError as failure:
        ends[name] = f"{failure.code} {failure.message}"
    except BaseException as escaped:
        ends[name] = f"ESCAPED {escaped!r}"
print()
print(json.dumps(ends))
"""
    return told(code, installed)  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", sorted({*BROKEN} - {"dies"}))
def test_asking_for_a_broken_connector_is_an_error(loaded: dict[str, str], name: str) -> None:
    """A broken connector raises connector_broken with its reason, and nothing else ever."""
    assert loaded[name].startswith("connector_broken ")
    assert BROKEN[name][1] in loaded[name]


@pytest.mark.parametrize("name", ["twice", "attribute", "Bad Name", "nowhere"])
def test_asking_for_a_bad_entry_point_is_an_error(loaded: dict[str, str], name: str) -> None:
    """An entry point that is refused in the listing is refused when it is asked for."""
    assert loaded[name].startswith("connector_broken ")


@pytest.mark.parametrize("name", ["chatty", "good"])
def test_good_connector_is_loaded_beside_broken_ones(loaded: dict[str, str], name: str) -> None:
    """What its neighbours raise is nothing to a good connector."""
    assert loaded[name] == f"ready {name.title()}"


def test_connectors_are_a_mapping(installed: Path) -> None:
    """Asking whether a connector is installed loads none; an unknown one is a KeyError."""
    code = """
import sys
connectors = discover()
told = ["exits" in connectors, "unknown" in connectors, connectors.get("unknown"), len(connectors) - len([*connectors])]
told.append([name for name in sys.modules if name.startswith("plug_")])
told.append(connectors["good"] is connectors["good"])
print(json.dumps(told))
"""
    assert told(code, installed) == [True, False, None, 0, [], True]


def test_allowing_limits_what_is_found(installed: Path) -> None:
    """A host that allows some connectors sees no others, and asks nothing of them."""
    code = "print(json.dumps([[*discover(allow=['good'])], [*discover(allow=[])], [*discover(allow={'unknown'})]]))"
    assert told(code, installed) == [["good"], [], []]


def test_observers_are_put_around_every_connector(tmp_path: Path) -> None:
    """The host's plugins see the calls of a connector that was discovered."""
    install(tmp_path, "good")
    code = """
from jackfield import hookimpl
seen = []
class Observer:
    @hookimpl(wrapper=True)
    def systems_check(self):
        seen.append("systems_check")
        return (yield)
discover(observers=[Observer()])["good"].steps()
print(json.dumps(seen))
"""
    assert told(code, tmp_path) == ["systems_check"]


def test_sleeping_connector_is_given_up(tmp_path: Path) -> None:
    """A connector that never comes back costs no more than the time box."""
    count = tmp_path / "count.txt"
    install(tmp_path, "sleeps", f"import time\nopen({str(count)!r}, 'a').write('slept\\n')\ntime.sleep(600)")
    install(tmp_path, "wakes")
    code = "print(json.dumps([e.as_dict() for e in discover(allow=['sleeps', 'wakes']).descriptions(time_box=3)]))"
    sleeps, wakes = told(code, tmp_path)
    assert sleeps["reason"] == "It ends the process that imports it, or never comes back."
    assert (wakes["state"], count.read_text()) == ("ready", "slept\n")


def test_description_is_kept_until_a_file_changes(tmp_path: Path) -> None:
    """The second listing imports nothing anywhere; a changed file is read anew."""
    count = tmp_path / "count.txt"
    counting = f"open({str(count)!r}, 'a').write('imported\\n')\n{GOOD}"
    file = install(tmp_path / "packages", "good", counting)
    code = f"""
from pathlib import Path
def look():
    return [discover(allow=["good"]).descriptions()[0].title, len(Path({str(count)!r}).read_text().split())]
first, second = look(), look()
Path({str(file)!r}).write_text(Path({str(file)!r}).read_text().replace("own.title()", "'Another title'"))
print(json.dumps([first, second, look(), look()]))
"""
    expected = [["Good", 1], ["Good", 1], ["Another title", 2], ["Another title", 2]]
    assert told(code, tmp_path / "packages", "-P") == expected


@pytest.mark.parametrize("place", ["a-file", "~no-such-user-5550/cache"])
def test_cache_that_cannot_be_written_is_no_error(tmp_path: Path, place: str) -> None:
    """Without a place to keep descriptions, connectors are described all the same."""
    install(tmp_path, "good")
    (tmp_path / "a-file").write_text("in the way")
    where = place if place.startswith("~") else str(tmp_path / place)
    found = told(LIST, tmp_path, JACKFIELD_CACHE_DIR=where, XDG_CACHE_HOME=str(tmp_path / "a-file"))
    assert [each["state"] for each in found if each["id"] == "good"] == ["ready"]


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"5",
        b'{"good": 5}',
        b'{"good": null}',
        b'{"good": {"stamp": [1]}}',
        b'{"good": {"stamp": [1], "description": {}}}',
        b'{"good": {"stamp": [1], "description": {"id": "good", "colour": "red", "capabilities": []}}}',
    ],
)
def test_spoilt_cache_is_asked_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bytes) -> None:
    """Whatever stands in the cache's file, what cannot be read is asked anew."""
    monkeypatch.setenv("JACKFIELD_CACHE_DIR", str(tmp_path))
    (tmp_path / "jackfield").mkdir()
    (tmp_path / "jackfield" / "connectors.json").write_bytes(kept)
    assert _Cache().get("good", [1]) is None


def test_cache_gives_back_what_was_put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A description is kept with its stamp, and found by the same stamp alone."""
    monkeypatch.setenv("JACKFIELD_CACHE_DIR", str(tmp_path))
    description = Description(id="good", title="Good", version="1", state="ready", capabilities=("simulator",))
    _Cache().put({"good": ([1, "a"], description)})
    assert (_Cache().get("good", [1, "a"]), _Cache().get("good", [2, "a"])) == (description, None)


def test_folder_that_a_host_works_in_breaks_no_connector(tmp_path: Path) -> None:
    """A file that happens to be called like a module of Python is not imported by whoever describes."""
    install(tmp_path / "packages", "good")
    (tmp_path / "json.py").write_text("raise RuntimeError")
    found = told(LIST, tmp_path / "packages", "-P", cwd=tmp_path)
    assert [each["state"] for each in found if each["id"] == "good"] == ["ready"]


def test_connector_in_the_folder_of_a_python_session_is_described(tmp_path: Path) -> None:
    """What the host finds through its current folder, whoever describes finds too."""
    install(tmp_path, "good")
    found = told(LIST, tmp_path, cwd=tmp_path, PYTHONPATH="")
    assert [each["state"] for each in found if each["id"] == "good"] == ["ready"]


@pytest.mark.parametrize(
    ("deployment", "expected"),
    [("{'own': {'client_id': 'c-5550'}}", "c-5550"), ("{'other': {'client_id': 'c-5550'}}", None), ("None", "e-5550")],
)
def test_host_hands_in_the_deployments_settings(tmp_path: Path, deployment: str, expected: str | None) -> None:
    """Each connector gets its own of what the host says; where it says nothing, the environment is asked."""
    field = '    client_id: Text = setting("Client", help="h", example="x", default=None, deployment=True)\n\n@hookimpl'
    source = GOOD.replace("BaseUrl, C", "BaseUrl, Text, C").replace("\n@hookimpl", field, 1)
    install(tmp_path, "own", source)
    code = f"parsed = discover(deployment={deployment})['own'].parse({{'endpoint': 'https://example.com/'}})"
    variable = {"JACKFIELD_OWN_CLIENT_ID": "e-5550"}
    assert told(f"{code}\nprint(json.dumps(parsed.settings.client_id))", tmp_path, **variable) == expected


def listed(folder: Path) -> Any:
    """What the list of connectors holds of the one with a card."""
    return next(found for found in told(LIST, folder) if found["id"] == "carded")


def test_card_comes_with_the_description(tmp_path: Path) -> None:
    """What stands in the report card of a connector's package is part of what the connector says of itself."""
    file = install(tmp_path / "site", "carded").with_name("quality.toml")
    file.write_text(f"date = 2026-11-23\n{card('1.5')}", "utf-8")
    found = listed(tmp_path / "site")["card"]
    assert (found["date"], found["clauses"]["passed"], found["recordings"]["source"]) == ("2026-11-23", 45, "simulator")


def test_new_card_is_seen(tmp_path: Path) -> None:
    """A card that is written after the connector was described is seen with the next list."""
    file = install(tmp_path / "site", "carded").with_name("quality.toml")
    assert listed(tmp_path / "site")["card"] is None
    file.write_text(card("1.5"), "utf-8")
    assert listed(tmp_path / "site")["card"]["connector"] == "1.5"


@pytest.mark.parametrize(
    "text", ["", "clauses = 5", "[clauses]\npassed = 'all'\nskipped = 0\nfailed = 0", "= no toml", "\x00"]
)
def test_card_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    """A spoilt card spoils nothing else."""
    install(tmp_path / "site", "carded").with_name("quality.toml").write_text(text, "utf-8")
    found = listed(tmp_path / "site")
    assert (found["state"], found["card"]) == ("ready", None)


@pytest.mark.parametrize(("tested", "expected"), [("1.5", "45/47"), ("1.4", "stale")])
def test_card_in_a_word(tested: str, expected: str) -> None:
    """The clauses that passed among all, or that the card is of another version of the connector."""
    clauses = {"passed": 45, "skipped": 2, "failed": 0}
    found = Description(id="a", title="A", version="1.5", state="ready", card={"connector": tested, "clauses": clauses})
    assert expected == found.contract
    assert Description(id="a", title="A", version="1.5", state="ready").contract == "none"


def test_upgrade_is_seen_without_a_restart(tmp_path: Path) -> None:
    """What a running host knows of the installed packages is read again when one was installed."""
    install(tmp_path, "good")
    code = f"""
import time
from pathlib import Path
from jackfield._describe import version_of
def look():
    return version_of("jackfield.connectors", "good")
first = look()
time.sleep(0.1)
(old,) = Path({str(tmp_path)!r}).glob("*.dist-info")
new = old.rename(old.with_name(old.name.replace("1.5", "1.6")))
(new / "METADATA").write_text((new / "METADATA").read_text().replace("1.5", "1.6"))
print(json.dumps([first, look()]))
"""
    assert told(code, tmp_path) == ["1.5", "1.6"]
