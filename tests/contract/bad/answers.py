"""Bad ways to take what the CRM answers in a check: C5 to C8."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

from jackfield.checks import Finding
from jackfield.errors import JackfieldError, error
from tests.contract.bad import good
from tests.contract.bad.plugs import bad, checking, key_of

# --- C5: success without content -------------------------------------------------------------------------------------


def _unread(path: str, *, account: bool = False) -> Any:
    """A step that asks and does not read; the account comes from nowhere."""

    async def run(crm: Any) -> Finding:
        answer = await crm.http.get(path, judged=False)
        if answer.status == 401:
            raise error("credentials_refused")
        if answer.status == 403:
            raise error("forbidden", "The right “Users: read” is missing.")
        if answer.status != 200:
            raise error("unavailable" if answer.status in {429, 503} else "server_error")
        return Finding(message="Good.")

    return run


@bad("C5", "html|web page", "passed|pass")
def html_passes() -> dict[str, Any]:
    """Any answer with the status 200 is a good one, a page that greets people included."""
    return checking(
        reach=_unread("me"), sign_in=_unread("me"), list_users=_unread("users"), look_up=_unread("contacts")
    )


@bad("C5", "wrong_shape|truncated|null_id|cut|shape", "passed|pass")
def json_is_not_read() -> dict[str, Any]:
    """The core has seen that JSON came, so nobody reads it."""

    async def sign_in(crm: Any) -> Finding:
        answer = await crm.http.get("me")
        with suppress(JackfieldError):
            return good.signed_in(answer.read(good.ME))
        return Finding(message="Signed in.")

    async def list_users(crm: Any) -> Finding:
        await crm.http.get("users?size=1")
        return Finding(message="Good.")

    async def look_up(crm: Any) -> Finding:
        await crm.http.get("contacts?phone=1")
        return Finding(message="Good.")

    return checking(sign_in=sign_in, list_users=list_users, look_up=look_up)


@bad("C5", "users", "passed|pass")
def users_step_does_not_read() -> dict[str, Any]:
    """The step that lists users looks at the status alone; all others read what comes."""
    return checking(list_users=_unread("users?size=1"))


@bad("C5", "connector_failed|TypeError|KeyError|mistake")
def stumbles_over_another_shape() -> dict[str, Any]:
    """What comes is read without looking, and a member that is not there raises KeyError."""

    async def sign_in(crm: Any) -> Finding:
        me = (await crm.http.get("me")).json()
        finding = good.signed_in((await crm.http.get("me")).read(good.ME)) if me["account"]["id"] else None
        return finding or Finding(message="Good.")

    return checking(sign_in=sign_in, reach=_asking)


async def _asking(crm: Any) -> Finding:
    await crm.http.get("me", judged=False)
    return Finding(message="Good.")


# --- C6: troubles of the CRM -----------------------------------------------------------------------------------------


@bad("C6", "throttled", "credentials_refused|settings")
def throttling_is_a_wrong_key() -> dict[str, Any]:
    """429 is taken for a wrong key."""
    return {"judge": lambda answer: error("credentials_refused") if answer.status in {401, 429} else None}


@bad("C6", "server_error|unavailable", "credentials_refused|settings")
def server_error_is_a_wrong_key() -> dict[str, Any]:
    """5xx is taken for a wrong key."""
    return {"judge": lambda answer: error("credentials_refused") if answer.status in {500, 503} else None}


@bad("C6", "throttled", "retr|tried again|again|Retry-After")
def throttling_is_final() -> dict[str, Any]:
    """429 is always taken for a quota that is used up, and so never tried again."""
    return {"judge": lambda answer: error("quota_exhausted") if answer.status == 429 else None}


@bad("C6", "Retry-After")
def wait_is_not_respected() -> dict[str, Any]:
    """The connector knows better than the CRM how long to wait."""
    return {"judge": lambda answer: error("throttled", retry_after=0.0) if answer.status == 429 else None}


@bad("C6", "unavailable|server_error|throttled", "retr|again|failed|passes|trouble")
def nothing_is_tried_again() -> dict[str, Any]:
    """The connector judges for itself, after the core has tried again what it may."""

    async def reach(crm: Any) -> Finding:
        answer = await crm.http.get("me", judged=False)
        if answer.status in {429, 500, 503}:
            raise error("unavailable")
        return Finding(message="Good.")

    async def sign_in(crm: Any) -> Finding:
        return good.signed_in((await crm.http.get("me")).read(good.ME))

    return checking(reach=reach, sign_in=sign_in)


@bad("C6", "quota|throttled|server_error|unavailable", "passed|pass")
def trouble_passes() -> dict[str, Any]:
    """A CRM in trouble passes: it was reached, after all."""

    async def list_users(crm: Any) -> Finding:
        with suppress(JackfieldError):
            await good.list_users(crm)
        return Finding(message="Good.")

    async def reach(crm: Any) -> Finding:
        with suppress(JackfieldError):
            await crm.http.get("me")
        return Finding(message="Good.")

    async def sign_in(crm: Any) -> Finding:
        try:
            return good.signed_in((await crm.http.get("me")).read(good.ME))
        except JackfieldError as refusal:
            if refusal.code in {"throttled", "server_error", "unavailable"}:
                return Finding(message="Busy.")
            raise

    return checking(reach=reach, sign_in=sign_in, list_users=list_users)


@bad("C6", "throttled|unavailable", "requests|times")
def hammers_a_busy_crm() -> dict[str, Any]:
    """A CRM that asks to slow down is asked ten times as often."""

    async def reach(crm: Any) -> Finding:
        for _ in range(10):
            with suppress(JackfieldError):
                return await good.Check().reach(crm)
        return await good.Check().reach(crm)

    async def sign_in(crm: Any) -> Finding:
        return good.signed_in((await crm.http.get("me")).read(good.ME))

    return checking(reach=reach, sign_in=sign_in)


# --- C7: never raises, hangs or changes ------------------------------------------------------------------------------


@bad("C7", "CancelledError")
def step_that_raises() -> dict[str, Any]:
    """A step raises what the core cannot hold back: it calls a task that was cancelled."""

    async def look_up(_: Any) -> Finding:
        raise asyncio.CancelledError

    return checking(look_up=look_up)


@bad("C4", "timed_out", "ValueError|connector_failed|mistake")
def step_with_a_mistake() -> dict[str, Any]:
    """A step stumbles over its own mistake whenever the CRM is silent; the core makes a result of it."""

    async def reach(crm: Any) -> Finding:
        try:
            await crm.http.get("me")
        except JackfieldError as refusal:
            if refusal.code == "timed_out":
                raise ValueError(refusal.code) from refusal
            if refusal.code not in {"credentials_refused", "forbidden"}:
                raise
        return Finding(message="Good.")

    async def sign_in(crm: Any) -> Finding:
        return good.signed_in((await crm.http.get("me")).read(good.ME))

    return checking(reach=reach, sign_in=sign_in)


@bad("C7", "goes on|does not end|at work")
def step_that_hangs() -> dict[str, Any]:
    """A step asks again and again, and takes the end of its time for one more failure."""

    async def reach(crm: Any) -> Finding:
        while True:
            try:
                await crm.http.get("me")
                return Finding(message="Good.")
            except BaseException:  # noqa: BLE001 - that is the mistake
                await _a_moment()

    async def sign_in(crm: Any) -> Finding:
        return good.signed_in((await crm.http.get("me")).read(good.ME))

    return checking(reach=reach, sign_in=sign_in)


async def _a_moment() -> None:
    with suppress(BaseException):
        await asyncio.sleep(0.05)


@bad("C7", "time.sleep")
def step_that_sleeps() -> dict[str, Any]:
    """A step gives the CRM a moment, and the whole program with it."""

    async def look_up(crm: Any) -> Finding:
        time.sleep(0.5)  # noqa: ASYNC251 - that is the mistake
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("C7", "held the event loop")
def step_that_computes() -> dict[str, Any]:
    """A step keeps the whole program busy without sleeping."""

    async def look_up(crm: Any) -> Finding:
        end = time.monotonic() + 0.6
        while time.monotonic() < end:
            pass
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("C7", "POST")
def check_that_posts() -> dict[str, Any]:
    """A step writes a note, to prove the right to; by a client of its own, as the core's can only read."""

    async def look_up(crm: Any) -> Finding:
        import httpx

        async with httpx.AsyncClient(trust_env=False) as client:
            await client.post(f"{crm.settings.endpoint}notes", headers={"X-Api-Key": key_of(crm)})
        return await good.look_up(crm)

    return checking(look_up=look_up)


