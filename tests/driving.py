"""How the tests work the dashboard: as a person does, by what is on the screen."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

PAGES = {
    "Workload": "/",
    "Cost": "/cost",
    "Latency": "/latency",
    "Rate limits": "/rate_limits",
    "Context window": "/context_window",
    "Recommendation": "/recommendation",
    "Compare": "/compare",
    "Rollout": "/rollout",
    "Prices": "/prices",
}


def settled(page: Page) -> None:
    """Wait until the script has run to its end; what was just clicked or typed has asked for its run by the second frame."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=30_000)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("h1", timeout=30_000)
    # The first run writes the inputs into the address; a move made before that could not be told from it.
    page.wait_for_url(lambda address: "s=" in address, timeout=30_000)
    settled(page)


def menu(page: Page, label: str) -> None:
    page.locator(".st-key-menu").get_by_role("link", name=label, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=label, exact=True)).to_be_visible()
    settled(page)


def slider(page: Page, path: str) -> Locator:
    return page.locator(f".st-key-{path.replace('.', '-')} input[type=range]").first


def move(page: Page, path: str, key: str = "ArrowRight", times: int = 1) -> None:
    """Move a slider by its keyboard and wait for the address bar to follow."""
    before = page.url
    handle = slider(page, path)
    handle.focus()
    for _ in range(times):
        handle.press(key)
    page.wait_for_url(lambda url: url != before)
    still(page)


def still(page: Page) -> None:
    """Wait until address and answer have stopped changing: several key presses make several runs, and the page is drawn after its run."""
    seen = ("", "")
    for _ in range(60):
        settled(page)
        now = (page.url, page.locator("[data-testid=headline]").first.inner_text())
        if now == seen:
            return
        seen = now
        page.wait_for_timeout(350)
    raise AssertionError("the page does not come to rest")


def options(page: Page, box: Locator) -> Locator:
    """What a choice offers, unrolled; asked again where the page was drawn anew under the key."""
    offered = page.get_by_role("option")
    for _ in range(5):
        box.press("ArrowDown")
        try:
            offered.first.wait_for(timeout=4_000)
            break
        except PlaywrightTimeoutError:
            continue
    return offered


def headline(page: Page) -> str:
    return page.locator("[data-testid=headline]").first.inner_text()


def no_traceback(page: Page) -> None:
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    assert "Traceback" not in page.locator("body").inner_text()
