"""What a broken clause says."""

from __future__ import annotations

import pytest

from jackfield.testing._saying import broken, keep_secret, message, require, skipped, some

SECRET = "s3cret-of-a-test-5550"


def test_message_has_four_lines() -> None:
    """Clause and promise, what was seen, what was promised, where to look."""
    expected = [
        "U6: any fault in mid-listing raises: a partial list never looks complete",
        "  seen: two of five",
        "  promised: an error",
        "  look at: here",
    ]
    assert expected == message("U6", "two of five", promised="an error", look="here").splitlines()


def test_message_shows_no_secret() -> None:
    """Whatever was seen, a secret that the suite has used is taken out, however it is spelt."""
    keep_secret([SECRET])
    told = message("C8", f"the line key={SECRET.upper()}")
    assert (SECRET in told.lower(), "***" in told) == (False, True)


def test_message_is_never_endless() -> None:
    """What was seen is cut where nobody reads on."""
    assert len(message("C8", "x" * 100_000)) < 5_000


def test_broken_clause_fails_and_shows_no_traceback() -> None:
    """The message alone is the failure."""
    with pytest.raises(pytest.fail.Exception) as failure:
        broken("D1", "nothing")
    assert failure.value.pytrace is False


def test_kept_clause_goes_on() -> None:
    """A clause that is kept says nothing."""
    assert require(kept=True, clause_id="D1", seen="nothing") is None


def test_skip_names_clause_and_reason() -> None:
    """A skipped clause says which it is, and why."""
    with pytest.raises(pytest.skip.Exception, match=r"^L3: skipped, the connector has no lookup$"):
        skipped("L3", "the connector has no lookup")


def test_some_of_many() -> None:
    """A list is cut after the first few, and says so."""
    assert some(range(1, 10)) == "1, 2, 3, 4, 5 and 4 more"
