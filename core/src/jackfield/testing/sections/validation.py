"""V: how a connector reads settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield.errors import JackfieldError, SettingsError
from jackfield.records import Record
from jackfield.testing._facts import ContractFacts
from jackfield.testing._forms import BLANKS, example_of, fields_of_kind, pasted_forms, repairable_forms, url_fields
from jackfield.testing._running import told, tried
from jackfield.testing._saying import broken, keep_secret, require, some
from jackfield.testing._watching import network_closed
from jackfield.testing.cases import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jackfield.connector import Connector
    from jackfield.errors import Problem

_DANGEROUS = {
    "no_encryption": "http://crm.example.com/",
    "credentials": "https://user:word@crm.example.com/",
    "ftp": "ftp://crm.example.com/",
    "file": "file:///etc/passwd",
    "script": "javascript:alert(1)",
    "zero_byte": "https://crm.example.com/\x00",
    "line_break": "https://crm.exa\nmple.com/",
    "no_address": "not an address",
}


class Validation(ContractFacts):
    """The clauses V1 to V4."""

    def test_v1_blank_required_fields_are_refused(self, connector: Connector) -> None:
        """V1: each required field, left out or left blank, is refused at that field, whatever blank looks like."""
        example = example_of(connector)
        for field in connector.schema().get("required", ()):
            without = {name: value for name, value in example.items() if name != field}
            _refused_at(connector, without, field, clause="V1", how=f"no {field}", code="required")
            for blank in BLANKS:
                how = f"{field} = {blank!r}"
                _refused_at(connector, {**example, field: blank}, field, clause="V1", how=how, code="required")

    def test_v1_optional_fields_may_be_left_blank(self, connector: Connector) -> None:
        """V1: a field that is not required may be left out, and may be left blank."""
        example, schema = example_of(connector), connector.schema()
        for field in sorted(schema["properties"].keys() - set(schema.get("required", ()))):
            for values in ({name: example[name] for name in example.keys() - {field}}, {**example, field: ""}):
                found = tried(connector.parse, values)
                if isinstance(found, JackfieldError):
                    broken("V1", f"the optional field {field} is left blank, and that is refused: {found.message}")
                signed = tried(connector.call, "authenticate", settings=found.settings)
                if isinstance(signed, JackfieldError):
                    broken("V1", f"the optional field {field} is left blank, and authenticate() ends in {told(signed)}")
                signed = tried(connector.call, "authenticate", settings=found.settings)
                if isinstance(signed, JackfieldError):
                    broken("V1", f"no {field} is given, which is optional, and authenticate() ends with {told(signed)}")

    def test_v1_all_problems_come_at_once(self, connector: Connector) -> None:
        """V1: settings without anything in them are refused with one problem for each required field."""
        required = set(connector.schema().get("required", ()))
        found = tried(connector.parse, {})
        named = {problem.field for problem in found.problems} if isinstance(found, JackfieldError) else set()
        require(required <= named, "V1", f"nothing was entered, and only {some(sorted(map(str, named)))} was refused")

    def test_v2_pasted_forms_are_repaired(self, connector: Connector) -> None:
        """V2: blanks, a missing slash and a missing scheme are repaired, and so is what the class says of its own."""
        example = example_of(connector)
        expected = connector.parse(example).settings
        for name, form, what in repairable_forms(connector, self.repairable):
            parsed = tried(connector.parse, {**example, name: form})
            if isinstance(parsed, JackfieldError):
                broken("V2", f"{name} with {what} ({form!r}) is refused: {parsed.message}")
            became = connector.dump(parsed.settings).get(name)
            require(parsed.settings == expected, "V2", f"{name} with {what} ({form!r}) became {became!r}")

    def test_v2_entries_are_read(self, connector: Connector) -> None:
        """V2: what the contract class knows that people enter is taken, refused or warned of as it says."""
        _taken(connector, Entry(given={}))
        for entry in self.entries:
            (_refused if entry.refused else _taken)(connector, entry)

    def test_v2_repairs_are_told(self, connector: Connector) -> None:
        """V2: whoever entered an address that was repaired is shown what it became."""
        example = example_of(connector)
        for name in url_fields(connector):
            if example.get(name):
                parsed = connector.parse({**example, name: example[name].removeprefix("https://")})
                require(name in parsed.repaired, "V2", f"the repair of {name} is not told")

    @pytest.mark.parametrize("form", list(_DANGEROUS.values()), ids=list(_DANGEROUS))
    def test_v3_dangerous_addresses_are_refused(self, connector: Connector, form: str) -> None:
        """V3: an address that would send credentials in the clear, or is none, is refused at its field."""
        for field in url_fields(connector):
            values = {**example_of(connector), field: form}
            _refused_at(connector, values, field, clause="V3", how=f"{field} = {form!r}")

    def test_v3_unprintable_characters_are_refused(self, connector: Connector) -> None:
        """V3: a text or a secret with a character in it that nobody sees is refused at its field."""
        example = example_of(connector)
        for field in fields_of_kind(connector, "text", "secret"):
            for character in ("\x00", "\n", "\u200b", "\x1b"):
                text = example.get(field) or "text"
                values = {**example, field: f"{text[:2]}{character}{text[2:]}"}
                how = f"{field} with {character!r} in it"
                _refused_at(connector, values, field, clause="V3", how=how)

    def test_v3_unknown_fields_are_refused(self, connector: Connector) -> None:
        """V3: a setting that the platform does not have is refused by its name."""
        values = {**example_of(connector), "no_such_field": "1"}
        _refused_at(connector, values, "no_such_field", clause="V3", how="an unknown field")

    def test_v4_no_network_is_touched(self, connector: Connector) -> None:
        """V4: declaring, parsing good and bad values, and linking open no socket and look up no name."""
        example = example_of(connector)
        with network_closed(strict=True) as watch:
            connector.schema()
            connector.steps()
            settings = connector.parse(example).settings
            for name, form in pasted_forms(connector, self.repairable):
                tried(connector.parse, {**example, name: form})
            for kind in ("contact", *{kind for kind, _ in self.links}):
                tried(connector.link, settings, Record(kind=kind, id="1"))
        require(not watch.beyond, "V4", some(watch.beyond))


def _taken(connector: Connector, entry: Entry) -> None:
    parsed = tried(connector.parse, _entered(connector, entry))
    if isinstance(parsed, JackfieldError):
        broken("V2", f"the entry {_shown(connector, entry)} is refused: {parsed.message}")
    expected = {**example_of(connector), **entry.becomes}
    became = connector.dump(parsed.settings, secrets=True)
    wrong = sorted(name for name in expected.keys() | became.keys() if expected.get(name) != became.get(name))
    values = some(f"{name} = {became.get(name)!r}" for name in wrong)
    require(not wrong, "V2", f"the entry {_shown(connector, entry)} became {values}")
    warned = {str(problem.field): problem.code for problem in parsed.warnings}
    seen = f"the entry {_shown(connector, entry)} is warned of at {warned or 'no field'}"
    require(warned == dict(entry.warned), "V2", seen, promised=str(dict(entry.warned) or "no warning"))
    _explained(entry, parsed.warnings, seen)


def _refused(connector: Connector, entry: Entry) -> None:
    found = tried(connector.parse, _entered(connector, entry))
    how = f"the entry {_shown(connector, entry)}"
    if not isinstance(found, SettingsError):
        broken(
            "V3", f"{how} was accepted" if not isinstance(found, JackfieldError) else f"{how} ended in {told(found)}"
        )
    refused = {str(problem.field): problem.code for problem in found.problems}
    require(refused == dict(entry.refused), "V3", f"{how} is refused as {refused}", promised=str(dict(entry.refused)))
    _explained(entry, found.problems, how)


def _explained(entry: Entry, problems: Sequence[Problem], how: str) -> None:
    words = " ".join(f"{problem.message} {problem.remedy}" for problem in problems)
    require(entry.says in words, "V3", f"{how}, saying: {words}", promised=f"the words {entry.says!r}")
    plain = all(problem.message and problem.remedy for problem in problems)
    require(plain, "V3", f"{how}, without a message and a remedy")


def _entered(connector: Connector, entry: Entry) -> dict[str, str]:
    values = {**example_of(connector), **entry.given}
    return {name: value for name, value in values.items() if value is not None}


def _shown(connector: Connector, entry: Entry) -> str:
    keep_secret(entry.given[name] or "" for name in fields_of_kind(connector, "secret") if entry.given.get(name))
    return repr(dict(entry.given))


def _refused_at(  # noqa: PLR0913 - what is refused, where, and how it is said
    connector: Connector, values: Mapping[str, object], field: str, *, clause: str, how: str, code: str | None = None
) -> None:
    found = tried(connector.parse, values)
    if not isinstance(found, JackfieldError):
        broken(clause, f"{how} was accepted")
    require(isinstance(found, SettingsError), clause, f"{how} ended in {told(found)}")
    there = [problem for problem in found.problems if problem.field == field]
    others = some(f"{problem.field} ({problem.code})" for problem in found.problems)
    require(there, clause, f"{how} was refused, but not at its field: the problems are those of {others or 'no field'}")
    require(all(problem.message and problem.remedy for problem in there), clause, f"{how} was refused without a remedy")
    codes = {problem.code for problem in there}
    require(code in {None, *codes}, clause, f"{how} was refused as {some(sorted(codes))}", promised=f"the code {code}")
