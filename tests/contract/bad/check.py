"""Bad systems checks: C1 to C4."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from jackfield.checks import Account, Finding
from jackfield.errors import JackfieldError, error
from tests.contract.bad import good
from tests.contract.bad.plugs import bad, checking

# --- C1: a sound account ---------------------------------------------------------------------------------------------


@bad("C1", "list_users", "twice|more than once|own|ids?")
def ids_double() -> dict[str, Any]:
    """Two steps have one id."""
    return checking(look_up={"id": "list_users"})


@bad("C1", "order|same each time")
def steps_out_of_order() -> dict[str, Any]:
    """The steps come in another order each time."""
    turns: list[int] = []

    def systems_check() -> Any:
        turns.append(1)
        steps = list(good.steps())
        head, tail = steps[:2], steps[2:]
        return [*head, *(tail if len(turns) % 2 else reversed(tail))]

    return {"systems_check": systems_check}


@bad("C1", "no step")
def no_steps() -> dict[str, Any]:
    """Nothing is checked."""

    def systems_check() -> list[Any]:
        return []

    return {"systems_check": systems_check}


@bad("C1", "required")
def nothing_is_required() -> dict[str, Any]:
    """No step is required, so that the check can never fail."""
    optional = {"required": False, "feature": "import"}
    return checking(reach=optional, sign_in=optional, list_users=optional)


@bad("C1", "whose credentials")
def nobody_is_told_whose_key() -> dict[str, Any]:
    """The check says nothing of the account."""

    async def sign_in(crm: Any) -> Finding:
        finding = good.signed_in((await crm.http.get("me")).read(good.ME))
        return replace(finding, account=None)

    return checking(sign_in=sign_in)


@bad("C1", "account's id")
def tells_another_account() -> dict[str, Any]:
    """The user's id is told for that of the account."""

    async def sign_in(crm: Any) -> Finding:
        me = (await crm.http.get("me")).read(good.ME)
        return replace(good.signed_in(me), account=Account(id=str(me.id), name=me.account.name, holder="x"))

    return checking(sign_in=sign_in)


@bad("C1", "list_users", "failed|did not pass")
def good_account_fails() -> dict[str, Any]:
    """A step asks for what the API does not have."""

    async def list_users(crm: Any) -> Finding:
        await crm.http.get("user/list")
        return Finding(message="Good.")

    return checking(list_users=list_users)


@bad("C1", "required", "feature|look_up")
def optional_step_without_feature() -> dict[str, Any]:
    """A step that is not required does not say which feature does without it."""
    return checking(look_up={"feature": None})


@bad("C1", "sign_in", "warned")
def warns_of_everybody() -> dict[str, Any]:
    """The step that signs in warns whoever's key it is."""

    async def sign_in(crm: Any) -> Finding:
        finding = good.signed_in((await crm.http.get("me")).read(good.ME))
        return replace(finding, warning="inactive_holder")

    return checking(sign_in=sign_in)


@bad("C1", "inactive")
def inactive_holder_passes() -> dict[str, Any]:
    """A key whose user is inactive, and may stop working at any time, passes without a word."""

    async def sign_in(crm: Any) -> Finding:
        return replace(good.signed_in((await crm.http.get("me")).read(good.ME)), warning=None)

    return checking(sign_in=sign_in)


# --- C2: refused credentials -----------------------------------------------------------------------------------------


@bad("C2", "reach", "sign_in")
def refused_key_fails_to_reach() -> dict[str, Any]:
    """A refused key fails at the step that reaches the CRM."""

    async def reach(crm: Any) -> Finding:
        await crm.http.get("me")
        return Finding(message="Good.")

    return checking(reach=reach)


@bad("C2", "list_users", "sign_in")
def refused_key_signs_in() -> dict[str, Any]:
    """The step that signs in takes any answer for a good one."""

    async def sign_in(crm: Any) -> Finding:
        answer = await crm.http.get("me", judged=False)
        return good.signed_in(answer.read(good.ME)) if answer.status == 200 else Finding(message="Answered.")

    return checking(sign_in=sign_in)


