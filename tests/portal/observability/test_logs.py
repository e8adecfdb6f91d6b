"""The log: a line each, with what it belongs to, and no secret in it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jackfield_portal.observability import logs
from jackfield_portal.observability.context import at_work
from jackfield_portal.observability.secrets import Redacting, in_use, redacted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from jackfield_portal.connections.models import Connection

CANARY = "canary-555-0100-sesame"


class Lines(logging.Handler):
    """Keeps what is written, as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(Redacting())
        self.setFormatter(logs.JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def events(self) -> list[dict[str, Any]]:
        """The lines as what they say."""
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def written() -> Iterator[Lines]:
    """Everything that the portal writes from now on."""
    handler, logger = Lines(), logging.getLogger("jackfield_portal")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.setLevel(level)
    logger.removeHandler(handler)


def test_line_says_what_is_at_work(written: Lines) -> None:
    """A line is one object with its time, its level and the ids of what is at work."""
    with at_work(job="job-1"), at_work(platform="acme"):
        logging.getLogger("jackfield_portal.test").warning("It took %d tries.", 3)
    (event,) = written.events
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "warning",
        "logger": "jackfield_portal.test",
        "event": "It took 3 tries.",
        "job": "job-1",
        "platform": "acme",
    }


def test_secret_in_use_is_in_no_line(written: Lines) -> None:
    """Message, arguments, own data and a trace are all without it, however it is spelt."""
    log = logging.getLogger("jackfield_portal.test")
    with in_use([CANARY]):
        log.warning("key %s", CANARY, extra={"data": {"body": f"<{CANARY}>"}})
        try:
            int(CANARY)
        except ValueError:
            log.exception("it broke")
    assert len(written.lines) == 2
    assert CANARY not in "".join(written.lines)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic {}",
        "{{'Authorization': 'Bearer {}'}}",
        "GET /users?api_key={}&page=2",
        "password={}",
        '"token": "{}"',
        "postgresql://ada:{}@example.com/portal",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str) -> None:
    """Whoever's it is: nobody has to have named it before."""
    assert CANARY not in redacted(text.format(CANARY))


def test_plain_words_stay() -> None:
    """Sentences about secrets are not spoilt."""
    text = "The password is needed; paste the API key, or a token of yours."
    assert redacted(text) == text


@pytest.mark.django_db
def test_check_is_told_with_its_ids_and_without_its_secret(live: Connection, written: Lines) -> None:
    """Each request of a check stands in the log with job, run, organization, connection and platform."""
    from jackfield_portal.checks import services as checks
    from jackfield_portal.jobs.services import run_pending

    run = checks.start_one(live)
    run_pending()
    requests = [event for event in written.events if event["logger"].endswith("work") and "tries" in event]
    assert requests
    for event in requests:
        assert event["run"] == str(run.pk)
        assert event["connection"] == str(live.pk)
        assert event["organization"] == str(live.organization_id)
        assert (event["platform"], event["job_name"], event["method"]) == ("acme", "checks.run", "GET")
    assert "token-555-0100" not in "".join(written.lines)


def test_web_request_has_an_id(client: Client, db: None, written: Lines) -> None:
    """It is in the answer and in the line about it; the line has the route, not the path."""
    answer = client.get("/sign-in/?next=/secret-555")
    told = [event for event in written.events if event["logger"].endswith("middleware")]
    assert told[0]["request_id"] == answer.headers["X-Request-ID"]
    assert "secret-555" not in "".join(written.lines)


@pytest.mark.parametrize(("given", "kept"), [("proxy-0123456789", True), ("no\x01good", False), ("x" * 65, False)])
def test_proxys_id_is_kept_where_it_is_one(client: Client, db: None, given: str, *, kept: bool) -> None:
    """The id of a proxy in front goes on; anything else is replaced."""
    answer = client.get("/sign-in/", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) == kept


def test_log_of_a_process_is_json_when_asked_for() -> None:
    """JACKFIELD_LOG=json makes lines of JSON; without it nothing is imported for them."""
    program = (
        "import os, sys, logging; os.environ['DJANGO_SETTINGS_MODULE'] = 'jackfield_portal.settings'\n"
        "import django; django.setup()\n"
        "logging.getLogger('jackfield_portal.x').warning('token=%s', 'abcdef-555')\n"
        "print('structlog' in sys.modules)\n"
    )
    outputs = []
    for wish in ("json", ""):
        done = subprocess.run(  # noqa: S603 - this very Python
            [sys.executable, "-c", program],
            env={**os.environ, "JACKFIELD_LOG": wish},
            capture_output=True,
            text=True,
            check=True,
        )
        outputs.append((done.stdout.strip(), done.stderr.strip()))
    assert json.loads(outputs[0][1])["event"] == "token=***"
    assert outputs[0][0] == "True"
    assert outputs[1] == ("False", "WARNING jackfield_portal.x: token=***")
