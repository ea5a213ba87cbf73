"""The share link's token: workload, priorities, day and catalogue digest as JSON -> zlib -> base64url, strictly and boundedly read.

All fields travel, so a default changed later never changes an old link. Since the second version what most links say is packed against
`WORDS`, a text that both ends have; links of the first version, packed by themselves, stay readable.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import ValidationError

from framework.errors import LinkError
from framework.link_words import WORDS
from framework.priorities import Priorities
from framework.workload import Workload

VERSION = "2"
_DICTIONARIES = {"1": b"", VERSION: WORDS}
"""What the links of each version are packed against."""

MAX_TOKEN_CHARS = 16_384
MAX_JSON_BYTES = 65_536
MAX_DEPTH = 12
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Shared:
    """What a link carries; `digest` is the first 12 hex digits of the catalogue it was made with."""

    workload: Workload
    priorities: Priorities
    on: dt.date
    digest: str


def encode(shared: Shared) -> str:
    """`2.<token>`, about 200 characters for an ordinary workload."""
    content = {
        "w": _short(shared.workload.model_dump(mode="json")),
        "p": _short(shared.priorities.model_dump(mode="json")),
        "on": shared.on.isoformat(),
        "d": shared.digest[:12],
    }
    packer = zlib.compressobj(level=9, memLevel=9, zdict=WORDS)
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    packed = packer.compress(plain) + packer.flush()
    return f"{VERSION}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def _short(value: Any) -> Any:
    """Whole numbers without their `.0`, however they were entered: the same workload has one link."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    return [_short(item) for item in value] if isinstance(value, list) else value


def decode(text: str) -> Shared:
    """Read a token; `LinkError` says what is wrong with it in words fit for the page."""
    content = _content(_unpack(text))
    try:
        return Shared(
            Workload.model_validate(content["w"]),
            Priorities.model_validate(content["p"]),
            dt.date.fromisoformat(content["on"]),
            str(content["d"])[:12],
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise LinkError(f"This link holds a value that cannot be used: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    except (KeyError, TypeError, ValueError):
        raise LinkError("This link is incomplete: ask for it again.") from None


def _unpack(text: str) -> bytes:
    version, dot, token = text.partition(".")
    if len(text) > MAX_TOKEN_CHARS:
        raise LinkError(f"This link is too long ({len(text):,} characters; at most {MAX_TOKEN_CHARS:,}).")
    if not dot or version not in _DICTIONARIES:
        raise LinkError("This link was not made by this version of Four Axes, or its beginning was cut off.")
    if not _ALPHABET.fullmatch(token):
        raise LinkError("This link holds characters that no Four Axes link has: copy it again.")
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(zdict=_DICTIONARIES[version])
        plain = unpacker.decompress(packed, MAX_JSON_BYTES + 1)
    except (ValueError, zlib.error):
        raise LinkError("This link is damaged or was cut off: copy it again, whole.") from None
    if len(plain) > MAX_JSON_BYTES:
        raise LinkError("This link unpacks to more than any workload holds: refused.")
    if not unpacker.eof:
        raise LinkError("This link was cut off: copy it again, whole.")
    return plain


def _content(plain: bytes) -> dict[str, Any]:
    try:
        content = json.loads(plain.decode(), parse_constant=_not_finite, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError):
        raise LinkError("This link is damaged: copy it again, whole.") from None
    if not isinstance(content, dict) or _depth(content) > MAX_DEPTH:
        raise LinkError("This link is damaged: copy it again, whole.")
    return content


def _not_finite(name: str) -> NoReturn:
    raise ValueError(name)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("duplicate key")
    return made


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0
