"""A simulator made with the kit: what its author writes is data and routes, the rest comes with it."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jackfield.checks import Account
from jackfield.errors import Kind, SettingsError
from jackfield.simkit import (
    FICTIONAL_KEY,
    NOBODYS_NUMBER,
    BearerToken,
    ByCursor,
    ByLink,
    ByOffset,
    ByPage,
    Contacts,
    Get,
    KeyAsUser,
    KeyInHeader,
    KeyInQuery,
    One,
    SimulatedCrm,
    Users,
    Whole,
    answered,
    people,
)
from jackfield.simulation import STANDARD_FAULTS, Fault, Knob, Reply, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.simkit import Ask, Caller, Paging, Person, Signing

ACCOUNT = Account(id="7", name="Copper Kettle Trading")


def user(person: Person) -> dict[str, Any]:
    """A user as this CRM shows him."""
    return {"id": 100 + person.number, "first": person.first, "last": person.last, "active": person.active}


def contact(caller: Caller) -> dict[str, Any]:
    """A contact as this CRM shows him."""
    phone, mobile = (*caller.phones, None)[:2]
    return {"id": 900 + caller.number, "name": caller.first, "phone": phone, "mobile": mobile}


def me(ask: Ask) -> object:
    """Whose key it is."""
    return user(ask.roster.holder) | {"mood": ask.roster.knobs["mood"]}


USERS = Users(path="users", row=user, paging=ByOffset(total="X-Total-Count"), told=lambda person: {"role": person.role})
CONTACTS = Contacts(path="contacts", row=contact, by={"phone": ("phone", "mobile")}, told=lambda _: {"company": None})
CRM = SimulatedCrm(
    prefix="/api/v1/",
    web="/app/",
    signing=KeyInHeader("X-Api-Key"),
    settings=lambda url, key: {"api_key": key, "endpoint": f"{url}/api/v1/"},
    account=ACCOUNT,
    limit=(5, 60.0),
    knobs=(Knob(name="mood", title="How the CRM feels.", default="good", choices=("good", "bad")),),
    routes=(
        Get(path="me", answer=me, step="sign_in"),
        USERS,
        One(path="users/{id}", of=USERS, step="list_users"),
        CONTACTS,
        Get(path="teapot", answer=lambda _: answered({"short": "stout"}, status=418)),
    ),
)


@contextmanager
def asked(crm: SimulatedCrm = CRM, *, users: int = 12, faults: tuple[str, ...] = (), **knobs: object) -> Iterator[Any]:
    """A client of the simulator that is signed by the header; the limit of requests is off unless asked for."""
    simulator = crm.simulator()
    options = simulator.options(users=users, faults=faults, knobs={"rate_limit": False, **knobs})
    with running(simulator, options) as url:
        settings = simulator.settings(url, options)
        headers = {"X-Api-Key": settings["api_key"]}
        with httpx.Client(base_url=settings["endpoint"], headers=headers, timeout=5) as client:
            yield client


def test_routes_answer_with_what_the_author_shows() -> None:
    """The key's own user, a list, one record of it, and whatever a function gives."""
    with asked() as crm:
        assert crm.get("me").json()["id"] == 100
        assert crm.get("users").json() == [user(person) for person in people(12)]
        assert crm.get("users/102").json() == user(people(3)[2])
        assert crm.get("teapot").status_code == 418


@pytest.mark.parametrize(("path", "status"), [("users/7", 404), ("nothing", 404), ("users/102/more", 404)])
def test_what_there_is_not_is_not_found(path: str, status: int) -> None:
    """An unknown record, an unknown path, and one segment too many."""
    with asked() as crm:
        assert (status, "application/json; charset=utf-8") == (
            (answer := crm.get(path)).status_code,
            answer.headers["content-type"],
        )


def test_a_simulator_only_reads() -> None:
    """Every other method is refused."""
    with asked() as crm:
        assert [crm.post("users").status_code, crm.delete("users/102").status_code] == [405, 405]


def test_outside_the_api_there_are_web_pages() -> None:
    """Each address under the web root shows its name, the others are not there."""
    with asked() as crm:
        pages = [httpx.get(crm.base_url.copy_with(path=path)) for path in ("/app/contact/<5>", "/else")]
    assert [page.status_code for page in pages] == [200, 404]
    assert "contact/&lt;5&gt;" in pages[0].text


@pytest.mark.parametrize(
    ("signing", "sent"),
    [
        (KeyInHeader("X-Api-Key"), {"headers": {"x-api-key": FICTIONAL_KEY}}),
        (KeyInQuery("token"), {"params": {"token": FICTIONAL_KEY}}),
        (KeyAsUser(), {"auth": (FICTIONAL_KEY, "X")}),
        (BearerToken(), {"headers": {"Authorization": f"Bearer {FICTIONAL_KEY}"}}),
    ],
)
def test_each_way_to_sign_in(signing: Signing, sent: dict[str, Any]) -> None:
    """The key where this kind of CRM takes it opens the door, and nothing else does."""
    with running(replace(CRM, signing=signing).simulator()) as url:
        address = f"{url}/api/v1/me"
        assert httpx.get(address, **sent).status_code == 200
        wrong = {"Authorization": f"Basic {base64.b64encode(b'wrong:').decode()}"}
        refused = [{}, {"headers": wrong}, {"headers": {"Authorization": "Basic %%"}}, {"params": {"token": "wrong"}}]
        assert [httpx.get(address, **each).status_code for each in refused] == [401] * 4


