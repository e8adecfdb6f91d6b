"""Both deployments as real processes on loopback: what the files tell each container, on a real PostgreSQL.

Only places differ from the files: the folder of the secrets, the ports, and the address, which stays on this machine.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.conftest import ROOT
from tests.deploy.deployments import compose, containers, objects
from tests.portal.serving import PATIENCE, Served, served, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.postgres import Postgres

#: How a deployment tells a program: words of its command, variables, and the name that visitors ask for.
Told = tuple[list[str], dict[str, str], str]


def by_compose(program: str) -> Told:
    service = compose()["services"][program]
    default = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text) for name, text in service["environment"].items()}
    return service["command"], default, "localhost"


def by_kubernetes(program: str) -> Told:
    [settings] = objects("ConfigMap")
    [ingress] = objects("Ingress")
    return containers()[program][0]["args"], settings["data"], ingress["spec"]["rules"][0]["host"]


@pytest.fixture
def secrets(tmp_path: Path, postgres: Postgres) -> Iterator[Path]:
    """The secrets that deploy/secrets.sh makes, and the database that they name, of a user without powers."""
    folder = tmp_path / "secrets"
    subprocess.run([str(ROOT / "deploy" / "secrets.sh"), str(folder), "127.0.0.1"], check=True, capture_output=True)  # noqa: S603 - our own
    password = (folder / "postgres-password").read_text(encoding="ascii").strip()
    url = folder / "database-url"
    url.write_text(url.read_text(encoding="ascii").replace(":5432/", f":{postgres.port}/"), encoding="ascii")
    postgres.execute(f"CREATE ROLE jackfield LOGIN PASSWORD '{password}'")
    postgres.execute("CREATE DATABASE jackfield OWNER jackfield")
    yield folder
    postgres.execute("DROP DATABASE jackfield WITH (FORCE)")
    postgres.execute("DROP ROLE jackfield")


@pytest.fixture
def start(tmp_path: Path, secrets: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a program as it is told; what still runs ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def begin(told: Told, **places: str) -> subprocess.Popen[str]:
        words, variables, _name = told
        here = {name: re.sub(r"/run/secrets/(jackfield/)?", f"{secrets}/", text) for name, text in variables.items()}
        started.append(
            subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "jackfield.cli", *(places.get(word, word) for word in words)],
                env={
                    **{name: text for name, text in os.environ.items() if not name.startswith("JACKFIELD_")},
                    **here,
                    "FORWARDED_ALLOW_IPS": "127.0.0.1",
                    "JACKFIELD_HOME": str(tmp_path / "home"),
                    "JACKFIELD_CACHE_DIR": str(tmp_path / "cache"),
                },
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def visitor(told: Told, portal: Served, **cookies: str) -> httpx.Client:
    """A browser that came through the proxy in front, with cookies it was given."""
    scheme = "https" if told[1].get("JACKFIELD_HTTPS") == "on" else "http"
    head = {
        "Host": told[2],
        "X-Forwarded-Proto": scheme,
        "Origin": f"{scheme}://{told[2]}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    return httpx.Client(base_url=f"http://127.0.0.1:{portal.port}", headers=head, timeout=PATIENCE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.mark.parametrize("deployment", [by_compose, by_kubernetes])
def test_two_portals_and_a_worker_on_one_database(
    deployment: Callable[[str], Told], start: Callable[..., Any], tmp_path: Path
) -> None:
    """They begin at once on an empty database, know each other's visitors, and one's end goes unseen."""
    told = deployment("web")
    both = [start(told, **{"0.0.0.0": "127.0.0.1", "8000": "0"}) for _ in range(2)]  # noqa: S104 - put in its place
    metrics = free_port()
    worker = start(deployment("worker"), **{"0.0.0.0": "127.0.0.1", "9100": str(metrics)})  # noqa: S104 - the same
    first, second = (served(process) for process in both)
    container, _pod = containers()["web"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        for portal in (first, second):
            assert portal.get(container[probe]["httpGet"]["path"], Host="10.1.2.3")[0] == 200

    token = re.search(r"/set-up/[^/\s]+/", first.told)
    assert token
    with visitor(told, second) as browser:
        page = browser.get(token[0])
        hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert hidden, page.text
        form = {"organization": "Example Ltd", "name": "Ada Example", "email": "ada@example.com"}
        saved = browser.post(
            token[0],
            data={**form, "password": "correct horse battery", "csrfmiddlewaretoken": hidden[1]},
            headers={"Cookie": f"csrftoken={page.cookies['csrftoken']}"},
        )
    assert saved.status_code == 302, saved.text
    secure = [line for line in saved.headers.get_list("set-cookie") if "Secure" in line]
    assert bool(secure) == (told[1]["JACKFIELD_HTTPS"] == "on")
    session = saved.cookies["sessionid"]
    with visitor(told, first, sessionid=session) as browser:
        assert "Example Ltd" in browser.get("/organization/").text

    def beats() -> bool:
        try:
            text = httpx.get(f"http://127.0.0.1:{metrics}/metrics", timeout=PATIENCE).text
        except httpx.TransportError:
            return False
        return "jackfield_workers 1.0" in text

    until(beats)
    first.process.send_signal(signal.SIGTERM)
    with visitor(told, second, sessionid=session) as browser:
        while first.process.poll() is None:
            assert browser.get("/organization/").status_code == 200
    assert first.ended() == 0
    assert second.get("/health/ready")[0] == 200
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0
    assert [path.name for path in tmp_path.glob("home/*")] == []
