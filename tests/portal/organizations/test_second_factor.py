from __future__ import annotations

import re
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.errors import PortalError
from jackfield_portal.home import vault_key_path
from jackfield_portal.organizations import arrivals, brake, second_factor, totp
from jackfield_portal.organizations.models import RecoveryCode, SecondFactor
from jackfield_portal.vault.models import Secret
from tests.portal.conftest import PASSWORD

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.organizations.models import Membership, User

pytestmark = pytest.mark.django_db
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
CODE = r"(?<![\w-])[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}(?![\w-])"
SIGN_IN = {"username": "admin@example.com", "password": PASSWORD}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of codes and brake stands still, until a test moves it."""
    still = Clock()
    for module in (brake, second_factor):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=still))
    return still


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def codes(administrator: Membership, clock: Clock) -> list[str]:
    """The recovery codes of the administrator, whose second factor is on."""
    found = second_factor.turn_on(administrator.user, SECRET, code_at(clock.now))
    clock.now += 60
    return found


def code_at(now: float) -> str:
    return totp.code(SECRET, int(now // totp.SECONDS))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """The codes are those of RFC 6238, appendix B, shortened to six digits."""
    assert totp.code(SECRET, seconds // 30) == code


def test_password_alone_no_longer_signs_in(client: Client, codes: list[str], clock: Clock) -> None:
    """After the password the code is asked for; without it nothing is open, with it everything."""
    answer = client.post(reverse("organizations:sign-in"), SIGN_IN)
    assert (answer["Location"], client.get(reverse("web:manage")).status_code) == (
        reverse("organizations:second-step"),
        302,
    )
    answer = client.post(reverse("organizations:second-step"), {"code": code_at(clock.now)})
    assert (answer["Location"], client.get(reverse("web:manage")).status_code) == (reverse("web:manage"), 200)


def test_second_step_leads_on_to_where_one_was_going(client: Client, codes: list[str], clock: Clock) -> None:
    """The page that one was asking for comes after the code."""
    client.post(reverse("organizations:sign-in"), {**SIGN_IN, "next": "/organization/agents/"})
    answer = client.post(reverse("organizations:second-step"), {"code": code_at(clock.now)})
    assert answer["Location"] == "/organization/agents/"


def test_code_works_once(administrator: Membership, codes: list[str], clock: Clock) -> None:
    """A code that was seen over somebody's shoulder opens nothing once he has used it, nor does an earlier one."""
    now = code_at(clock.now)
    fits = [second_factor.fits(administrator.user, code) for code in (now, now, code_at(clock.now - 30))]
    assert fits == [True, False, False]


def test_clock_may_be_wrong_by_half_a_minute(administrator: Membership, codes: list[str], clock: Clock) -> None:
    """The code before and after the present one are taken, older and later ones are not."""
    fits = [second_factor.fits(administrator.user, code_at(clock.now + off)) for off in (-60, 60, -30, 30)]
    assert fits == [False, False, True, True]


def test_recovery_code_opens_once(client: Client, administrator: Membership, codes: list[str]) -> None:
    """A recovery code, in whatever spelling, signs in without the app, and is used up by that."""
    client.post(reverse("organizations:sign-in"), SIGN_IN)
    client.post(reverse("organizations:second-step"), {"code": f" {codes[0].upper().replace('-', ' ')} "})
    assert client.get(reverse("web:manage")).status_code == 200
    assert [second_factor.fits(administrator.user, code) for code in codes[:2]] == [False, True]
    assert second_factor.recovery_codes_left(administrator.user) == 8


def test_guessing_codes_is_braked(client: Client, codes: list[str], clock: Clock) -> None:
    """After too many wrong codes not even the right one is heard for a while."""
    client.post(reverse("organizations:sign-in"), SIGN_IN)
    url = reverse("organizations:second-step")
    for _ in range(brake.BY_EMAIL):
        assert "does not fit" in client.post(url, {"code": "000000"}).content.decode()
    assert "Too many tries" in client.post(url, {"code": code_at(clock.now)}).content.decode()


