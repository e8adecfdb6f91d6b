"""Options, knobs and the serving of simulators."""

import socket
import subprocess
import sys
import threading

import httpx
import pytest

from jackfield.errors import CATALOGUE, SettingsError
from jackfield.simulation import (
    STANDARD_FAULTS,
    Knob,
    Reply,
    Simulator,
    SimulatorOptions,
    faulty,
    running,
    serve,
    serving,
    standard_faults,
)

GREETING = Reply.of(200, "text/plain", "good morning")
KNOBS = {
    "colour": Knob(name="colour", title="The colour.", default="red", choices=("red", "blue")),
    "size": Knob(name="size", title="The size.", default=7),
    "loud": Knob(name="loud", title="Loud.", default=False),
    "name": Knob(name="name", title="The name.", default="none"),
}
SIMULATOR = Simulator(
    faults=standard_faults(without=("foreign_next_page",)),
    knobs=KNOBS,
    build=lambda options: faulty(GREETING, options),
    settings=lambda base_url, _options: {"endpoint": f"{base_url}/"},
    left_out={"foreign_next_page": "It has no next page."},
)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("colour", "blue", "blue"),
        ("size", " 12 ", 12),
        ("size", 12, 12),
        ("loud", "On", True),
        ("loud", "0", False),
        ("loud", True, True),
        ("name", " Acme ", "Acme"),
    ],
)
def test_a_knob_reads_its_type(name: str, text: object, expected: object) -> None:
    """A knob gives its own type, from text or from that type."""
    assert expected == SIMULATOR.options(knobs={name: text}).knobs[name]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("colour", "green", "colour takes one of red, blue, not 'green'."),
        ("size", "many", "size takes a whole number, 0 or more, not 'many'."),
        ("size", "-1", "size takes a whole number, 0 or more, not '-1'."),
        ("loud", "maybe", "loud takes on or off, not 'maybe'."),
        ("name", " ", "name takes a text, not ''."),
    ],
)
def test_a_bad_knob_value_is_a_sentence(name: str, text: str, expected: str) -> None:
    """A value that a knob does not take is refused with what it takes."""
    with pytest.raises(SettingsError) as refused:
        SIMULATOR.options(knobs={name: text})
    assert ("invalid_value", expected) == (refused.value.code, refused.value.message)


def test_an_unknown_knob_lists_the_known() -> None:
    """A knob that there is not is refused with those that there are."""
    with pytest.raises(SettingsError) as refused:
        SIMULATOR.options(knobs={"taste": "sweet"})
    expected = ("invalid_choice", "The simulator has no knob 'taste'. It has: colour, size, loud, name.")
    assert expected == (refused.value.code, refused.value.message)


def test_knobs_that_are_not_turned_have_their_defaults() -> None:
    """Options hold every knob."""
    expected = {"colour": "red", "size": 7, "loud": False, "name": "none"}
    assert expected == SIMULATOR.options().knobs


def test_an_unknown_fault_lists_the_known() -> None:
    """A fault that the platform has not is refused with those that it has."""
    with pytest.raises(SettingsError) as refused:
        SIMULATOR.options(faults=["foreign_next_page@2"])
    assert refused.value.code == "invalid_choice"
    assert refused.value.message == (
        f"The simulator has no fault 'foreign_next_page'. It has: {', '.join(SIMULATOR.faults)}."
    )


@pytest.mark.parametrize("text", ["throttled@", "throttled@0", "throttled@x", "throttled@-2", "throttled@4-3"])
def test_a_fault_that_holds_at_no_request_is_refused(text: str) -> None:
    """After the @ stands a request's number, or two."""
    with pytest.raises(SettingsError) as refused:
        SIMULATOR.options(faults=[text])
    assert ("invalid_value", f"{text!r} does not say when the fault holds.") == (
        refused.value.code,
        refused.value.message,
    )


@pytest.mark.parametrize("users", [-1, 1_000_001])
def test_a_number_of_users_that_no_account_has_is_refused(users: int) -> None:
    """There are no fewer than no users, and no more than fit into a machine."""
    with pytest.raises(SettingsError, match=f"has 0 to 1000000 users, not {users}"):
        SIMULATOR.options(users=users)


def test_every_fault_ends_in_codes_of_its_kind() -> None:
    """The kind is that of the first code, and every code is in the catalogue."""
    for fault in STANDARD_FAULTS.values():
        assert CATALOGUE[fault.codes[0]].kind == fault.kind
        assert set(fault.codes) <= CATALOGUE.keys()
        assert fault.title.endswith(".")


def test_left_out_faults_have_a_reason() -> None:
    """A standard fault is shown, or its absence is explained."""
    assert set(STANDARD_FAULTS) == SIMULATOR.faults.keys() | SIMULATOR.left_out.keys()


def test_a_fault_and_a_knob_as_scripts_read_them() -> None:
    """Both are told in plain values."""
    assert STANDARD_FAULTS["stalled"].as_dict() == {
        "name": "stalled",
        "title": "Requests are accepted and never answered.",
        "kind": "transient",
        "codes": ["timed_out"],
    }
    assert KNOBS["size"].as_dict() == {
        "name": "size",
        "title": "The size.",
        "default": 7,
        "takes": "a whole number, 0 or more",
    }


def test_a_simulator_runs_on_a_free_port_of_loopback() -> None:
    """While the context lasts it answers over real HTTP, then no more."""
    with running(SIMULATOR) as base_url:
        assert httpx.get(base_url).text == "good morning"
    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url)


def test_two_simulators_at_once_do_not_mix() -> None:
    """Each has its own port and its own faults."""
    with running(SIMULATOR) as good, running(SIMULATOR, SimulatorOptions(faults=("unavailable",))) as bad:
        assert (httpx.get(good).status_code, httpx.get(bad).status_code) == (200, 503)


def test_a_port_in_use_is_an_os_error() -> None:
    """Whoever asks for a port handles its being taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="already in use"):
        serve(GREETING, port=taken.getsockname()[1])


def test_serving_tells_its_address_once_it_can_be_reached() -> None:
    """``ready`` is called with an address that answers."""
    script = (
        "from jackfield.simulation import Reply, serve\n"
        "serve(Reply.of(200, 'text/plain', 'good morning'), ready=lambda url: print(url, flush=True))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        answer = httpx.get(process.stdout.readline().strip()).text
        process.send_signal(2)
    assert (answer, process.returncode) == ("good morning", 0)


def test_the_server_does_not_name_itself() -> None:
    """Only the simulated CRM sets a Server header."""
    with serving(GREETING) as base_url:
        headers = httpx.get(base_url).headers
    assert "server" not in headers
    assert "date" in headers


def test_stopping_leaves_no_thread() -> None:
    """After the context nothing of the server is left."""
    before = threading.active_count()
    with serving(GREETING):
        pass
    assert before == threading.active_count()


def test_importing_the_kit_imports_no_server() -> None:
    """A connector may declare its simulator without paying for a web server."""
    script = "import sys, jackfield.simulation as _; print({'uvicorn', 'starlette', 'asyncio'} & set(sys.modules))"
    heavy = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert heavy.stdout.strip() == "set()"
