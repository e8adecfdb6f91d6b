"""A browser at the table of mappings: when the page is painted first, when a filter's rows or a picker's list stand."""

from __future__ import annotations

import argparse
import json
import shutil
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from benchmarks.connections import EMAIL, PASSWORD
from benchmarks.load import share

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
#: Milliseconds from an act until the section stands anew.
_SETTLED = """act => new Promise(done => {
  const begun = performance.now();
  document.addEventListener("htmx:afterSettle", () => done(performance.now() - begun), { once: true });
  if (act.show) {
    const select = document.getElementById("mapping-show");
    select.value = act.show;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (act.q) {
    document.getElementById("mapping-q").value = act.q;
    document.querySelector(".mapping-search").requestSubmit();
  } else document.getElementById(act.press).click();
})"""
#: Milliseconds from a key into a picker until its list shows somebody whom it means.
_TYPED = """words => new Promise(done => {
  const box = document.querySelector("#mapping-section [role=combobox]");
  const list = document.getElementById(box.getAttribute("aria-controls"));
  box.focus();
  const begun = performance.now();
  new MutationObserver((_, watch) => {
    if (!list.textContent.includes(words)) return;
    watch.disconnect();
    done(performance.now() - begun);
  }).observe(list, { childList: true, subtree: true });
  box.value = words;
  box.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def painted(page: Page, url: str) -> float:
    """Milliseconds from asking for the page until the first of it is seen."""
    page.goto(url)
    page.wait_for_function(_PAINT)
    return float(page.evaluate(_PAINT))


def acts(page: Page, address: str, connection: str, people: int) -> dict[str, Callable[[int], float]]:
    """What is measured, by its name; each is told how often it was done before."""
    plain, opened = f"{address}/organization/", f"{address}/organization/?edit={connection}"

    def settled(where: str, **act: str) -> float:
        page.goto(where)
        return float(page.evaluate(_SETTLED, act))

    def typed(number: int) -> float:
        page.goto(opened)
        return float(page.evaluate(_TYPED, f"Person {number * 10 % people:05}"))

    kinds = ("unmapped", "suggested", "conflicts", "left", "pinned")
    filters: dict[str, Callable[[int], float]] = {
        f"filter: {kind}": lambda _number, kind=kind: settled(opened, show=kind)  # type: ignore[misc]
        for kind in kinds
    }
    return {
        "first paint": lambda _number: painted(page, plain),
        "first paint, column open": lambda _number: painted(page, opened),
        **filters,
        "search": lambda number: settled(plain, q=f"person-{number * 7 % people}@"),
        "sort": lambda _number: settled(plain, press="mapping-sort-user"),
        "next page": lambda _number: settled(opened, press="mapping-next"),
        "picker": typed,
    }


def main() -> None:
    """Sign in, do each thing so many times, tell their seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--connection", required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    told: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        page = browser.new_page(bypass_csp=True)  # the watching script is not the portal's own
        page.goto(given.url)
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/organization/**")
        for name, act in acts(page, given.url, given.connection, given.people).items():
            act(0)
            took = sorted(act(number) / 1000 for number in range(1, given.times + 1))
            told[name] = {"p50": share(took, 0.5), "most": took[-1]}
        browser.close()
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
