"""The files of deploy/ agree with each other, with the program and with the guide."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.deploy.deployments import COMPOSE, KUBERNETES, compose, containers, objects

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = ROOT / "docs" / "deployment.md"
_NAME = re.compile(r'"(JACKFIELD_[A-Z_]+)"')
SECRETS = {"postgres-password", "database-url", "secret-key", "vault-keys"}


def variables_read() -> set[str]:
    """Every environment variable of ours that the program reads."""
    found: set[str] = set()
    for folder in ("core/src", "portal/src"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            named = _NAME.findall(text)
            found |= {name.removesuffix("_FILE") for name in named}
    return found


def variables_told() -> dict[str, str]:
    """The environment of every container, by name, of both deployments."""
    told: dict[str, str] = {}
    for service in compose()["services"].values():
        told |= service["environment"]
    for found in objects("ConfigMap"):
        told |= found["data"]
    return told


def test_variables_are_those_that_the_program_reads() -> None:
    ours = {name.removesuffix("_FILE") for name in variables_told() if name.startswith("JACKFIELD_")}
    assert ours
    assert ours <= variables_read()


def test_the_guide_names_every_variable_and_no_other() -> None:
    named = set(re.findall(r"JACKFIELD_[A-Z_]+", GUIDE.read_text(encoding="utf-8")))
    told = {name.removesuffix("_FILE") for name in named} - {"JACKFIELD_VERSION", "JACKFIELD_CONNECTWISE_CLIENT_ID"}
    settings = {"JACKFIELD_DEPLOYMENT"}  # of a settings module, not of the environment
    assert told - settings == variables_read()


@pytest.mark.parametrize("program", ["web", "worker"])
def test_both_deployments_say_the_same_of_a_program(program: str) -> None:
    """Which command, and that a forced end comes after all the time that the command gives itself."""
    service = compose()["services"][program]
    container, pod = containers()[program]
    assert service["command"][0] == container["args"][0]
    for words, forced in (
        (service["command"], int(service["stop_grace_period"].removesuffix("s"))),
        (container["args"], pod["terminationGracePeriodSeconds"]),
    ):
        times = [float(words[words.index(name) + 1]) for name in ("--drain", "--grace") if name in words]
        assert sum(times) + 10 <= forced


def test_the_user_is_the_images() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "--uid 10001" in text
    assert "\nUSER 10001\n" in text
    for _container, pod in containers().values():
        assert pod["securityContext"]["runAsUser"] == 10001
    for program in ("web", "worker"):
        assert "/var/lib/jackfield:uid=10001,mode=0700" in compose()["services"][program]["tmpfs"]


def test_what_the_image_copies_is_there() -> None:
    """And passes the list of what Docker is shown at all."""
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    shown = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [word for line in re.findall(r"^COPY (?!--)(.+)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert copied
    for word in copied:
        assert (ROOT / word).exists(), word
        assert word.partition("/")[0] in shown, word
    wheels = re.findall(r"\./(\S+)", text)
    assert {ROOT / name for name in wheels} == {
        path.parent for path in (*ROOT.glob("*/pyproject.toml"), *ROOT.glob("plugins/*/pyproject.toml"))
    }


def test_selectors_ports_and_secrets_of_kubernetes_meet() -> None:
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert sorted(listed) == sorted(path.name for path in KUBERNETES.glob("*.yaml") if path.stem != "kustomization")
    labels: dict[str, Any] = {}
    for kind in ("Deployment", "StatefulSet"):
        for found in objects(kind):
            template = found["spec"]["template"]
            assert found["spec"]["selector"]["matchLabels"] == template["metadata"]["labels"]
            labels[template["metadata"]["labels"]["app"]] = template["spec"]["containers"][0]["ports"]
    for service in objects("Service"):
        ports = labels[service["spec"]["selector"]["app"]]
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= {port["name"] for port in ports}
    for container, _pod in containers().values():
        words, port = container["args"], container["ports"][0]["containerPort"]
        assert str(port) in words


def test_secrets_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    command = [str(ROOT / "deploy" / "secrets.sh"), str(folder)]
    first = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own
    made = {path.name: path.read_text(encoding="ascii") for path in folder.iterdir()}
    assert set(made) == SECRETS
    assert not any(text.strip() in first for text in made.values())
    assert folder.stat().st_mode & 0o777 == 0o700
    again = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own
    assert again.count("kept ") == len(SECRETS)
    assert {path.name: path.read_text(encoding="ascii") for path in folder.iterdir()} == made
    assert set(compose()["secrets"]) == SECRETS
    assert COMPOSE.parent.joinpath("secrets").name in (ROOT / ".gitignore").read_text(encoding="utf-8")
