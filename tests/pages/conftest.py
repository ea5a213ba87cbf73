"""A running dashboard and a real Chromium, one of each per test process."""

from __future__ import annotations

import functools
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import HELP, executable

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items):
    for item in items:
        if "dashboard" in getattr(item, "fixturenames", ()):
            assert item.path.stem.endswith("_in_chromium"), f"{item.path}: its name must tell that it needs the browser"
            item.add_marker(pytest.mark.browser)
            # A browser that shares its core with another process may be late once; what is wrong is wrong twice.
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError", "Locator expected", "Page expected", "come to rest"]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory) -> Iterator[str]:
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "framework", "run", "--port", str(port)], cwd=ROOT, stdout=out, stderr=out, env=os.environ
        )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                if urllib.request.urlopen(f"{base}/_stcore/health", timeout=2).read() == b"ok":
                    break
            except OSError:
                time.sleep(0.25)
            assert server.poll() is None, log.read_text()
        else:
            pytest.fail(f"the dashboard did not come up:\n{log.read_text()}")
        yield base
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def chromium(dashboard):
    from playwright.sync_api import expect, sync_playwright

    path = executable()
    if path is None:
        pytest.fail(HELP)
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(path),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        # What moves on the screen is drawn by the processor here, and takes as much of it as the page itself.
        browser.new_context = functools.partial(browser.new_context, reduced_motion="reduce")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def profile(chromium):
    """One memory of scripts and styles for all visitors: to fetch and compile them anew takes longer than the page itself."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def page(profile):
    """A fresh visitor, without cookies or storage; console errors and failed requests end up in `page.faults`."""
    page = profile.new_page()
    page.set_default_timeout(20_000)
    page.faults = []
    page.on("console", lambda message: page.faults.append(f"{message.text} {message.location['url']}") if message.type == "error" else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    if page.url.startswith("http"):
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.close()
    profile.clear_cookies()
