"""Every page and dialog in each state, in both themes, wide and narrow: nothing is left out, and nothing is amiss.

With JACKFIELD_GALLERY the same run takes pictures of all of it into that folder (``make screenshots``).
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import jackfield_portal
from tests.browser import steps
from tests.browser.conftest import MEANT, free_port
from tests.browser.gallery import acts
from tests.browser.gallery.pictures import Pictures
from tests.browser.gallery.views import BARE, VIEWS, addresses
from tests.browser.gallery.world import World
from tests.portal.serving import begun, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.browser.gallery.views import View

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 760}, {"width": 360, "height": 760}
#: Is not there unless the operator switches it on, and then is no page.
HIDDEN = {"observability:metrics"}
FOLDER = os.environ.get("JACKFIELD_GALLERY")


class Gallery:
    """The portal with everything in it, and a browser for each of its people."""

    def __init__(self, home: Path, world: World, browser: Browser) -> None:
        self.home, self.world, self._browser = home, world, browser
        self._contexts: dict[str, BrowserContext] = {}
        self._pages: dict[str, Page] = {}
        self._troubles: list[str] = []
        self.opened: set[str] = set()
        self._pictures = Pictures(Path(FOLDER)) if FOLDER else None

    def context(self, who: str) -> BrowserContext:
        """The browser of somebody; of nobody in particular where the name is empty."""
        if who not in self._contexts:
            made = self._browser.new_context(base_url=self.world.url)
            made.set_default_timeout(10_000)
            made.set_default_navigation_timeout(20_000)
            made.on("weberror", lambda error: self._troubles.append(str(error.error)))
            made.on("console", lambda said: self._troubles.append(said.text) if said.type == "error" else None)
            if who:
                made.add_cookies([{"name": "sessionid", "value": self.world.sessions[who], "url": self.world.url}])
            self._contexts[who] = made
        return self._contexts[who]

    def open(self, view: View) -> Page:
        """Show a view, as whoever sees it comes to it."""
        self._troubles.clear()
        page = self._page(view.who)
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")
        path = view.path(self.world)
        answer = page.goto(view.below(self.world) if view.over else path)
        if view.over:
            acts.press(page, path)
            page.locator("#dialog[open] .sheet").wait_for()
        if view.act is not None:
            view.act(page, self.world)
        elif not view.over:
            assert answer is not None
            assert answer.status == view.says
        self.opened.add(view.name)
        return page

    def _page(self, who: str) -> Page:
        """The page of somebody, as long as nothing is done there that could hold him back from leaving it."""
        if who not in self._pages or self._pages[who].is_closed():
            self._pages[who] = self.context(who).new_page()
        return self._pages[who]

    def troubles(self, view: View) -> list[str]:
        """What the browser has complained about; that a page says what it says on purpose is none."""
        meant = (*MEANT, f"status of {view.says}")
        return [text for text in self._troubles if not any(one in text for one in meant)]

    def picture(self, page: Page, view: View, *themes: str) -> None:
        """Take a picture in each of these themes, if pictures are wished for."""
        for theme in themes if self._pictures is not None else ():
            page.emulate_media(color_scheme=theme)
            self._pictures.take(page, view.name, theme, (page.viewport_size or WIDE)["width"])

    def print(self, page: Page, view: View) -> None:
        """Print what somebody may want on paper, if pictures are wished for."""
        if self._pictures is not None and view.printed:
            page.emulate_media(color_scheme="light")
            self._pictures.print(page, view.name)

    def close(self) -> None:
        """Bind the pictures."""
        if self._pictures is not None:
            self._pictures.bind(view.name for view in (*VIEWS, *BARE))

    def drawn(self) -> set[str]:
        """The templates that were drawn so far."""
        return set((self.home / "drawn").read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def gallery(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    """The gallery, prepared once."""
    home = tmp_path_factory.mktemp("gallery")
    command = [sys.executable, "-m", "tests.browser.gallery.served", str(home), str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            assert process.stdout is not None
            made = Gallery(home, World(**json.loads(process.stdout.readline())), browser)
            yield made
            made.close()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def look(gallery: Gallery, view: View) -> None:
    """Light and wide, dark and narrow: axe finds nothing, nothing is cut off, missing or broken."""
    page = gallery.open(view)
    within = "#dialog" if view.over else None  # the page below is a view of its own
    steps.faultless(page, f"{view.name} in light", within=within)
    steps.fits(page, view.name)
    gallery.picture(page, view, "light", "dark")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    if not view.alone:
        steps.faultless(page, f"{view.name} in dark", within=within, options=steps.LOOKS)
    steps.fits(page, view.name)
    gallery.picture(page, view, "dark", "light")
    gallery.print(page, view)
    if view.act is not None:
        page.close()
    assert gallery.troubles(view) == []


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_view(gallery: Gallery, view: View) -> None:
    """Each of them has no fault, in either theme, at a desktop's and at a telephone's width."""
    look(gallery, view)


@contextmanager
def without_anybody(home: Path, drawn: Path) -> Iterator[World]:
    """A portal as it is started for the first time."""
    noted = {"DJANGO_SETTINGS_MODULE": "tests.browser.gallery.noted", "GALLERY_DRAWN": str(drawn)}
    with begun(home, **noted) as process:
        try:
            portal = served(process)
            set_up = re.search(r"/set-up/\S+", portal.told)
            assert set_up is not None
            things = {
                "set_up": set_up[0],
                "elsewhere": f"http://elsewhere.localhost:{portal.port}/",
                "database": str(home / "portal.sqlite3"),
            }
            yield World(url=f"http://127.0.0.1:{portal.port}", things=things)
        finally:
            process.send_signal(signal.SIGINT)


def test_portal_without_anybody(gallery: Gallery, browser: Browser, tmp_path: Path) -> None:
    """Nor has what is seen before anybody can sign in, or where the portal itself is out of order."""
    with without_anybody(tmp_path, gallery.home / "drawn") as world:
        bare = Gallery(gallery.home, world, browser)
        for view in BARE:
            look(bare, view)
    gallery.opened |= bare.opened


def test_every_page_has_a_view(gallery: Gallery) -> None:
    """No address of the portal draws a whole page that the gallery does not open."""
    shown = {view.address for view in VIEWS} | HIDDEN
    asked = gallery.context("admin").request
    left = {name: path for name, path in addresses(gallery.world).items() if name not in shown}
    answers = {name: asked.get(path, max_redirects=0, timeout=60_000).text() for name, path in left.items()}
    assert [name for name, answer in answers.items() if "<html" in answer] == []


def test_every_template_is_drawn(gallery: Gallery) -> None:
    """What only an answer to a form shows is in some picture, too: each template is drawn at least once."""
    if gallery.opened != {view.name for view in (*VIEWS, *BARE)}:
        pytest.skip("only some of the views were opened")
    package = Path(jackfield_portal.__file__).parent
    there = {str(file.relative_to(file.parents[1])) for file in package.glob("*/templates/*/*.html")}
    assert there - gallery.drawn() == set()
