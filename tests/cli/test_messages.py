"""``jackfield messages``, and what the doctor says of translations: on a connector that is installed for this alone."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import COMMAND, Ended
from tests.core import plugs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PO = "locale/de/LC_MESSAGES/plug_acme.po"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder of the connector's package."""
    folder = tmp_path / "packages"
    folder.mkdir()
    return plugs.install(folder, "acme").parent


@pytest.fixture
def jackfield(package: Path) -> Callable[..., Ended]:
    """Run one command where the connector is installed."""

    def run(*words: str) -> Ended:
        ended = subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, *words],
            env=plugs.environment(package.parent),
            cwd=package,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in ended.stderr
        return Ended(status=ended.returncode, out=ended.stdout, err=ended.stderr)

    return run


def translate(package: Path, **texts: str) -> None:
    """Write translations into the file, as somebody with an editor does."""
    file = package / PO
    written = file.read_text("utf-8")
    for english, translation in texts.items():
        before = f'msgid "{english}"\nmsgstr ""'
        assert before in written
        written = written.replace(before, f'msgid "{english}"\nmsgstr "{translation}"')
    file.write_text(written, "utf-8")


def finding(jackfield: Callable[..., Ended]) -> dict[str, Any]:
    """What the doctor says of the connector's translations."""
    (row,) = jackfield("doctor", "acme", "--json").json
    (found,) = [each for each in row["findings"] if each["about"] == "translations"]
    return dict(found)


def test_connector_is_translated_in_two_steps(package: Path, jackfield: Callable[..., Ended]) -> None:
    """The first run makes the file with every text, the second one compiles what was written into it."""
    first = jackfield("messages", "acme", "--language", "de")
    assert (first.status, "1 without a translation:\n    Endpoint\n" in first.out) == (0, True)
    translate(package, Endpoint="Endpunkt")
    assert jackfield("messages", "acme", "--check").status == 1  # it is not compiled yet
    second = jackfield("messages", "acme", "--json")
    assert (second.status, second.json[0]["ok"], second.json[0]["missing"]) == (0, True, [])
    assert jackfield("messages", "plug_acme", "--check").status == 0
    code = (
        "from jackfield.translations import for_language\nprint(json.dumps(for_language('de').translated('Endpoint')))"
    )
    assert plugs.told(code, package.parent) == "Endpunkt"


def test_changed_text_waits_to_be_translated_anew(package: Path, jackfield: Callable[..., Ended]) -> None:
    """What is said no more goes, what is new waits, what stays keeps its translation; --check changes nothing."""
    jackfield("messages", "acme", "--language", "de")
    translate(package, Endpoint="Endpunkt")
    jackfield("messages", "acme")
    source = package / "__init__.py"
    source.write_text(source.read_text().replace('help="h"', 'help="Where it is."'))
    before = (package / PO).read_bytes()
    looked = jackfield("messages", "acme", "--check", "--json")
    assert (looked.status, looked.json[0]["missing"], (package / PO).read_bytes()) == (1, ["Where it is."], before)
    assert finding(jackfield) == {
        "state": "warning",
        "about": "translations",
        "message": "de: 1 texts without a translation.",
        "remedy": "Run jackfield messages acme, and translate what it names.",
    }
    source.write_text(source.read_text().replace('"Endpoint"', '"Address"'))
    row = jackfield("messages", "acme", "--json").json[0]
    assert (row["missing"], "Endpunkt" in (package / PO).read_text()) == (["Address", "Where it is."], False)


def test_doctor_tells_what_is_wrong_with_translations(package: Path, jackfield: Callable[..., Ended]) -> None:
    """Good ones, ones with other places, a file that cannot be read; of a connector without any nothing is said."""
    (row,) = jackfield("doctor", "acme", "--json").json
    assert "translations" not in [each["about"] for each in row["findings"]]
    source = package / "__init__.py"
    source.write_text(source.read_text() + "\ndef f(n):\n    raise error('x', f'{n} are left.')\n")
    jackfield("messages", "acme", "--language", "de")
    translate(package, **{"Endpoint": "Endpunkt", "{n} are left.": "{m} sind übrig."})
    jackfield("messages", "acme")
    assert finding(jackfield)["message"] == "de: 1 whose translation has other places for values."
    (package / PO).write_text((package / PO).read_text("utf-8").replace("{m}", "{n}"), "utf-8")
    jackfield("messages", "acme")
    assert (finding(jackfield)["state"], finding(jackfield)["message"]) == ("ok", "de: 2 texts.")
    (package / PO).with_suffix(".mo").write_bytes(b"nonsense")
    assert finding(jackfield)["message"] == "de: the compiled file cannot be read (OSError)."
    assert finding(jackfield)["state"] == "problem"


@pytest.mark.parametrize(
    ("words", "said", "remedy"),
    [
        (("nobody",), "There is no platform and no package 'nobody' whose files can be read.", "jackfield platforms"),
        (("acme",), "plug_acme has no translations yet.", "--language de"),
        (("acme", "--language", "../up"), "'../up' names no language.", "such as de"),
    ],
)
def test_wrong_usage_is_one_sentence(
    jackfield: Callable[..., Ended], words: tuple[str, ...], said: str, remedy: str
) -> None:
    """What is wrong and what to do; nothing is written."""
    ended = jackfield("messages", *words)
    assert ended.status != 0
    assert said in ended.err and remedy in ended.err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [(PO, 'msgid "x"\nnonsense\n', "cannot be read:"), ("broken.py", "def", "broken.py is no Python in its line 1.")],
)
def test_file_that_cannot_be_read_is_named(
    package: Path, jackfield: Callable[..., Ended], name: str, text: str, said: str
) -> None:
    """A slip in either of the files that people write."""
    jackfield("messages", "acme", "--language", "de")
    (package / name).write_text(text)
    ended = jackfield("messages", "acme")
    assert (ended.status, said in ended.err) == (1, True)
