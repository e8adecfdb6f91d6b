"""What the simulator says of itself is what its API shows, and what the connector gets out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jackfield import discover
from jackfield.checks import CheckReport
from jackfield.http import Budgets
from jackfield.simulation import running
from jackfield_insightly.simulator import SIMULATOR
from tests.core.http.serving import LOOPBACK
from tests.plugins.insightly.simulated import every_user, insightly

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jackfield import Connection, CrmUser


async def connected(work: Callable[[Connection], Awaitable[Any]], *scenes: str, **knobs: object) -> Any:
    """What comes of some work with a connection to the account of these scenes."""
    turned = {name: value for scene in ("unlimited", *scenes) for name, value in SIMULATOR.scenes[scene].items()}
    options = SIMULATOR.options(users=23, knobs={**turned, **knobs})
    connector = discover()["insightly"]
    with running(SIMULATOR, options) as url:
        settings = connector.parse(SIMULATOR.settings(url, options)).settings
        async with connector.connect(settings, network=LOOPBACK, budgets=Budgets(lifted=True)) as crm:
            return await work(crm)


async def listed(crm: Connection) -> dict[str, CrmUser]:
    """All users by their ids."""
    return {user.id: user async for page in crm.users() for user in page}


async def checked(crm: Connection) -> CheckReport:
    """The systems check."""
    return CheckReport(steps=tuple([result async for result in crm.check()]))


@pytest.mark.parametrize("scene", ["unlimited", "small_pages", "moving"])
async def test_truth_is_what_an_import_gives(scene: str) -> None:
    """Each user of the account is told member by member."""
    assert SIMULATOR.truth is not None
    expected = {user.id: user for user in SIMULATOR.truth(SIMULATOR.options(users=23))}
    assert expected == await connected(listed, scene)


@pytest.mark.parametrize(
    "knobs", [{"deleted_users": "marked", "invited_users": "active"}, {"deleted_users": "inactive"}]
)
async def test_truth_knows_the_knobs(knobs: dict[str, str]) -> None:
    """Users that a knob adds are among them."""
    assert SIMULATOR.truth is not None
    expected = {user.id: user for user in SIMULATOR.truth(SIMULATOR.options(users=23, knobs=knobs))}
    assert expected == await connected(listed, **knobs)


async def test_lookups_are_what_finding_gives() -> None:
    """Each number, as a telephone spells it, leads to its contacts and to nobody else."""

    async def found(crm: Connection) -> dict[str, Any]:
        return {number: await crm.find(number) for number in SIMULATOR.lookups}

    assert dict(SIMULATOR.lookups) == await connected(found)


async def test_account_is_what_the_check_says() -> None:
    """The check tells the account and whose key it is."""
    report = await connected(checked)
    assert SIMULATOR.account == report.account


@pytest.mark.parametrize("step", ["list_users", "contact_lookup"])
async def test_right_is_missing_in_its_scene(step: str) -> None:
    """The step that proves a right fails without it, and only that."""
    report = await connected(checked, f"without:{step}")
    assert [each.id for each in report.steps if each.kind == "permission"] == [step]


async def test_inactive_holder_is_warned_of() -> None:
    """The key's own user is inactive in the scene of that name."""
    report = await connected(checked, "inactive_holder")
    assert "inactive_holder" in {each.code for each in report.steps}


def test_small_pages_hold_five_at_most() -> None:
    """However many are asked for, five come."""
    with insightly(users=7, page_size=5) as crm:
        assert len(crm.get("Users", params={"top": 500}).json()) == 5
        assert len(every_user(crm)) == 7
