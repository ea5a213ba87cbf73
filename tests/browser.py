"""The Chromium that the browser tests drive: an installed one, else Playwright's own, else Debian's; run as a script it provides one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
HELP = (
    "The browser tests need a Chromium, and none could be found or installed.\n"
    "Get one of these, then run `make test` again:\n"
    "  Debian/Ubuntu: sudo apt-get install chromium\n"
    "  macOS:         brew install --cask google-chrome\n"
    "  anywhere:      .venv/bin/python -m playwright install chromium\n"
    "or set FOURAXES_CHROMIUM to the path of a Chrome or Chromium."
)


def executable() -> Path | None:
    """Path of a usable Chromium, or None."""
    chosen = os.environ.get("FOURAXES_CHROMIUM")
    if chosen:
        return Path(chosen) if Path(chosen).is_file() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    for place in MAC:
        if Path(place).is_file():
            return Path(place)
    return _playwrights_own()


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def _run(*command: str) -> bool:
    print("+", " ".join(command), flush=True)
    try:
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, timeout=600).returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, flush=True)
        return False


def provide() -> Path | None:
    """Find a Chromium, or install one: Playwright's download first, then apt where we are root."""
    found = executable()
    if found or os.environ.get("FOURAXES_CHROMIUM"):
        return found
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    found = executable()
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        if _run("apt-get", "update", "-qq"):
            _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core")
        found = executable()
    return found


def main() -> None:
    """Provide a browser or fail with the cure."""
    found = provide()
    if found is None:
        sys.exit(HELP)
    print(f"browser: {found}")


if __name__ == "__main__":
    main()
