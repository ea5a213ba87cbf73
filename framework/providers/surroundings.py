"""What the environment of the process would change about a request, and is not let.

The SDKs take headers, and their HTTP library proxies, from environment variables that were set with the provider's own address in mind.
"""

from __future__ import annotations

import os
from typing import Any

from .addresses import is_loopback, site


def mounts(base_url: str) -> dict[str, None]:
    """No proxy for this machine: it would be sent the key in the clear, and reach its own loopback instead of ours."""
    return {"http://": None, "https://": None} if is_loopback(base_url) else {}


def at_home(base_url: str, own: str | None) -> bool:
    """Whether the address is the provider's own, for which the environment's headers are meant."""
    return own is not None and site(base_url) == site(own)


def own_headers(variable: str, key: str, omit: Any) -> dict[str, Any]:
    """For other servers: without the headers of that variable, which may hold secrets and replace the key."""
    lines = os.environ.get(variable, "").split("\n")
    names = [line.partition(":")[0].strip() for line in lines if ":" in line]
    return {**dict.fromkeys(names, omit), "Authorization": f"Bearer {key}"}
