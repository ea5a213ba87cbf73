"""What every part of a workload is made of: the strict base, and bounded numbers whose errors name field and cure."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _printable(text: str) -> str:
    """Any script and emoji pass; controls and lone surrogates do not: they break links, PDF and CSV."""
    if any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ValueError("holds a control character: remove it")
    if not text.strip():
        raise ValueError("must have at least 1 character that is not a space")
    return text.strip()


Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)]
TokenCount = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False, strict=True)]
Count = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False, strict=True)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._:/@-]*$", max_length=120)]
Flag = Annotated[bool, Field(strict=True)]
Keys = Annotated[tuple[Key, ...], Field(max_length=50)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]


class Part(BaseModel):
    """Frozen, unknown keys forbidden; a text is never read as a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, populate_by_name=True, serialize_by_alias=True)


def whole(of: str) -> AfterValidator:
    """Refuses what is no whole number of `of`."""

    def check(count: float) -> float:
        if not count.is_integer():
            raise ValueError(f"must be a whole number of {of}, not {count:g}")
        return count

    return AfterValidator(check)
