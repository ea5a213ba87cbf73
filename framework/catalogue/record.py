"""What every record of `pricing/` is made of: the strict base, sources with their dates, and bounded numbers."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

SourceKind = Literal[
    "vendor page", "vendor page copy", "vendor note", "package", "API", "measured", "third party", "derived", "historic", "estimate"
]

_DAY_OR_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$")


def _seen(value: Any) -> Any:
    """A date is a day, a month, or null for an undated copy; YAML has already turned days into `date`."""
    if value is None or (isinstance(value, str) and _DAY_OR_MONTH.match(value)):
        return value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    raise ValueError("must be a day (2026-10-08), a month (2026-10) or null for an undated copy")


Seen = Annotated[
    str | None, BeforeValidator(_seen), WithJsonSchema({"anyOf": [{"type": "string", "pattern": _DAY_OR_MONTH.pattern}, {"type": "null"}]})
]
Usd = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False, strict=True)]
Ratio = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False, strict=True)]
TokenCount = Annotated[int, Field(ge=0, le=10**9, strict=True)]
LimitCount = Annotated[float, Field(gt=0, le=10**12, allow_inf_nan=False, strict=True)]
Seconds = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False, strict=True)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._:/@-]*$", max_length=120)]


class Record(BaseModel):
    """Frozen, unknown keys forbidden, no coercion between kinds of values."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, populate_by_name=True)


class Source(Record):
    """Where a figure was read, and the day that reading states (never the day on which we copied it)."""

    url: str = Field(min_length=3, max_length=500)
    seen: Seen
    kind: SourceKind
    note: str | None = Field(default=None, max_length=600)


def _resolve(value: Any, info: ValidationInfo) -> Any:
    """Turn a key (or keys) of the file's `sources:` table into the sources themselves."""
    table: dict[str, Source] = (info.context or {}).get("sources", {})
    if isinstance(value, tuple) and all(isinstance(item, Source) for item in value):
        return value
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        raise ValueError("must be a key of this file's `sources:` table, or a list of keys")
    missing = [key for key in keys if key not in table]
    if missing:
        raise ValueError(f"no such source {missing[0]!r}: add it to this file's `sources:` table")
    return tuple(table[key] for key in keys)


Sources = Annotated[
    tuple[Source, ...],
    BeforeValidator(_resolve),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
