"""Every text of the portal goes through gettext: with a language that only marks them, nothing is left unmarked."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jackfield.translations import read
from jackfield_portal.api import services as tokens
from jackfield_portal.checks import turns
from jackfield_portal.connections import services as connections
from jackfield_portal.events import services as events
from jackfield_portal.imports import services as imports
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.mapping import fallback
from jackfield_portal.mapping import services as mapping
from jackfield_portal.mapping.services import Wish
from jackfield_portal.organizations import accounts, people
from jackfield_portal.organizations.models import Role
from tests.portal import acme
from tests.support import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership

pytestmark = pytest.mark.django_db

OPEN, CLOSE = "⟦", "⟧"
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHOWN = {"aria-label", "title", "alt", "placeholder", "data-label", "data-done", "data-none", "data-more"}
_SHOWN |= {"data-failed", "data-refused", "data-unreachable", "data-one", "data-many", "data-question"}
#: Where a machine's words, dates or somebody's own stand.
_OTHERS = {"code", "pre", "script", "style", "textarea", "time"}
_ALONE = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
#: Names, of people, things and standards.
_NAMES = set(
    """
    Ada Admin Lou Look Example Ltd Other Lane Bo Hill Moor User Kim Holder Acme Partner Jackfield Program Receiver
    CSV OpenAPI UTC Webhook admin look new lane user example com net hooks https wreck Ac partners
    """.split()  # noqa: SIM905 - words are easier to read so
)
#: What the core says, as its own catalogue has it in German, for the pages that show it.
_CORE = {word for text in read("jackfield", "de").values() for word in _WORD.findall(text)}
#: What the API calls its scopes and events, and the code of what is wrong with an address.
_MACHINES = {"read", "connection", "broken", "host", "unknown"}
#: What the connector says, for the pages that show it.
_CONNECTOR = set(re.findall(r"\w+", Path(acme.__file__).read_text(encoding="utf-8")))


class _Naked(HTMLParser):
    """The words of a page that no mark encloses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._deep = 0
        self._skipped: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in _SHOWN & given.keys():
            self._look(given[name] or "")
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self._look(given.get("value") or "")
        if tag in _ALONE:
            return
        own = tag in _OTHERS or ("lang" in given and tag != "html")
        self._open.append("!" if own or (self._open and self._open[-1] == "!") else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _ALONE and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] != "!":
            self._look(data)

    def _look(self, text: str) -> None:
        for piece in re.split(f"([{OPEN}{CLOSE}])", text):
            if piece in {OPEN, CLOSE}:
                self._deep += 1 if piece == OPEN else -1
            elif self._deep == 0:
                self.found += [word for word in _WORD.findall(piece) if word not in _NAMES]


def naked(page: str) -> list[str]:
    parser = _Naked()
    parser.feed(page)
    return parser.found


def said_on(page: str) -> Iterator[str]:
    """The texts between the tags of a page, and those in its attributes."""
    for text in re.findall(rf'>([^<>]+)<|(?:{"|".join(_SHOWN)})="([^"]+)"', page):
        yield html.unescape("".join(text)).strip()


@pytest.fixture
def _marking(tmp_path: Path, settings: SettingsWrapper) -> None:
    """German is English between marks."""
    catalog = messages.extracted().__class__(locale="de", charset="utf-8")
    for message in messages.extracted():
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else message.id
            marked = tuple(f"{OPEN}{text}{CLOSE}" for text in ids)
            catalog.add(message.id, marked if len(marked) > 1 else marked[0], context=message.context)
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(messages.compiled(catalog))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGE_CODE = "de"
    settings.JACKFIELD_CONNECTORS = ["acme", "partner", "wreck"]


@pytest.fixture
def _furnished(live: Connection, administrator: Membership) -> None:
    """Something of everything: people, agents, users, mappings, a held import, notices, tokens and webhooks."""
    organization, by = administrator.organization, administrator.user
    imports.start(live, by)
    run_pending()
    agents = [organization.agents.create(name=name) for name in ("Ada Lane", "Bo Hill", "User 2")]
    agents += [organization.agents.create(name="Moor", email=f"user{n}@example.com", extension="201") for n in (1, 1)]
    known = list(live.crm_users.order_by("crm_id"))
    mapping.save(live, [Wish(agent=agents[0].pk, before=None, after=known[0].pk)], by=by)
    fallback.choose(live, known[1].pk, by=by)
    imports.start(live, by, preview=True)
    connections.add(organization, "acme")
    people.invite(organization, "new@example.com", Role.READ_ONLY, by)
    tokens.make(organization, name="Program", by=by)
    events.add(organization, name="Receiver", url="https://hooks.example.com/", types=["connection.broken"], by=by)
    turns.settle(live.check_runs.first(), passed=False)
    run_pending()
    known[0].gone_at = known[0].last_seen
    known[0].save()


