"""The limits that the simulated Insightly enforces."""

import time

import pytest

from tests.plugins.insightly.simulated import insightly


def test_more_than_ten_requests_a_second_are_refused() -> None:
    """The eleventh is 429 with the sentence of the service, a Retry-After and something left of the day."""
    with insightly(rate_limit=True) as crm:
        answers = [crm.get("Instance") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "maximum admitted 10 per second" in answers[-1].json()["Message"].lower()
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].headers["x-ratelimit-remaining"] == "99990"


def test_a_second_later_requests_are_answered_again() -> None:
    """Waiting as told is enough."""
    with insightly(rate_limit=True) as crm:
        refused = [crm.get("Instance") for _ in range(11)][-1]
        time.sleep(float(refused.headers["retry-after"]))
        assert crm.get("Instance").status_code == 200


@pytest.mark.parametrize(("knob", "present"), [("present", True), ("absent", False)])
def test_a_used_up_day_is_told_apart_from_a_burst(knob: str, *, present: bool) -> None:
    """429 with nothing remaining, and a Retry-After of more than a second where it is told."""
    with insightly(daily_quota=2, retry_after=knob) as crm:
        answers = [crm.get("Instance") for _ in range(3)]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]
    assert [answer.headers["x-ratelimit-limit"] for answer in answers] == ["2"] * 3
    assert answers[-1].status_code == 429
    assert present == ("retry-after" in answers[-1].headers)


def test_a_rolling_day_begins_with_the_first_request() -> None:
    """Its renewal is almost a day away."""
    with insightly(daily_quota=0, quota_reset="rolling") as crm:
        wait = int(crm.get("Instance").headers["retry-after"])
    assert 86_300 < wait <= 86_400


def test_strangers_use_up_nothing() -> None:
    """What is denied does not count."""
    with insightly(daily_quota=1) as crm:
        denied = crm.get("Instance", auth=("wrong", ""))
        assert (denied.headers["x-ratelimit-remaining"], crm.get("Instance").status_code) == ("1", 200)
