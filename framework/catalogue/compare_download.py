"""Somebody else's price list as bytes: from a file, or over https with limits on size, time and where it may lead."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from framework.errors import SourceError

MAX_BYTES = 20_000_000
TIMEOUT_S = 10.0
TOTAL_S = 60.0
MAX_REDIRECTS = 3
SCHEME = "https"


def is_url(place: str) -> bool:
    """Whether a place is an address rather than a file."""
    return "://" in place


def obtain(place: str) -> bytes:
    """The content of a file or an https address, at most 20 MB; `SourceError` names the place and the cure."""
    return download(place) if is_url(place) else _from_file(Path(place))


def _from_file(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError(f"{path}: not an ordinary file; name a downloaded price list")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}); name a readable file") from None
    if len(raw) > MAX_BYTES:
        raise _too_large(str(path))
    return raw


def _too_large(name: str) -> SourceError:
    return SourceError(f"{name}: more than {MAX_BYTES // 10**6} MB; that is no price list")


def download(url: str) -> bytes:
    """Fetch an https address; redirects are followed on the same host only."""
    import httpx

    host, deadline = _host(url), time.monotonic() + TOTAL_S
    try:
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            for _ in range(MAX_REDIRECTS + 1):
                with client.stream("GET", url) as response:
                    if not response.has_redirect_location:
                        return _body(response, host, deadline)
                    url = str(response.url.join(response.headers["location"]))
                    if _host(url) != host:
                        raise SourceError(f"{host}: leads to another host; give the final https address")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError) as error:
        raise SourceError(f"{host}: cannot be downloaded ({type(error).__name__}: {error}); check the network, or give a file") from None
    raise SourceError(f"{host}: more than {MAX_REDIRECTS} redirects; give the final https address")


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        raise SourceError("not a usable address; give one that starts with https://") from None
    if parts.scheme != SCHEME or not host or parts.username is not None or parts.password is not None:
        raise SourceError(f"{host or 'address'}: only https:// addresses without user name are fetched; download the file and name it")
    return f"{host}:{port}" if port else host


def _body(response: Any, host: str, deadline: float) -> bytes:
    response.raise_for_status()
    found = bytearray()
    # As they come: pieces of a given size would be waited for, and a server that drips never be caught by the clock.
    for chunk in response.iter_bytes():
        found += chunk
        if len(found) > MAX_BYTES:
            raise _too_large(host)
        if time.monotonic() > deadline:
            raise SourceError(f"{host}: the download takes longer than {TOTAL_S:g} s; try again, or give a file")
    return bytes(found)


def json_of(raw: bytes, name: str) -> Any:
    """Strict JSON: no doubled keys, no NaN; `SourceError` where it is none."""
    try:
        return json.loads(raw, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{name[:200]}: not a usable JSON file ({str(error)[:120]}); download it again") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)[:60]!r} is given twice")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