_ADDRESS = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
_LEFT_OUT = re.compile(r"^/(static|api)/|/export/|[?&]seen=")
#: Where what a connector says is shown.
_SHOWS_CONNECTOR = re.compile(r"^/(connections|checks)/|/timeline/|^/notices/|/audit/")


_SHOWS_MACHINES = re.compile(r"/(tokens|webhooks)/")


def crawled(browser: Client) -> Iterator[tuple[str, str]]:
    """Each page and dialog that can be reached by looking alone, once for each address."""
    waiting, seen = ["/organization/", "/operator/"], set()
    while waiting:
        address = waiting.pop()
        answer = browser.get(html.unescape(address), follow=True)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        yield address, page
        found = {found for found in _ADDRESS.findall(page) if not _LEFT_OUT.search(found)} - seen
        seen |= found
        waiting += found


@pytest.mark.usefixtures("_marking", "_furnished")
def test_every_text_of_the_portal_is_translated(portal: Client, administrator: Membership) -> None:
    """No page and no dialog that an administrator reaches has a word of the portal's own that gettext has not seen."""
    administrator.user.is_operator = True
    administrator.user.save()
    pages, left = 0, {}
    for address, page in crawled(portal):
        known = _CONNECTOR | _CORE if _SHOWS_CONNECTOR.search(address) else set()
        known = known | _MACHINES | _CORE if _SHOWS_MACHINES.search(address) else known
        pages += 1
        if found := [word for word in naked(page) if word not in known]:
            left[address] = found
    assert left == {}
    assert pages > 40


#: Labels of the guides, each in its one German form.
_LABELS = {
    "/organization/": [
        "Verwaltung",
        "Organisation verwalten",
        "Verbundenes Konto und CRM-Einstellungen",
        'aria-label="Neue CRM-Plattform hinzufügen"',
        "Jackfield-Verwaltung",
        "Systemprüfung",
        "CRM-Benutzerzuordnungen",
        "Speichern",
    ],
    "/connections/add/": ["Neue CRM-Plattform hinzufügen", "CRM-Plattform", "Speichern"],
    "/organization/people/": ["Mitglieder", "Administrator", "Jemanden einladen"],
    "/organization/audit/": ["Audit-Protokoll", "Als CSV exportieren"],
}


@pytest.mark.usefixtures("_furnished")
def test_german_pages_hold_no_english(portal: Client, administrator: Membership) -> None:
    """Asked for German, no page and no dialog says anything in English that the German catalogue knows."""
    accounts.choose_language(administrator.user, "de")
    catalogue = {
        text.id: text.string for text in messages.read(messages.catalogues()[0]) if text.id and isinstance(text.id, str)
    }
    english = {text for text, german in catalogue.items() if text != german} - set(catalogue.values())
    pages = dict(crawled(portal))
    connectors = {"Pages", "Sign in", "no"}  # are labels and a detail of Acme's, too
    left = {
        address: english & set(said_on(page)) - (connectors if _SHOWS_CONNECTOR.search(address) else set())
        for address, page in pages.items()
    }
    assert {address: found for address, found in left.items() if found} == {}
    assert all('<html lang="de">' in page for address, page in pages.items() if "<html" in page)
    missing = [label for address, labels in _LABELS.items() for label in labels if label not in pages[address]]
    assert missing == []


@pytest.mark.usefixtures("_marking", "administrator")
@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/forgotten/", "/set-up/x/", "/invitation/x/", "/nothing-here/"])
def test_every_text_before_the_sign_in_is_translated(client: Client, path: str) -> None:
    """The same holds for whoever has not signed in."""
    assert naked(client.get(path, follow=True).content.decode()) == []


def test_a_word_beside_the_marks_is_found() -> None:
    """The search finds what it is for: in texts, in names for a screen reader, and after a mark was closed."""
    page = f'<p aria-label="Left out">{OPEN}Said <b>so</b>{CLOSE} twice</p><p lang="de">Deutsch</p><code>x_y</code>'
    assert naked(page) == ["Left", "out", "twice"]