def test_first_step_lasts_ten_minutes(client: Client, codes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes back later to enter his code begins with the password again."""
    client.post(reverse("organizations:sign-in"), SIGN_IN)
    monkeypatch.setattr(arrivals, "time", SimpleNamespace(time=lambda: time.time() + 601))
    assert client.get(reverse("organizations:second-step"))["Location"] == reverse("organizations:sign-in")


def test_new_password_ends_a_first_step(client: Client, administrator: Membership, codes: list[str]) -> None:
    """A first step with a password that was changed since counts no longer."""
    client.post(reverse("organizations:sign-in"), SIGN_IN)
    administrator.user.set_password("another long phrase")
    administrator.user.save()
    assert client.get(reverse("organizations:second-step")).status_code == 302


def test_nothing_readable_is_stored(administrator: Membership, codes: list[str]) -> None:
    """The app's secret lies encrypted in the vault, and of recovery codes only hashes are kept."""
    stored = Secret.objects.get().token + "".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert [word for word in (SECRET, *codes, *(code.replace("-", "") for code in codes)) if word in stored] == []


def turn_on(browser: Client, now: float, **given: str) -> str:
    """Scan the code of the dialog and enter what the app shows; what the dialog says then."""
    page = browser.get(reverse("organizations:turn-on")).content.decode()
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    code = totp.code(found[1].replace(" ", ""), int(now // totp.SECONDS))
    return browser.post(reverse("organizations:turn-on"), {"code": code, **given}).content.decode()


def test_turned_on_by_scanning(portal: Client, administrator: Membership, clock: Clock) -> None:
    """The dialog shows a secret as QR code and text; password and code turn it on, and recovery codes are shown."""
    page = turn_on(portal, clock.now, password=PASSWORD)
    shown = re.findall(CODE, page)
    assert (len(shown), second_factor.has(administrator.user)) == (10, True)
    assert second_factor.fits(administrator.user, shown[0])


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"password": PASSWORD, "code": "000000"}])
def test_not_turned_on_by_guesses(
    portal: Client, administrator: Membership, clock: Clock, given: dict[str, str]
) -> None:
    """A wrong password or code turns nothing on; the same secret is shown again."""
    assert "<code>" in turn_on(portal, clock.now, **given)
    assert not second_factor.has(administrator.user)


def test_turned_off_by_the_password(portal: Client, administrator: Membership, codes: list[str]) -> None:
    """The password turns it off, and nothing of it stays stored; a wrong one does not."""
    portal.post(reverse("organizations:turn-off"), {"password": "wrong"})
    assert second_factor.has(administrator.user)
    portal.post(reverse("organizations:turn-off"), {"password": PASSWORD})
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count(), Secret.objects.count()) == (0, 0, 0)


def test_who_has_no_password_confirms_by_a_code(portal: Client, administrator: Membership, codes: list[str]) -> None:
    """Somebody who signs in by single sign-on turns the second factor off by a code of it."""
    user: User = administrator.user
    user.set_unusable_password()
    user.save()
    portal.force_login(user)
    assert 'name="password"' not in portal.get(reverse("organizations:turn-off")).content.decode()
    portal.post(reverse("organizations:turn-off"), {"code": codes[0]})
    assert not second_factor.has(user)


def test_new_recovery_codes_replace_the_old(portal: Client, administrator: Membership, codes: list[str]) -> None:
    """New codes are shown once, and the old ones open nothing."""
    page = portal.post(reverse("organizations:recovery-codes"), {"password": PASSWORD}).content.decode()
    fresh = re.findall(CODE, page)
    assert [second_factor.fits(administrator.user, code) for code in (codes[0], fresh[0])] == [False, True]


def test_lost_vault_key_leaves_the_recovery_codes(client: Client, administrator: Membership, codes: list[str]) -> None:
    """Where the vault cannot be opened the second step says so in words, and a recovery code still signs in."""
    vault_key_path().unlink()
    client.post(reverse("organizations:sign-in"), SIGN_IN)
    url = reverse("organizations:second-step")
    assert "A recovery code works all the same" in client.post(url, {"code": "000000"}).content.decode()
    assert client.post(url, {"code": codes[0]})["Location"] == reverse("web:manage")


def test_wrong_code_turns_nothing_on(administrator: Membership) -> None:
    """The service refuses a code that is not the secret's, in words."""
    with pytest.raises(PortalError, match="does not fit"):
        second_factor.turn_on(administrator.user, SECRET, "١٢٣٤٥٦")


@pytest.mark.parametrize(
    ("asked", "answers"), [("nobody", [200, 200]), ("administrators", [403, 200]), ("everybody", [403, 403])]
)
def test_operator_may_ask_for_it(
    portal: Client, onlooker: Client, settings: SettingsWrapper, asked: str, answers: list[int]
) -> None:
    """Where the installation asks for a second factor, only one's own account is open without it."""
    settings.JACKFIELD_SECOND_FACTOR = asked
    assert [browser.get(reverse("web:manage")).status_code for browser in (portal, onlooker)] == answers
    assert portal.get(reverse("organizations:account")).status_code == 200


def test_who_has_turned_it_on_goes_on(portal: Client, codes: list[str], settings: SettingsWrapper) -> None:
    """With the second factor on, everything is open again."""
    settings.JACKFIELD_SECOND_FACTOR = "everybody"
    assert portal.get(reverse("web:manage")).status_code == 200
