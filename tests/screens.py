"""Retake the README's pictures: `make screenshots`."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from browser import HELP, executable
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / ".github" / "images"
SHOTS = (("recommendation", "/recommendation", 1280, 1180),)


def wait_for(base: str) -> None:
    for _ in range(120):
        try:
            if urllib.request.urlopen(base + "/_stcore/health", timeout=2).read() == b"ok":
                return
        except OSError:
            time.sleep(0.5)
    sys.exit("the dashboard did not come up")


def main() -> None:
    path = executable() or sys.exit(HELP)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "framework", "run", "--port", str(port)], cwd=ROOT)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_for(base)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox", "--disable-gpu"])
            for name, address, width, height in SHOTS:
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
                page.goto(base + address)
                page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
                page.wait_for_selector(".js-plotly-plot")
                page.wait_for_timeout(1500)
                page.screenshot(path=str(PICTURES / f"{name}.png"))
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