# --- C8: secrets in texts --------------------------------------------------------------------------------------------


@bad("C8", "the step look_up shows a secret")
def message_shows_half_the_key() -> dict[str, Any]:
    """A message shows the first half of the key; the core takes out whole secrets, whatever their spelling."""

    async def look_up(crm: Any) -> Finding:
        await good.look_up(crm)
        return Finding(message=f"Works with the key {key_of(crm)[:14]}…")

    return checking(look_up=look_up)


@bad("C8", "log")
def logs_the_key() -> dict[str, Any]:
    """The key is logged for whoever has to find a mistake."""

    async def look_up(crm: Any) -> Finding:
        logging.getLogger("acme").debug("looking up with %s", key_of(crm))
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("C8", "log")
def logs_the_key_when_it_fails() -> dict[str, Any]:
    """The key is logged when it is refused, and only then."""

    async def sign_in(crm: Any) -> Finding:
        try:
            return good.signed_in((await crm.http.get("me")).read(good.ME))
        except JackfieldError:
            logging.getLogger("acme").warning("refused: %s", crm.http._auth.headers())
            raise

    return checking(sign_in=sign_in, reach=_asking)


@bad("C8", "print|output")
def prints_the_key() -> dict[str, Any]:
    """A print() was left behind."""

    async def look_up(crm: Any) -> Finding:
        print("DEBUG", key_of(crm))  # noqa: T201 - that is the mistake
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("C8", "printed")
def warns_with_the_key() -> dict[str, Any]:
    """The key is in a warning of Python's own."""

    async def look_up(crm: Any) -> Finding:
        import sys

        sys.stderr.write(f"key {key_of(crm)}\n")
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("C8", "the step sign_in shows a secret")
def detail_shows_the_key_in_two_lines() -> dict[str, Any]:
    """What was sent is shown in the detail of a refusal, cut at its middle by a line break."""

    async def sign_in(crm: Any) -> Finding:
        try:
            return good.signed_in((await crm.http.get("me")).read(good.ME))
        except JackfieldError as refusal:
            key = key_of(crm)
            raise error(refusal.code, detail=f"sent {key[:12]}\n{key[12:]}") from refusal

    return checking(sign_in=sign_in, reach=_asking)


@bad("C8", "import's error")
def cause_holds_the_key() -> dict[str, Any]:
    """The error of an import comes from another one, which holds what was sent."""

    async def import_users(connection: Any) -> Any:
        try:
            async for page in good.import_users(connection):
                yield page
        except JackfieldError as failure:
            raise error(failure.code, detail=failure.detail) from ValueError(f"sent {key_of(connection)}")

    return {"import_users": import_users}
