"""The simulated ConnectWise's limit of requests, over real HTTP."""

from tests.plugins.connectwise.simulated import MEMBERS, connectwise


def test_one_request_too_many_in_a_minute() -> None:
    """429, how long to wait in seconds, and a body that has ``error`` where all others have ``code``."""
    with connectwise(per_minute=3) as crm:
        answers = [crm.get(f"{MEMBERS}/count") for _ in range(4)]
    wait = answers[-1].headers["retry-after"]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json() == {
        "error": "ConnectWiseAPI",
        "message": f"Too many requests. Please try again in {wait} seconds.",
    }
    assert 1 <= int(wait) <= 60


def test_a_thousand_are_let_through_by_default() -> None:
    """As the vendor's guide says."""
    with connectwise() as crm:
        statuses = [crm.get(f"{MEMBERS}/count").status_code for _ in range(1_001)]
    assert (set(statuses[:1_000]), statuses[1_000]) == ({200}, 429)


def test_without_the_limit_nothing_is_counted() -> None:
    """For whoever tests other things."""
    with connectwise(per_minute=1, rate_limit=False) as crm:
        assert {crm.get(f"{MEMBERS}/count").status_code for _ in range(5)} == {200}


def test_who_has_no_keys_uses_nothing_up() -> None:
    """Neither does the question which company this is."""
    with connectwise(per_minute=1) as crm:
        strangers = [crm.get(MEMBERS, auth=("copperkettle+wrong", "wrong")).status_code for _ in range(3)]
        company = crm.get(crm.base_url.copy_with(path="/login/companyinfo/copperkettle")).status_code
        assert (strangers, company, crm.get(f"{MEMBERS}/count").status_code) == ([401] * 3, 200, 200)


def test_an_answer_may_take_its_time() -> None:
    """As real ones do."""
    with connectwise(delay_ms=50) as crm:
        assert crm.get(f"{MEMBERS}/count").elapsed.total_seconds() >= 0.05
