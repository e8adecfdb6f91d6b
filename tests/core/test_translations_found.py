"""Whose catalogues are read: the core's and those of connectors, which need not be imported for it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.messages import Message
from jackfield.messages.catalogue import catalogue_of
from tests.core import plugs

if TYPE_CHECKING:
    from pathlib import Path

#: A connector whose import would be seen.
LOUD = f"raise SystemExit('imported')\n{plugs.GOOD}"
ASK = "from jackfield.translations import for_language\ngerman = for_language('de')\n"


def ship(package: Path, name: str, folder: str = "de", **texts: str) -> Path:
    """Put a catalogue into a package; gives the compiled file."""
    catalogue = catalogue_of(package, name, folder)
    said = [Message(text=text.replace("_", " "), modules=("x.py",)) for text in texts]
    catalogue.update(said)
    lines = catalogue.written.read_text("utf-8")
    for text, translation in texts.items():
        english = text.replace("_", " ")
        lines = lines.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{translation}"')
    catalogue.written.write_text(lines, "utf-8")
    catalogue.update(said)
    return catalogue.compiled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where packages are installed."""
    made = tmp_path / "packages"
    made.mkdir()
    return made


def asked(folder: Path, question: str) -> Any:
    """What a process with these packages answers."""
    return plugs.told(f"{ASK}print(json.dumps({question}))", folder)


def test_connector_brings_its_own_texts_and_is_not_imported(folder: Path) -> None:
    """A package that nobody here knows is read for its catalogue alone; the core's is there as well."""
    file = plugs.install(folder, "loud", LOUD)
    ship(file.parent, "plug_loud", A_text_of_Acme="Ein Text von Acme")
    found = asked(folder, "[german.translated('A text of Acme'), german.translated('Fill it in.'), german.broken]")
    assert found == ["Ein Text von Acme", "Füllen Sie es aus.", {}]


def test_catalogue_is_found_below_a_package_without_importing_it(folder: Path) -> None:
    """The connector may be a package or a module inside another one: the catalogue lies in the package."""
    file = plugs.install(folder, "deep", "raise SystemExit('imported')\n", value="plug_deep.crm.hooks")
    inner = file.parent / "crm"
    inner.mkdir()
    (inner / "__init__.py").write_text("raise SystemExit('imported')\n")
    (inner / "hooks.py").write_text(LOUD)
    ship(inner, "plug_deep.crm", A_text_of_Acme="Ein Text von Acme")
    assert asked(folder, "german.translated('A text of Acme')") == "Ein Text von Acme"


def test_connector_that_a_host_leaves_out_says_nothing(folder: Path) -> None:
    """``allow`` limits catalogues as it limits connectors."""
    for name in ("one", "two"):
        file = plugs.install(folder, name, LOUD)
        ship(file.parent, f"plug_{name}", **{f"A_text_of_{name}": f"Ein Text von {name}"})
    answers = asked(folder, "[for_language('de', allow=['two']).translated(f'A text of {n}') for n in ('one', 'two')]")
    assert answers == ["A text of one", "Ein Text von two"]


@pytest.mark.parametrize("content", [b"", b"no catalogue at all", b"\xde\x12\x04\x95" + b"\xff" * 64])
def test_broken_catalogue_of_one_stops_nothing(folder: Path, content: bytes) -> None:
    """Its reason is told, the others are read."""
    for name in ("bad", "good"):
        file = plugs.install(folder, name, LOUD)
        compiled = ship(file.parent, f"plug_{name}", A_text_of_Acme="Ein Text von Acme")
        if name == "bad":
            compiled.write_bytes(content)
    text, broken = asked(folder, "[german.translated('A text of Acme'), german.broken]")
    assert (text, list(broken)) == ("Ein Text von Acme", ["plug_bad"])
    assert broken["plug_bad"].startswith("Its texts for de cannot be read (")


@pytest.mark.parametrize("value", ["gone_altogether", "plug_odd.not_there", "plug_odd:x", "..."])
def test_entry_point_that_leads_nowhere_has_no_texts(folder: Path, value: str) -> None:
    """Nothing is raised for it."""
    plugs.install(folder, "odd", LOUD, value=value)
    assert asked(folder, "[german.translated('Fill it in.'), german.broken]") == ["Füllen Sie es aus.", {}]


@pytest.mark.parametrize("command", [["--version"], ["platforms"], ["explain", "forbidden"]])
def test_commands_load_no_translations(command: list[str], tmp_path: Path) -> None:
    """English costs nothing: no catalogue, no Babel, not even the module."""
    code = (
        "import sys\nfrom jackfield.cli import main\n"
        f"main({command!r})\nprint([name for name in sys.modules if 'translations' in name or 'babel' in name])"
    )
    environment = {**os.environ, "JACKFIELD_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
