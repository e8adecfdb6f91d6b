"""Bad cassettes: K1 and K2. Each spoils a copy of the good connector's, which were recorded from its simulator."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import yaml

from jackfield import UserPage
from jackfield.simkit import FICTIONAL_KEY
from tests.contract.bad import good
from tests.contract.bad.plugs import bad

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def spoiling(name: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    """Changes one of the cassettes."""

    def spoil(folder: Path) -> None:
        path = folder / f"{name}.yaml"
        tape = yaml.safe_load(path.read_text("utf-8"))
        change(tape)
        path.write_text(yaml.safe_dump(tape, sort_keys=False, allow_unicode=True), "utf-8")

    return spoil


def _first(tape: dict[str, Any], side: str) -> dict[str, Any]:
    turn: dict[str, Any] = tape["interactions"][0][side]
    return turn


# --- K1: leaks -------------------------------------------------------------------------------------------------------


@bad("K1", "check.yaml, line \\d+", "secret|X-Api-Key|header|credential")
def key_in_a_header() -> Callable[[Path], None]:
    """The header that signs a request was kept."""
    return spoiling("check", lambda tape: _first(tape, "request")["headers"].update({"X-Api-Key": [FICTIONAL_KEY]}))


@bad("K1", "users.yaml, line \\d+", "secret|credential")
def key_in_an_address() -> Callable[[Path], None]:
    """The key is in an address."""

    def change(tape: dict[str, Any]) -> None:
        _first(tape, "request")["uri"] += f"&key={FICTIONAL_KEY}"

    return spoiling("users", change)


@bad("K1", "check.yaml, line \\d+", "secret|credential")
def example_in_base64() -> Callable[[Path], None]:
    """The settings' example of a key is in a body, in base64."""

    def change(tape: dict[str, Any]) -> None:
        hidden = base64.b64encode(good.AcmeSettings.example().api_key.get_secret_value().encode()).decode()
        body = _first(tape, "response")["body"]
        body["string"] = body["string"].replace('"id"', f'"token":"{hidden}","id"', 1)

    return spoiling("check", change)


@bad("K1", "check.yaml, line \\d+", "cookie")
def session_cookie() -> Callable[[Path], None]:
    """The cookie of a session was kept."""
    cookie = {"set-cookie": ["session=0123456789abcdef"]}
    return spoiling("check", lambda tape: _first(tape, "response")["headers"].update(cookie))


@bad("K1", "users.yaml, line \\d+", "e-?mail")
def email_of_a_real_person() -> Callable[[Path], None]:
    """An e-mail address is of a domain that somebody has."""

    def change(tape: dict[str, Any]) -> None:
        body = _first(tape, "response")["body"]
        body["string"] = body["string"].replace("@example.com", "@telephone.company", 1)

    return spoiling("users", change)


@bad("K1", "find.yaml, line \\d+", "number|telephone|phone")
def number_of_a_real_person() -> Callable[[Path], None]:
    """A recording of the service itself holds a number that somebody has."""

    def change(tape: dict[str, Any]) -> None:
        tape["recorded"]["source"] = "service"
        body = tape["interactions"][-1]["response"]["body"]
        body["string"] = body["string"].replace('"phones"', '"fax":"+1 212 867 5309","phones"', 1)

    return spoiling("find", change)


@bad("K1", "check.yaml, line \\d+", "header|x-served-by")
def header_that_nobody_needs() -> Callable[[Path], None]:
    """A header names the machine that answered."""
    return spoiling("check", lambda tape: _first(tape, "response")["headers"].update({"x-served-by": ["node-17"]}))


# --- K2: use and origin ----------------------------------------------------------------------------------------------


@bad("K2", "find.yaml", "missing")
def cassette_missing() -> Callable[[Path], None]:
    """The lookup was not recorded."""
    return lambda folder: (folder / "find.yaml").unlink()


@bad("K2", "no cassette")
def no_cassettes() -> Callable[[Path], None]:
    """Nothing was recorded."""

    def spoil(folder: Path) -> None:
        for path in folder.iterdir():
            path.unlink()

    return spoil


@bad("K2", "check", "nobody asks|unused")
def cassette_unused() -> Callable[[Path], None]:
    """A cassette holds an answer that nobody asks for any more."""

    def change(tape: dict[str, Any]) -> None:
        turn = yaml.safe_load(yaml.safe_dump(tape["interactions"][0]))
        turn["request"]["uri"] = turn["request"]["uri"].replace("/me", "/teams")
        tape["interactions"].append(turn)

    return spoiling("check", change)


@bad("K2", "no answer to", "users")
def cassette_stale() -> dict[str, Any]:
    """The connector has learnt to ask for pages of another size, and the cassettes are those of before."""

    async def import_users(connection: Any) -> Any:
        async for page in good.listing(connection.http, "users?size=50"):
            yield UserPage(users=tuple(map(good.crm_user, page.items)), total=page.total)

    return {"import_users": import_users}


@bad("K2", "check", "source|origin|recorded|where")
def cassette_without_origin() -> Callable[[Path], None]:
    """A cassette does not say where it came from."""
    return spoiling("check", lambda tape: tape.pop("recorded"))


@bad("K2", "check", "source")
def cassette_of_nowhere() -> Callable[[Path], None]:
    """A cassette came from neither a simulator nor the service."""
    return spoiling("check", lambda tape: tape["recorded"].update(source="by hand"))


@bad("K2", "users", "date")
def cassette_without_date() -> Callable[[Path], None]:
    """A cassette does not say when it was recorded."""
    return spoiling("users", lambda tape: tape["recorded"].update(date="lately"))


@bad("K2", "users", "version")
def cassette_without_version() -> Callable[[Path], None]:
    """A cassette does not say which version of the API it is of."""
    return spoiling("users", lambda tape: tape["recorded"].update(api_version=""))


@bad("K2", "check", "platform")
def cassette_of_another_platform() -> Callable[[Path], None]:
    """A cassette was copied from another connector."""
    return spoiling("check", lambda tape: tape["recipe"].update(platform="other"))


@bad("K2", "users.yaml", "1 answer")
def cassette_of_one_page() -> Callable[[Path], None]:
    """The import was recorded in one page, so that it has no middle."""

    def change(tape: dict[str, Any]) -> None:
        del tape["interactions"][1:]
        headers = _first(tape, "response")["headers"]
        headers.pop("link")
        headers["x-total-count"] = ["5"]

    return spoiling("users", change)


@bad("K2", "check", "ends as")
def cassette_ends_otherwise() -> Callable[[Path], None]:
    """A cassette says that a check ends well, and what is on it is a refused key."""

    def change(tape: dict[str, Any]) -> None:
        del tape["interactions"][1:]
        _first(tape, "response")["status"] = {"code": 401, "message": "Unauthorized"}

    return spoiling("check", change)


@bad("K2", "scratch", "YAML|tape|recorded|source")
def rubbish_among_cassettes() -> Callable[[Path], None]:
    """A file that is no cassette lies among them."""
    return lambda folder: (folder / "scratch.yaml").write_text("- 1\n- 2\n", "utf-8")
