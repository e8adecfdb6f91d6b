"""U: the import of users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield.errors import JackfieldError
from jackfield.testing import _matrix
from jackfield.testing._comparing import different_user
from jackfield.testing._facts import ContractFacts
from jackfield.testing._matrix import Cell
from jackfield.testing._members import Spoiled, members_of
from jackfield.testing._nonsense import Slow, as_it_is
from jackfield.testing._replays import replays
from jackfield.testing._running import Hung, outcome, pages_of, run, several, told, users_of
from jackfield.testing._saying import broken, require, skipped, some
from jackfield.testing._sources import baseline
from jackfield.testing._stage import FEW, IMPATIENT, page_size_is_clamped
from jackfield.testing._walks import (
    MOST_REQUESTS,
    bounded,
    cancelled,
    growth,
    left_early,
    requests_at_first_page,
    short_lists,
    still_waiting,
)
from jackfield.testing._watching import Heartbeat, Watch, sleep_watched
from jackfield.users import UserKind, email_or_none

if TYPE_CHECKING:
    from jackfield.settings import ConnectionSettings
    from jackfield.testing._stage import Served, Stage
    from jackfield.users import CrmUser, UserPage

#: Around one page, several, and their exact multiples where five come in one answer.
_SIZES = (0, 1, 4, 5, 6, 10, 11, 23)
#: More than any CRM gives in one answer.
_MANY = 1_234
#: Enough of the simulated people that every oddity is among them.
_ALL_KINDS = 120
_HELD = 0.15
_REPEATING = frozenset({"repeated_page", "endless_listing"})
_KEPT_BY_THE_CORE = 700  # bytes for each user: the ids that were met


class UserImport(ContractFacts):
    """The clauses U1 to U11."""

    @pytest.mark.parametrize("size", [*(f"small_pages-{size}" for size in _SIZES), f"natural-{_MANY}"])
    def test_u1_every_user_once(self, stage: Stage, size: str) -> None:
        """U1: all users of all pages come, each once, also where pages divide them without rest."""
        pages, _, count = size.partition("-")
        scenes = ["small_pages"] if pages == "small_pages" else []
        with stage.simulated("U1", *scenes, users=int(count)) as served:
            given = run(outcome(_pages(stage, served)))
        if isinstance(given, JackfieldError):
            broken("U1", f"the import of an account of {count} users ended with {told(given)}")
        found = [user.id for page in given for user in page]
        truth = stage.truth("U1", int(count), *scenes)
        _same_ids("U1", found, None if truth is None else list(truth), int(count))

    def test_u2_ids_stay_the_same(self, stage: Stage) -> None:
        """U2: ids are texts that say something, and the same whenever and in whatever pages the list is read."""
        first = stage.account("U2", FEW)
        blank = [user.id for user in first if not isinstance(user.id, str) or not user.id.strip()]
        require(not blank, "U2", f"the ids {some(map(repr, blank))} are no texts that say anything")
        pages = ["small_pages"] if stage.has_scene("small_pages") else []
        with stage.simulated("U2", *pages) as served:
            again = run(stage.imported(served.settings))
        changed = sorted({user.id for user in first} ^ {user.id for user in again})
        require(not changed, "U2", f"the second import has other ids: {some(changed)}")

    def test_u2_ids_are_those_of_the_crm(self, stage: Stage) -> None:
        """U2: an id is the one that the CRM gave, which stays when e-mails, names and places in the list change."""
        truth = stage.truth("U2", FEW)
        if truth is None:
            skipped("U2", "the simulator does not say what is true of its account")
        made_up = [user.id for user in stage.account("U2", FEW) if user.id not in truth]
        require(not made_up, "U2", f"the ids {some(made_up)} are none that the CRM gave")

    def test_u2_mails_and_names(self, stage: Stage) -> None:
        """U2: e-mails are normalised or None, and names are never blank and never made of None."""
        for user in stage.account("U2", _ALL_KINDS):
            others = [mail for mail in user.other_emails if email_or_none(mail) != mail]
            odd = user.email != email_or_none(user.email) or others
            require(not odd, "U2", f"the user {user.id} has the e-mail {user.email!r}, which is not normalised")
            words = user.name.split()
            require(words, "U2", f"the user {user.id} has the blank name {user.name!r}")
            require(not {"None", "null"} & set(words), "U2", f"the user {user.id} is named {user.name!r}")

    def test_u2_mails_and_names_are_those_of_the_crm(self, stage: Stage) -> None:
        """U2: each user has the e-mail that the CRM has, and its name where there is one."""
        _same_members(stage, "U2", "email", "other_emails")

    def test_u3_inactive_users_are_there(self, stage: Stage) -> None:
        """U3: inactive users are in the list, and marked."""
        found = stage.account("U3", _ALL_KINDS)
        truth = stage.truth("U3", _ALL_KINDS)
        if truth is not None:
            missing = [user for user in truth.values() if user.id not in {each.id for each in found}]
            inactive = [user.name for user in missing if not user.active]
            require(not inactive, "U3", f"users who are not active are missing: {some(inactive)}")
            programs = [f"{user.name} ({user.kind})" for user in missing if user.kind is not UserKind.PERSON]
            require(not programs, "U3", f"accounts that are no people are missing: {some(programs)}")
        require(any(not user.active for user in found), "U3", "every user is called active, and the account has others")
        _same_members(stage, "U3", "state")

    def test_u3_accounts_that_are_no_people_are_marked(self, stage: Stage) -> None:
        """U3: accounts of programs and other accounts that are no people's are told from people."""
        kinds = {user.kind for user in stage.account("U3", _ALL_KINDS)}
        require(kinds != {UserKind.UNKNOWN}, "U3", "of no user is said whether it is a person")
        _same_members(stage, "U3", "kind")

    def test_u4_moving_users_come_once(self, stage: Stage) -> None:
        """U4: users that move between pages while these are read are neither lost nor given twice."""
        page_size_is_clamped(stage, "U4")
        with stage.simulated("U4", "small_pages", "moving", users=23) as served:
            found = run(outcome(_ids(stage, served)))
        if isinstance(found, JackfieldError):
            broken("U4", f"while users move, the import ends with {told(found)}")
        truth = stage.truth("U4", 23, "small_pages")
        _same_ids("U4", found, None if truth is None else list(truth), 23)

    @pytest.mark.parametrize("trouble", ["repeated_page", "endless"])
    def test_u5_endless_list_ends_in_an_error(self, stage: Stage, trouble: str) -> None:
        """U5: a CRM that gives the same page again, or always has more, ends the import with an error, and soon."""
        scenes = ["endless"] if trouble == "endless" else ["small_pages"]
        faults = [] if trouble == "endless" else ["repeated_page"]
        with stage.simulated("U5", *scenes, faults=faults) as served, short_lists():
            try:
                found = run(outcome(bounded(stage, served)), within=8.0)
            except (TimeoutError, Hung):
                found = []
            requests = len(served.watched.requests)
        if not isinstance(found, JackfieldError):
            how = "went on" if requests >= MOST_REQUESTS or found == [] else "ended as if the list were complete"
            broken("U5", f"under {trouble}, the import {how} after {requests} requests", promised=_either(_REPEATING))
        seen = f"under {trouble}, the import ended with {told(found)}"
        require(found.code in _REPEATING, "U5", seen, promised=_either(_REPEATING))

    @replays("import", "repeated_page")
    def test_u5_repeated_page(self, stage: Stage, act: str, source: str, fault: str, position: str) -> None:
        """U5: a page that comes again is noticed wherever it comes."""
        _matrix.judge(stage, "U5", Cell(act, source, fault, position))

    @replays(
        "import",
        *("unauthorized", "forbidden", "not_found_html", "throttled", "throttled_no_retry_after", "server_error"),
        *("unavailable", "empty_body", "truncated_json", "html_ok", "wrong_shape", "null_id", "dropped_connection"),
        *("stalled", "too_large"),
    )
    def test_u6_fault_in_mid_listing_raises(
        self, stage: Stage, act: str, source: str, fault: str, position: str
    ) -> None:
        """U6: any fault at any page raises with its own code, and never leaves a list that looks complete."""
        _matrix.judge(stage, "U6", Cell(act, source, fault, position))

    def test_u7_unknown_members_survive(self, stage: Stage) -> None:
        """U7: members that nobody has heard of change nothing."""
        _unchanged(stage, Spoiled.unknown(), "members that nobody knows")

    @pytest.mark.parametrize("how", ["null", "missing"])
    def test_u7_null_and_missing_members_survive(self, stage: Stage, how: str) -> None:
        """U7: a user without any of the members that are not its id comes all the same, with its id and a name."""
        names = members_of(stage, "U7").optional
        spoiled = Spoiled.null if how == "null" else Spoiled.missing
        if isinstance(_imported(stage, spoiled(names)), JackfieldError) or how == "null":
            for name in names:  # one by one, to name the culprit
                _survives(stage, spoiled((name,)), f"where {name} is {how}")
        _survives(stage, spoiled(names), f"where {some(names, 20)} are {how}")

    def test_u7_wrong_type_is_named(self, stage: Stage) -> None:
        """U7: a member of the wrong type is an error that names it, or one that the connector does not read."""
        members = members_of(stage, "U7")
        whole = {user.id: user for user in baseline(stage, "U7", "simulator", "import").users}
        for name, spoiled in [(name, way(name)) for name in members.names for way in (Spoiled.wrong, Spoiled.other)]:
            found = _imported(stage, spoiled)
            if not isinstance(found, JackfieldError):
                changed = [user.id for user in found if whole.get(user.id) != user] or sorted(
                    whole.keys() ^ {user.id for user in found}
                )
                seen = (
                    f"{name} of a wrong type was taken as if it were right: the user {some(changed, 1)} became another"
                )
                require(not changed, "U7", seen, promised=f"the error wrong_shape, which names {name}")
                continue
            seen = f"{name} of a wrong type ended the import with {told(found)}"
            require(found.code == "wrong_shape", "U7", seen, promised="the error wrong_shape")
            require(name in found.message, "U7", seen, promised=f"a message that names {name}")

    def test_u8_pages_come_as_they_are_read(self, stage: Stage) -> None:
        """U8: the first page is given on before the rest is asked for."""
        page_size_is_clamped(stage, "U8")
        with stage.simulated("U8", "small_pages", users=60) as served:
            early, all_in_all = run(requests_at_first_page(stage, served))
        seen = f"{early} of {all_in_all} requests were sent before a second page was asked for"
        require(early <= all_in_all // 2, "U8", seen, promised="a page as soon as it is read")

    def test_u8_memory_stays_flat(self, stage: Stage) -> None:
        """U8: what was given on is kept by nobody, so memory does not grow with the number of users."""
        page_size_is_clamped(stage, "U8")
        with stage.simulated("U8", "small_pages", users=240) as served:
            served.watched.forgetful = True
            # The second time the caches that parsers keep of short texts hold those of this list already.
            each = min(_bytes_for_each(*run(growth(stage, served), within=30.0)) for _ in range(2))
        require(each < _KEPT_BY_THE_CORE, "U8", f"{each:.0f} bytes are kept for each user that was given on")

    @pytest.mark.parametrize("how", ["stalled", "slow"])
    def test_u9_cancelling_leaves_nothing_behind(self, stage: Stage, how: str) -> None:
        """U9: a cancelled import stops at once; no request and no task of it goes on."""
        page_size_is_clamped(stage, "U9")
        faults, front = (["stalled@3"], as_it_is) if how == "stalled" else ([], Slow)
        with stage.simulated("U9", "small_pages", users=60, faults=faults, front=front) as served:
            stopped, after, tasks = run(cancelled(stage, served))
            waiting = still_waiting(served)
        require(stopped, "U9", "the import was cancelled, and did not end as cancelled within a second")
        require(not after, "U9", f"{after} requests were sent after the import was cancelled")
        require(not waiting, "U9", f"after the import was cancelled, {some(waiting)} went on waiting for its answer")
        require(not tasks, "U9", f"after the import was cancelled, {some(tasks)} went on")

    def test_u9_leaving_early_leaves_nothing_behind(self, stage: Stage) -> None:
        """U9: whoever stops after the first page is followed by no request and no task."""
        page_size_is_clamped(stage, "U9")
        with stage.simulated("U9", "small_pages", users=60) as served:
            after, tasks = run(left_early(stage, served))
        require(not after, "U9", f"{after} requests were sent after the first page was enough")
        require(not tasks, "U9", f"after the first page was enough, {some(tasks)} went on")

    def test_u9_import_never_blocks(self, stage: Stage) -> None:
        """U9: the import never holds the event loop, so it can be cancelled at any time."""
        for _ in range(2):
            watch, heart = Watch(), Heartbeat()
            with stage.simulated("U9") as served, sleep_watched(watch):
                run(_beating(stage, served.settings, heart))
            require(not watch.slept, "U9", some(watch.slept))
            if heart.longest < _HELD:
                return
        broken("U9", f"the import held the event loop for {heart.longest:.2f} s without a break")

    def test_u10_every_answer_counts(self, stage: Stage) -> None:
        """U10: a fault at any answer of the import, whichever of its walks that belongs to, ends it in an error."""
        requests = baseline(stage, "U10", "simulator", "import").requests
        scenes = ["small_pages"] if stage.has_scene("small_pages") else []
        faults = [f"{name}@{place}" for name in ("server_error", "truncated_json") for place in range(1, requests + 1)]
        for fault, found in zip(faults, run(several(_under(stage, scenes, fault) for fault in faults)), strict=True):
            name, _, place = fault.partition("@")
            where = f"with {name} from answer {place} of {requests} on"
            seen = f"{where}, the import ended without an error, after {found} users"
            require(found is None, "U10", seen)

    def test_u10_total_is_that_of_all(self, stage: Stage) -> None:
        """U10: where pages say how many users there are in all, that is the number of all that come."""
        scenes = ["small_pages"] if stage.has_scene("small_pages") else []
        with stage.simulated("U10", *scenes) as served:
            pages = run(_pages(stage, served))
        count = len({user.id for page in pages for user in page})
        wrong = sorted({page.total for page in pages if page.total not in {None, count}})
        require(not wrong, "U10", f"a page says that there are {some(wrong)} users in all, and {count} came")
        silent = self.tells_total and any(page.total is None for page in pages)
        require(not silent, "U10", "the CRM says how many users there are in all, and a page does not")

    def test_u11_odd_texts_come_unharmed(self, stage: Stage) -> None:
        """U11: names beyond ASCII, with quotes and very long ones come through, and so do shared e-mails."""
        found = stage.account("U11", _ALL_KINDS)
        truth = stage.truth("U11", _ALL_KINDS)
        odd = list(found) if truth is None else list(truth.values())
        mails = [user.email for user in odd if user.email]
        look = "the simulator's people: jackfield.simkit has some of every kind"
        for kind, there in (
            ("with letters beyond ASCII", any(not user.name.isascii() for user in odd)),
            ("with a quote", any("'" in user.name or '"' in user.name for user in odd)),
            ("of more than 100 letters", any(len(user.name) > 100 for user in odd)),  # noqa: PLR2004 - as it says
            ("with another's e-mail", len(mails) > len(set(mails))),
            ("without an e-mail", len(mails) < len(odd)),
        ):
            require(there, "U11", f"no user {kind} came through", look=None if truth is None else look)
        pages = baseline(stage, "U11", "simulator", "import").users  # shared by others of another page, perhaps
        known = {each.id for each in pages}
        few = [] if truth is None else [user for user in list(truth.values())[:FEW] if user.id not in known]
        missing = few or [user for user in odd if user.id not in {each.id for each in found}]
        seen = some(f"{user.name[:60]!r} with the e-mail {user.email}" for user in missing)
        require(not missing, "U11", f"users are missing: {seen}")
        _same_members(stage, "U11")


def _same_ids(clause: str, found: list[str], expected: list[str] | None, count: int) -> None:
    twice = sorted({each for each in found if found.count(each) > 1}) if len(found) != len(set(found)) else []
    require(not twice, clause, f"the user {some(twice)} came more than once")
    wanted = count if expected is None else len(expected)
    missing = [] if expected is None else [each for each in expected if each not in set(found)]
    seen = f"{len(found)} of {wanted} users came" + (f"; missing are {some(missing)}" if missing else "")
    require(len(found) == wanted and not missing, clause, seen)


def _same_members(stage: Stage, clause: str, *names: str) -> None:
    """Compare the whole simulated account with what is known of it."""
    truth = stage.truth(clause, _ALL_KINDS)
    for user in stage.account(clause, _ALL_KINDS):
        expected = (truth or {}).get(user.id)
        difference = different_user(user, expected, names) if expected else None
        require(difference is None, clause, f"of the user {user.id}, {difference}")


def _bytes_for_each(grown: int, users: int) -> float:
    return grown / max(users, 1)


async def _pages(stage: Stage, served: Served) -> list[UserPage]:
    async with stage.connected(served.settings) as connection:
        return await pages_of(connection)


async def _ids(stage: Stage, served: Served) -> list[str]:
    return [user.id for user in await stage.imported(served.settings)]


def _imported(stage: Stage, spoiled: Spoiled) -> list[CrmUser] | JackfieldError:
    users = tuple(user.id for user in baseline(stage, "U7", "simulator", "import").users)
    with stage.simulated("U7", front=spoiled.before(users)) as served:
        return run(outcome(stage.imported(served.settings)))


def _unchanged(stage: Stage, spoiled: Spoiled, what: str) -> None:
    found = _imported(stage, spoiled)
    whole = {user.id: user for user in baseline(stage, "U7", "simulator", "import").users}
    if isinstance(found, JackfieldError):
        broken("U7", f"{what} ended the import with {told(found)}")
    changed = [user.id for user in found if whole.get(user.id) != user]
    require(len(found) == len(whole) and not changed, "U7", f"{what} changed the user {some(changed)}")


def _survives(stage: Stage, spoiled: Spoiled, what: str) -> None:
    found = _imported(stage, spoiled)
    whole = {user.id for user in baseline(stage, "U7", "simulator", "import").users}
    if isinstance(found, JackfieldError):
        broken("U7", f"{what}, the import ended with {told(found)}")
    lost = sorted(whole - {user.id for user in found})
    require(not lost, "U7", f"{what}, the user {some(lost)} was lost")
    for user in found:
        sound = user.name.strip() and not {"None", "null"} & set(user.name.split())
        require(sound, "U2", f"{what}, the user {user.id} is named {user.name!r}")
    if "null" in what or "missing" in what:
        odd = [user.id for user in found if user.email is not None and email_or_none(user.email) != user.email]
        require(not odd, "U2", f"{what}, the e-mail of {some(odd)} is not normalised")


async def _beating(stage: Stage, settings: ConnectionSettings, heart: Heartbeat) -> None:
    async with stage.connected(settings) as connection, heart:
        await users_of(connection)


async def _under(stage: Stage, scenes: list[str], fault: str) -> int | None:
    """How many users a list had that looked complete; None for an error."""
    with stage.simulated("U10", *scenes, faults=[fault]) as served:
        found = await outcome(stage.imported(served.settings, retry=IMPATIENT))
    return None if isinstance(found, JackfieldError) else len(found)


def _either(codes: frozenset[str]) -> str:
    return f"the error {' or '.join(sorted(codes))}"
