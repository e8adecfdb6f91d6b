"""A receiver that listens, and a webhook that leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.events.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield_portal.events.models import Subscription
    from jackfield_portal.organizations.models import Organization


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The receiver, answering on loopback."""
    from jackfield.simulation import serving

    listening = Receiver()
    with serving(listening) as url:
        listening.url = f"{url}/hook?key=555"
        yield listening


@pytest.fixture
def signed(organization: Organization, receiver: Receiver) -> tuple[Subscription, str]:
    """A webhook for every type of event, and its secret."""
    from jackfield_portal.events import services
    from jackfield_portal.events.models import EventType

    return services.add(organization, name="Hook", url=receiver.url, types=EventType.values)


@pytest.fixture
def webhook(signed: tuple[Subscription, str]) -> Subscription:
    """The webhook."""
    return signed[0]
