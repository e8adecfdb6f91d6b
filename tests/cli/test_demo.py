"""``jackfield demo``, which ``make run`` runs."""

from __future__ import annotations

import re
import signal
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from jackfield.users import CrmUser, UserState, email_or_none
from jackfield_portal.commands._demo_agents import AGENTS, CERTAIN, demo_agents
from tests.cli.conftest import begun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

END = "Ctrl-C ends it all.\n"


@pytest.fixture
def shown(environment: dict[str, str]) -> Callable[..., tuple[str, str]]:
    """Begin the demo, ask the portal something while it is open, end it; what it said, and the answer."""

    def show(asked: Callable[[str], str] = lambda _said: "", platform: str = "insightly") -> tuple[str, str]:
        with begun(environment, "demo", platform, "--port", "0", "--simulator-port", "0") as process:
            said = "".join(iter(process.stdout.readline, END))
            answer = asked(said)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (0, "")
        return said, answer

    return show


def value(said: str, name: str) -> str:
    """What stands behind a name in what the demo said."""
    found = re.search(rf"{name}\s+(\S+)", said)
    assert found
    return found[1]


def signed_in(said: str) -> str:
    """The address of the page that is shown to whoever signs in with what was printed."""
    portal = value(said, "open at")
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with browser.open(portal) as page:
        address, token = page.url, re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    assert token
    form = {"csrfmiddlewaretoken": token[1], "username": value(said, "E-mail"), "password": value(said, "Password")}
    with browser.open(address, urlencode(form).encode()) as page:
        return str(page.url)


def test_the_main_job_is_shown_in_order(shown: Callable[..., tuple[str, str]]) -> None:
    """Discover, check, import, match; then where the portal is and what to enter there."""
    said, address = shown(signed_in)
    texts = ("Discover", "ready", "Systems Check", "Connection successful.", "User import", "60 users, ", "Mapping")
    places = [said.find(text) for text in (*texts, "20 of the 25 agents", "open at", "Add New CRM Platform")]
    assert -1 not in places
    assert places == sorted(places)
    assert "sign-in" not in address


def test_what_is_the_operators_is_set_and_not_to_be_entered(shown: Callable[..., tuple[str, str]]) -> None:
    """The demo stands in for the operator: the connection works, and no field of his is among those to fill in."""
    said, _ = shown(platform="connectwise")
    assert ("Connection successful." in said, "Company ID" in said, "Client ID" in said) == (True, True, False)


def test_a_second_run_keeps_what_was_done(shown: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    """The organization is not made again, and the same password signs in; nobody else can read where it is kept."""
    first, _ = shown()
    second, address = shown(signed_in)
    file = tmp_path / "home" / "demo.password"
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert value(first, "Password") == value(second, "Password") == file.read_text().strip()
    assert "20 of the 25 agents" in second
    assert "sign-in" not in address


@pytest.mark.parametrize("option", ["--port", "--simulator-port"])
def test_a_port_in_use_is_one_sentence(jackfield: Callable[..., Ended], account: dict[str, str], option: str) -> None:
    """The sentence names the port and the option that chooses another."""
    port = account["endpoint"].split(":")[2].split("/")[0]
    ports = {"--port": "0", "--simulator-port": "0"} | {option: port}
    ended = jackfield("demo", "insightly", *(word for pair in ports.items() for word in pair))
    assert ended.status == 1
    assert ended.err == (
        f"Error: Port {port} of this machine is in use.\n"
        f"End the program that uses it, or choose another port with {option}.\n"
    )


def test_agents_mostly_have_a_crm_user_with_their_address() -> None:
    """Twenty-five agents: most match one user, here and there in another case; some have no match."""
    users = [person(number) for number in range(60)]
    agents = demo_agents(users)
    known = {user.email for user in users}
    matching = [agent for agent in agents if email_or_none(agent.email) in known]
    assert (len(agents), len({agent.extension for agent in agents})) == (AGENTS, AGENTS)
    assert len(matching) == CERTAIN + 1
    assert len({email_or_none(agent.email) for agent in matching}) == CERTAIN
    assert any(agent.email not in known for agent in matching)


def test_nobody_who_left_is_among_the_certain_agents() -> None:
    """A user whom the CRM calls inactive is no example of a certain match."""
    users = [person(number, state=UserState.INACTIVE) for number in range(30)]
    assert not {email_or_none(agent.email) for agent in demo_agents(users)} & {user.email for user in users}


def person(number: int, state: UserState = UserState.ACTIVE) -> CrmUser:
    """A CRM user with an address of his own."""
    return CrmUser(id=str(number), name=f"Person {number}", email=f"person.{number}@example.com", state=state)
