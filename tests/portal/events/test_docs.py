"""The page about events is true: its code verifies what arrives, and it names what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jackfield_portal.events import services
from jackfield_portal.events.models import EventType
from jackfield_portal.events.outbox import WAITS
from jackfield_portal.jobs.services import run_pending

if TYPE_CHECKING:
    from jackfield_portal.events.models import Subscription
    from tests.portal.events.receiver import Receiver

PAGE = (Path(__file__).parents[3] / "docs" / "events.md").read_text("utf-8")


@pytest.mark.django_db
def test_example_verifies_what_arrives(signed: tuple[Subscription, str], receiver: Receiver) -> None:
    """The code of the page takes a real delivery, and neither another secret, another body nor an old one."""
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0], names)  # noqa: S102 - our own page
    verify, (webhook, secret) = names["verify"], signed
    services.test(webhook)
    run_pending()
    told = receiver.told[0]
    assert verify(secret, told.headers, told.body) is True
    assert verify(services.rotate(webhook), told.headers, told.body) is False
    assert verify(secret, told.headers, told.body + b" ") is False
    assert verify(secret, {**told.headers, "webhook-timestamp": "1614265330"}, told.body) is False


def test_every_type_is_on_the_page() -> None:
    """And no other."""
    assert re.findall(r"^\| `([a-z.]+)` \|", PAGE, re.MULTILINE) == EventType.values


def test_waits_are_those_of_the_page() -> None:
    """Each wait between two tries, in its order."""
    seconds = {"s": 1, "min": 60, "h": 3600}
    said = re.search(r"after 10 s,(.*?)\. Each", PAGE, re.DOTALL)
    assert said is not None
    told = [int(number) * seconds[unit] for number, unit in re.findall(r"(\d+) (s|min|h)\b", "10 s" + said[1])]
    assert told == [int(wait.total_seconds()) for wait in WAITS]
