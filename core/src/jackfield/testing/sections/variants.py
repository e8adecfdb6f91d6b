"""C, U, L: accounts that differ from the simulator's usual one, as the contract class states them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from msgspec.structs import replace

from jackfield.checks import Status
from jackfield.errors import CATALOGUE, JackfieldError
from jackfield.testing._comparing import different_account, different_contact, different_user
from jackfield.testing._credentials import Credentials
from jackfield.testing._facts import ContractFacts
from jackfield.testing._running import found_by, outcome, report_of, run, told
from jackfield.testing._saying import require, skipped, some
from jackfield.testing._stage import IMPATIENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jackfield.checks import CheckReport, StepResult
    from jackfield.connector import Connection
    from jackfield.records import Contact
    from jackfield.testing._stage import Served, Stage
    from jackfield.testing.cases import Variant
    from jackfield.users import CrmUser

_SUPPORT = "error(..., detail=refusal.detail, request=refusal.request)"
#: Numbers that stand for the others.
_SOME = 24


class Variants(ContractFacts):
    """The facts that hold under a few clauses at once."""

    def test_c1_variants_are_checked(self, stage: Stage) -> None:
        """C1: the check of an account that differs says so, at the step that the contract class names."""
        for name, variant, served in self._served(stage, "C1", "check"):
            report, requests = run(_checked(stage, served, variant), within=20.0)
            _judge_steps(name, variant, report, served.watched.url)
            if variant.account is not None:
                require(report.account, "C1", f"of the account {name}, no step says whose credentials they are")
                difference = report.account and different_account(report.account, variant.account)
                require(not difference, "C1", f"of the account {name}, the {difference}")
            seen = f"the check of the account {name} took {requests} requests"
            require(variant.asked is None or requests <= variant.asked, "C1", seen, promised=f"{variant.asked}")

    def test_u11_variants_are_imported(self, stage: Stage) -> None:
        """U11: the users of an account that differs come as they are, or end as the contract class states."""
        for name, variant, served in self._served(stage, "U11", "import"):
            found = run(outcome(stage.imported(served.settings, retry=IMPATIENT)), within=20.0)
            if isinstance(found, JackfieldError):
                seen = f"of the account {name}, the import ended with {told(found)}"
                require(found.code == variant.ends, "U11", seen, promised=str(variant.ends or "all of its users"))
                continue
            require(variant.ends is None, "U11", f"of the account {name}, the import ended without {variant.ends}")
            _judge_users(stage, name, found, served)

    def test_l3_variants_are_looked_up(self, stage: Stage) -> None:
        """L3: lookups in an account that differs find what they should, or end as the contract class states."""
        for name, variant, served in self._served(stage, "L3", "find"):
            lookups = stage.simulator("L3").lookups
            numbers = [*_one_of_each(lookups)[: 1 if variant.ends else _SOME], *variant.numbers]
            for number, found in run(_found(stage, served, numbers), within=20.0).items():
                if isinstance(found, JackfieldError):
                    seen = f"in the account {name}, the lookup of {number!r} ended with {told(found)}"
                    require(found.code == variant.ends, "L3", seen, promised=str(variant.ends or "its contacts"))
                    continue
                require(variant.ends is None, "L3", f"in the account {name}, a lookup ended without {variant.ends}")
                expected = [_told(contact, variant) for contact in lookups.get(variant.numbers.get(number, number), ())]
                _judge_contacts(f"in the account {name}, {number!r}", found, [each for each in expected if each])

    def test_n5_parameters_are_those_of_the_vendor(self, stage: Stage) -> None:
        """N5: every parameter that is sent is one that the API has, with a value that it may have."""
        if self.parameters:
            self._judge_parameters(_sent(stage))

    def _judge_parameters(self, sent: set[tuple[str, str, str]]) -> None:
        for path, name, value in sent if self.parameters else ():
            known = self.parameters.get(name)
            require(known is not None, "N5", f"{path} is asked with {name}, which the API does not have")
            fits = known is not None and re.fullmatch(known, value, re.DOTALL)
            require(fits, "N5", f"{path} is asked with {name}={value}", promised=f"{name}={known}")

    def _served(self, stage: Stage, clause: str, does: str) -> Iterator[tuple[str, Variant, Served]]:
        wanted = {name: variant for name, variant in self.variants.items() if does in variant.does}
        for name, variant in wanted.items():
            users, faults = variant.users, variant.faults
            with stage.simulated(clause, users=users, faults=faults, knobs=variant.knobs) as served:
                yield name, variant, served
                self._judge_parameters(_pairs(served))


async def _checked(stage: Stage, served: Served, variant: Variant) -> tuple[CheckReport, int]:
    values = {**served.credentials.values, **variant.settings}
    settings = Credentials.of(stage.connector, values).settings if variant.settings else served.settings
    async with stage.connected(settings, retry=IMPATIENT) as connection:
        return await report_of(connection), len(served.watched.requests)


async def _found(
    stage: Stage, served: Served, numbers: Sequence[str]
) -> dict[str, tuple[Contact, ...] | JackfieldError]:
    async with stage.connected(served.settings, retry=IMPATIENT) as connection:
        return {number: await outcome(found_by(connection, number)) for number in numbers}


def _judge_steps(name: str, variant: Variant, report: CheckReport, root: str) -> None:
    for step in report.steps:
        expected = variant.steps.get(step.id)
        seen = f"of the account {name}, the step {step.id} {step.status} as {step.code}: {step.message}"
        if step.status in {Status.PASSED, Status.SKIPPED}:
            require(expected is None, "C1", seen, promised=f"the code {expected}")
        else:
            require(step.code == expected, "C1", seen, promised=f"the code {expected or 'none, as it passes'}")
            require(step.remedy, "C1", f"{seen}, and has no remedy")
        _judge_words(seen, step, variant.says.get(step.id, "").replace("{root}", root))
    missing = sorted((variant.steps.keys() | variant.says.keys()) - {step.id for step in report.steps})
    require(not missing, "C1", f"of the account {name}, there is no step {some(missing)}")


def _judge_words(seen: str, step: StepResult, words: str) -> None:
    require(isinstance(step.message, str) and step.message.strip(), "C1", f"{seen} says nothing")
    require(words in f"{step.message} {step.remedy}", "C1", seen, promised=f"the words {words!r}")
    refused = step.status is Status.FAILED and step.code in {"forbidden", "not_the_api"}
    whole = "\n" in (step.detail or "")
    require(not refused or whole, "C1", f"{seen}, without what the CRM was asked and said", promised=_SUPPORT)
    entry = CATALOGUE.get(step.code or "")
    require(entry is not None or step.code is None, "C1", f"{seen}, which is no code of the catalogue")


def _judge_users(stage: Stage, name: str, users: list[CrmUser], served: Served) -> None:
    simulator = stage.simulator("U11")
    if simulator.truth is None:
        skipped("U11", "the simulator does not say what is true of its account")
    truth = {user.id: user for user in simulator.truth(served.options)}
    odd = sorted(truth.keys() ^ {user.id for user in users})
    require(not odd and len(users) == len(truth), "U11", f"of the account {name}, other users came: {some(odd)}")
    for user in users:
        difference = different_user(user, truth[user.id])
        require(difference is None, "U11", f"of the account {name}, the user {user.id}'s {difference}")


def _one_of_each(lookups: Mapping[str, tuple[Contact, ...]]) -> list[str]:
    """For each contact one of the numbers that lead to it, and one that leads to nobody."""
    first = {contacts: number for number, contacts in reversed(list(lookups.items()))}
    return list(first.values())


def _told(contact: Contact, variant: Variant) -> Contact | None:
    members: dict[str, Any] = {name: None for name in variant.lacks if hasattr(contact, name)}
    return None if contact.record.kind in variant.lacks else replace(contact, **members)


def _judge_contacts(where: str, found: Sequence[Contact], expected: Sequence[Contact]) -> None:
    known = {contact.record: contact for contact in expected}
    odd = [contact.name for contact in found if contact.record not in known]
    missing = [contact.name for contact in expected if contact.record not in {each.record for each in found}]
    require(not odd and not missing, "L3", f"{where} leads to {some(odd) or 'nobody'} and not to {some(missing)}")
    for contact in found:
        wrong = different_contact(contact, known[contact.record])
        require(not wrong, "L3", f"{where} leads to a contact whose {wrong}")


def _sent(stage: Stage) -> set[tuple[str, str, str]]:
    """Path, name and value of every parameter that a check, an import and some lookups send."""
    with stage.simulated("N5") as served:
        run(stage.checked(served.settings), within=20.0)
        run(stage.imported(served.settings), within=20.0)
        if stage.connector.implements("find_contacts"):
            run(_looking(stage, served))
        return _pairs(served)


def _pairs(served: Served) -> set[tuple[str, str, str]]:
    seen = list(served.watched.requests)
    pairs = [(each.path, pair) for each in seen for pair in parse_qsl(each.query, keep_blank_values=True)]
    return {(path, name, value) for path, (name, value) in pairs}


async def _looking(stage: Stage, served: Served) -> None:
    async with stage.connected(served.settings) as connection:
        await _each(connection, [*list(stage.simulator("N5").lookups)[:2], "+12025550199"])


async def _each(connection: Connection, numbers: list[str]) -> None:
    for number in numbers:
        await found_by(connection, number)
