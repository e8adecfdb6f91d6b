"""A browser at the Systems Check: how long after the CRM's last answer of a step its line on the screen changes."""

from __future__ import annotations

import argparse
import json
import shutil
import urllib.request
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks.connections import EMAIL, PASSWORD
from benchmarks.load import share

if TYPE_CHECKING:
    from playwright.sync_api import Page

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
#: How the address of each step's last request ends, and how many of such requests it makes.
_LAST = {
    "reach": ("/Users/Me", 1),
    "sign_in": ("/Instance", 1),
    "list_users": ("/Users?", 2),
    "contact_lookup": ("/Search?", 1),
}
#: Notes the wall-clock time at which a step's line first says how the step has ended.
_WATCH = """
window.seen = {};
const look = () => document.querySelectorAll("[data-step]").forEach(line => {
  const ended = ["passed", "warned", "failed"].some(word => line.classList.contains(word));
  if (ended && !(line.dataset.step in window.seen)) window.seen[line.dataset.step] = Date.now() / 1000;
});
new MutationObserver(look).observe(document.documentElement, {subtree: true, childList: true, attributes: true});
"""


def check(page: Page, url: str, crm: str) -> list[float]:
    """Seconds that each step was late on the screen, in one check."""
    page.goto(f"{url}/organization/")
    before = len(_answered(crm))
    page.evaluate(_WATCH)
    page.locator("#systems-check").click()
    page.wait_for_function("window.seen.quota", timeout=60_000)
    seen = page.evaluate("window.seen")
    answered = _answered(crm)[before:]
    return [seen[step] - _ended(answered, end, times) for step, (end, times) in _LAST.items()]


def _ended(answered: list[tuple[float, str]], end: str, times: int) -> float:
    return [moment for moment, target in answered if end in target][times - 1]


def _answered(crm: str) -> list[tuple[float, str]]:
    with urllib.request.urlopen(f"{crm}/answered") as answer:  # noqa: S310 - loopback
        return [(moment, target) for moment, target in json.load(answer)]


def main() -> None:
    """Sign in, check so many times, tell how late the steps were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--crm", required=True, help="the CRM's address without a delay")
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        page = browser.new_page(bypass_csp=True)  # the watching script is not the portal's own
        page.goto(given.url)
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/organization/**")
        late = sorted(seconds for _ in range(given.times) for seconds in check(page, given.url, given.crm))
        browser.close()
    told = {"p50": share(late, 0.5), "p95": share(late, 0.95), "most": late[-1], "steps": len(late)}
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