@bad("C2", "kind|vendor|transient|server_error|settings")
def refused_key_is_the_vendors_fault() -> dict[str, Any]:
    """401 is taken for an error of the CRM."""

    async def sign_in(crm: Any) -> Finding:
        try:
            return good.signed_in((await crm.http.get("me")).read(good.ME))
        except JackfieldError as refusal:
            raise error("server_error") from refusal

    return checking(sign_in=sign_in)


@bad("C2", "remedy")
def refused_key_without_remedy() -> dict[str, Any]:
    """A refused key, and not a word on what to do."""
    return {"judge": lambda answer: error("credentials_refused", remedy="") if answer.status == 401 else None}


@bad("C2", "required|skipped|list_users|look_up")
def sign_in_is_optional() -> dict[str, Any]:
    """The step that signs in is not required, so that the others go on with a refused key."""
    return checking(sign_in={"required": False, "feature": "import"})


@bad("C2", "passed|pass")
def refused_key_warns() -> dict[str, Any]:
    """A refused key is merely worth a look, here and in every later step."""

    def lenient(run: Any) -> Any:
        async def leniently(crm: Any) -> Finding:
            try:
                return await run(crm)
            except JackfieldError as refusal:
                return Finding(message=refusal.message, warning="inactive_holder")

        return leniently

    def systems_check() -> Any:
        return [replace(step, run=lenient(step.run)) for step in good.steps()]

    return {"systems_check": systems_check}


# --- C3: missing rights ----------------------------------------------------------------------------------------------


@bad("C3", "list_users|Users: read")
def missing_right_passes() -> dict[str, Any]:
    """A missing right is passed over: the import will tell."""

    async def list_users(crm: Any) -> Finding:
        with suppress(JackfieldError):
            return await good.list_users(crm)
        return Finding(message="Not now.")

    return checking(list_users=list_users)


@bad("C3", "credentials_refused|settings", "permission|list_users")
def missing_right_is_a_wrong_key() -> dict[str, Any]:
    """403 is taken for a wrong key."""
    return {"judge": lambda answer: error("credentials_refused") if answer.status in {401, 403} else None}


@bad("C3", "name|permission|right")
def missing_right_without_name() -> dict[str, Any]:
    """A right is missing, but which?"""

    async def list_users(crm: Any) -> Finding:
        await good.users_at(crm.http, "users?size=1")
        return Finding(message="Good.")

    return checking(list_users={"run": list_users, "permission": None})


@bad("C3", "sign_in", "list_users")
def missing_right_fails_too_early() -> dict[str, Any]:
    """The step that signs in lists users, so that a missing right looks like a matter of the key."""

    async def sign_in(crm: Any) -> Finding:
        await good.list_users(crm)
        return good.signed_in((await crm.http.get("me")).read(good.ME))

    return checking(sign_in=sign_in)


# --- C4: hosts that do not answer ------------------------------------------------------------------------------------


@bad("C4", "credentials_refused", "host_unknown|unknown host|connection_refused|refused connection")
def dns_failure_is_a_wrong_key() -> dict[str, Any]:
    """Whatever goes wrong at first is blamed on the key."""

    async def reach(crm: Any) -> Finding:
        try:
            await crm.http.get("me")
        except JackfieldError as refusal:
            raise error("credentials_refused") from refusal
        return Finding(message="Good.")

    return checking(reach=reach)


@bad("C4", "sign_in", "reach|first")
def reaches_nobody() -> dict[str, Any]:
    """The first step passes without having asked."""

    async def reach(_: Any) -> Finding:
        return Finding(message="Good.")

    async def sign_in(crm: Any) -> Finding:
        return good.signed_in((await crm.http.get("me")).read(good.ME))

    return checking(reach=reach, sign_in=sign_in)


@bad("C4", "credentials_refused|timed_out")
def silence_is_a_wrong_key() -> dict[str, Any]:
    """A CRM that does not answer in time is taken for one that does not like the key."""

    async def reach(crm: Any) -> Finding:
        try:
            await crm.http.get("me")
        except JackfieldError as refusal:
            if refusal.code == "timed_out":
                raise error("credentials_refused") from refusal
            if refusal.code not in {"credentials_refused", "forbidden"}:
                raise
        return Finding(message="Good.")

    async def sign_in(crm: Any) -> Finding:
        return good.signed_in((await crm.http.get("me")).read(good.ME))

    return checking(reach=reach, sign_in=sign_in)