def test_the_key_is_a_knob() -> None:
    """Two simulators can be two accounts."""
    simulator = CRM.simulator()
    options = simulator.options(knobs={"api_key": "another"})
    expected = {"api_key": "another", "endpoint": "http://127.0.0.1:8/api/v1/"}
    assert expected == simulator.settings("http://127.0.0.1:8/", options)


def test_a_missing_right_refuses_the_routes_of_its_step_alone() -> None:
    """As the scene without:<step> has it."""
    scene = CRM.simulator().scenes["without:list_users"]
    with asked(**scene) as crm:
        assert [crm.get(path).status_code for path in ("me", "users", "users/100", "contacts")] == [200, 403, 403, 200]


def test_the_limit_of_requests_is_kept_unless_it_is_lifted() -> None:
    """The sixth in the minute is one too many, and is told how long to wait."""
    with asked(rate_limit=True) as crm:
        answers = [crm.get("me") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    with asked(**CRM.simulator().scenes["unlimited"]) as crm:
        assert {crm.get("me").status_code for _ in range(9)} == {200}


def test_every_standard_fault_can_be_shown() -> None:
    """And for the one that this API cannot have there is a reason."""
    simulator = CRM.simulator()
    assert {*simulator.faults, *simulator.left_out} == set(STANDARD_FAULTS)
    assert list(simulator.left_out) == ["foreign_next_page"]
    with asked(faults=("null_id",)) as crm:
        assert crm.get("users").json()[-1]["id"] is None


def test_a_crm_words_its_refusals_itself() -> None:
    """The faults that are refusals are worded in the same way."""
    own = replace(CRM, refusal=lambda status: answered({"errors": [status]}, status=status))
    with asked(own, faults=("throttled@2",)) as crm:
        answers = [crm.get("nothing"), crm.get("users")]
    assert [answer.json() for answer in answers] == [{"errors": [404]}, {"errors": [429]}]
    assert answers[1].headers["retry-after"] == "1"


def test_a_crm_has_faults_knobs_and_scenes_of_its_own() -> None:
    """They stand beside the standard ones."""
    fault = Fault(name="asleep", title="Asleep.", kind=Kind.VENDOR, codes=("unavailable",))
    own = replace(CRM, faults=(fault,), shapes={"asleep": Reply(503, b"")}, scenes={"sad": {"mood": "bad"}})
    assert (own.simulator().faults["asleep"], own.simulator().scenes["sad"]) == (fault, {"mood": "bad"})
    with asked(own, faults=("asleep@2",), mood="bad") as crm:
        assert [crm.get("me").json()["mood"], crm.get("me").status_code] == ["bad", 503]


def test_unknown_knobs_and_choices_are_refused() -> None:
    """In one sentence that names what there is."""
    with pytest.raises(SettingsError, match="forbidden takes one of none, sign_in, list_users, contact_lookup"):
        CRM.simulator().options(knobs={"forbidden": "nonsense"})


@pytest.mark.parametrize(
    ("paging", "missing"),
    [
        (Whole(), {"small_pages", "endless", "moving"}),
        (ByPage(), {"moving"}),
        (ByPage(items="rows", total="count"), set()),
        (ByCursor(), set()),
        (ByLink(total="X-Total"), set()),
    ],
)
def test_scenes_follow_from_the_paging(paging: Paging, missing: set[str]) -> None:
    """A list in one answer has no pages, and where nothing tells the total nobody could notice a move."""
    scenes = replace(CRM, routes=(replace(USERS, paging=paging),)).simulator().scenes
    expected = {"small_pages", "endless", "moving", "unlimited", "inactive_holder", "without:list_users"} - missing
    assert expected == set(scenes)


def test_the_inactive_holder_is_somebody_who_has_left() -> None:
    """The key's own user."""
    with asked(**CRM.simulator().scenes["inactive_holder"]) as crm:
        assert crm.get("me").json()["active"] is False


def test_truth_is_told_of_the_same_people() -> None:
    """With the ids of the rows, and what the author says the CRM tells more."""
    simulator = CRM.simulator()
    assert simulator.truth is not None
    expected = [person.faithful(100 + person.number, role=person.role) for person in people(12)]
    assert expected == simulator.truth(simulator.options(users=12))


def test_lookups_are_told_of_the_same_callers() -> None:
    """Every number of every caller, the mobile ones too, and one that nobody has."""
    found = CRM.simulator().lookups
    assert [each.record.id for each in found["+15125550100"]] == ["906", "907"]
    assert [each.record.id for each in found["+1 212-555-0110"]] == ["900"]
    assert found[NOBODYS_NUMBER] == ()
    assert CRM.simulator().account == ACCOUNT


@pytest.mark.parametrize(
    ("digits", "number", "expected"),
    [(False, "404-555-0100", 1), (False, "4045550100", 0), (True, "+14045550100", 1), (False, "+12125550110", 1)],
)
def test_a_search_compares_to_the_letter_or_by_digits(digits: bool, number: str, expected: int) -> None:
    """In every member that the parameter stands for."""
    own = replace(CRM, routes=(replace(CONTACTS, digits=digits),))
    with asked(own) as crm:
        assert expected == len(crm.get("contacts", params={"phone": number}).json())


def test_without_a_number_all_contacts_are_listed() -> None:
    """Twenty of them, unless the author wants more."""
    with asked() as crm:
        assert len(crm.get("contacts").json()) == 20
