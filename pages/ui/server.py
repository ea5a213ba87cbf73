"""The ASGI application: `st.App` with security headers, compressed assets and tamed garbage collection; uvicorn serves it."""

from __future__ import annotations

import base64
import contextlib
import gc
import hashlib
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from framework.memory import keep_freed_memory

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "server.maxUploadSize": 50,
    "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    "server.fileWatcherType": "none",
    "runner.fastReruns": False,
    "runner.magicEnabled": False,
    "browser.gatherUsageStats": False,
    "client.showSidebarNavigation": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
}
"""What `.streamlit/config.toml` says of these; a built wheel has no such file, so they are set here as well."""


def settle() -> None:
    """Make the settings hold wherever the application was installed."""
    if not (ROOT / ".streamlit" / "config.toml").is_file():
        for name, value in SETTINGS.items():
            config.set_option(name, value)


def inline_script_hashes() -> str:
    """CSP sources for the scripts that Streamlit's own index.html carries inline, computed from the installed file."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)


def security_headers() -> dict[str, str]:
    """What every answer carries. Styles are inline in Streamlit; scripts are not, but for the hashed one."""
    policy = (
        f"default-src 'self'; script-src 'self' {inline_script_hashes()} 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


class SecurityHeaders:
    """Adds the headers to every HTTP answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = security_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Import what every page needs, then take all of it out of the collector's sight: Streamlit collects after each rerun."""
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401

    from pages.ui import cached

    settle()
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    for name in ("uvicorn.access", "uvicorn.error"):  # Streamlit switches them on again; the access log would hold everybody's links
        logging.getLogger(name).setLevel(logging.WARNING)
    with contextlib.suppress(Exception):
        cached.catalogue()  # an unreadable catalogue is said on the page
    keep_freed_memory()
    gc.collect()
    gc.freeze()
    yield


app = st.App(
    str(ROOT / "app.py"),
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders), Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)],
)
