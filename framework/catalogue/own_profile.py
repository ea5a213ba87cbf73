"""The file that a probe writes, read as the latency of one offer; what its keys mean stands in `providers/profile.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from framework.catalogue.record import Record
from framework.documents import Document, parse
from framework.errors import ProfileError, UnknownOffer
from framework.explain import explain
from framework.measured import LEAST_REPLIES, LEAST_REPLIES_FOR_P95, OwnLatency

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

MAX_BYTES = 1_000_000
PROVIDERS = {"gemini": "google"}
"""What the catalogue calls a provider that llm.yaml knows under another name."""

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False, strict=True)]
Count = Annotated[int, Field(ge=0, le=100_000_000, strict=True)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Times(Record):
    """Seconds; `p95` is null below 40 replies."""

    p50: Seconds
    p95: Seconds | None
    min: Seconds
    max: Seconds

    @model_validator(mode="after")
    def _ordered(self) -> Times:
        known = [value for value in (self.min, self.p50, self.p95, self.max) if value is not None]
        if known != sorted(known):
            raise ValueError("min, p50, p95 and max must rise")
        return self


class Speed(Record):
    """Tokens a second, of `n` replies whose speed could be told."""

    p50: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False, strict=True)]
    n: Count


class ProfileReading(Record):
    """One prompt length, cold or warm; `ttft_s` null: no reply was timed."""

    prompt_tokens: Annotated[int, Field(ge=1, le=10_000_000, strict=True)]
    cache: Literal["cold", "warm"]
    n: Count
    failures: Annotated[dict[Annotated[str, Field(max_length=60)], Count], Field(max_length=30)]
    ttft_s: Times | None
    response_s: Times | None
    p95_missing: Text | None
    tps: Speed | None
    input_tokens: Annotated[int, Field(ge=1, le=10_000_000, strict=True)] | None
    output_tokens: Count | None
    reasoning_tokens: Count | None
    cached_share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)] | None

    @model_validator(mode="after")
    def _counted(self) -> ProfileReading:
        if (self.ttft_s is None) != (self.n == 0):
            raise ValueError("n and ttft_s contradict each other: there are times where a reply was timed and only there")
        if self.ttft_s is not None and self.ttft_s.p95 is not None and self.n < LEAST_REPLIES_FOR_P95:
            raise ValueError(f"a p95 of {self.n} replies says nothing: write null below {LEAST_REPLIES_FOR_P95}, or measure more")
        return self

    @property
    def uncached_tokens(self) -> float:
        """What had to be read in: the tokens billed that came from no cache, or what was asked for where none were told."""
        return max(1.0, (self.input_tokens or self.prompt_tokens) * (1 - (self.cached_share or 0.0)))


class ProfileFile(Record):
    """The file as a whole."""

    format: Literal["fouraxes-latency-profile"]
    version: Literal[1]
    provider: Text
    model: Text
    offer: Text | None
    region: Annotated[str, Field(min_length=1, max_length=80)] | None
    measured: dt.date
    effort: Annotated[str, Field(min_length=1, max_length=40)] | None
    thinks: bool | None
    ended: Annotated[str, Field(max_length=2_000)] | None
    client: Annotated[str, Field(max_length=200)]
    conditions: Annotated[dict[str, bool | int | float | str | None], Field(max_length=30)]
    readings: Annotated[tuple[ProfileReading, ...], Field(max_length=50)]

    def of_cache(self, cache: str) -> list[ProfileReading]:
        """The readings that enough replies stand behind, the shortest prompt first."""
        enough = [reading for reading in self.readings if reading.cache == cache and reading.n >= LEAST_REPLIES]
        return sorted(enough, key=lambda reading: reading.uncached_tokens)


def read_profiles(paths: Iterable[Path], catalogue: Catalogue, today: dt.date) -> dict[str, OwnLatency]:
    """Latency by offer id; `ProfileError` for a file that cannot be read and for two files of one offer."""
    found: dict[str, OwnLatency] = {}
    for path in paths:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise ProfileError(f"{path}: cannot be read: {error.strerror}; check the path") from None
        offer, latency = parse_profile(content, str(path), catalogue, today)
        if offer in found:
            raise ProfileError(f"{path}: another profile of {offer} was given before it: name only one of the two")
        found[offer] = latency
    return found


def merged(own: Mapping[str, Any], found: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """Entries by offer, with those just found in the place of older ones of the same offers, under whatever name they stand."""
    kept = {name: entry for name, entry in own.items() if (offer := catalogue.find(name)) is None or offer.id not in found}
    return {**kept, **found}


def parse_profile(content: bytes, name: str, catalogue: Catalogue, today: dt.date) -> tuple[str, OwnLatency]:
    """The offer and its latency; `ProfileError` or `DocumentError` with file, line, key and cure."""
    document = parse(content, name)
    if not isinstance(document.data, dict) or "format" not in document.data:
        raise ProfileError(f"{name}:1: this is no latency profile: give the file that `fouraxes probe` wrote")
    try:
        file = ProfileFile.model_validate(document.data)
    except ValidationError as error:
        raise ProfileError("\n".join(explain(error, document, model=ProfileFile))) from None
    if file.measured > today:
        raise _refusal(document, "measured", f"{file.measured} is still to come: correct the day")
    return _offer(file, document, catalogue), _latency(file, document)


def offer_named(name: str, catalogue: Catalogue) -> str | None:
    """The id of the offer that llm.yaml means by `provider/model`; None where the catalogue has none."""
    provider, _, model = name.partition("/")
    found = catalogue.find(f"{PROVIDERS.get(provider, provider)}/{model}")
    return found.id if found else None


def _refusal(document: Document, key: str, what: str) -> ProfileError:
    return ProfileError(f"{document.name}:{document.line((key,))}: {key}: {what}")


def _offer(file: ProfileFile, document: Document, catalogue: Catalogue) -> str:
    if file.offer is None:
        found = offer_named(f"{file.provider}/{file.model}", catalogue)
        if found is None:
            raise _refusal(document, "offer", "null, and the catalogue has no such model: write the id of the offer that was measured")
        return found
    try:
        return catalogue.offer(file.offer).id
    except UnknownOffer as error:
        raise _refusal(document, "offer", f"{error}; write the id of the offer that was measured") from None


def _latency(file: ProfileFile, document: Document) -> OwnLatency:
    cold, warm = file.of_cache("cold"), {reading.prompt_tokens: reading for reading in file.of_cache("warm")}
    if not cold:
        raise _refusal(document, "readings", f"no prompt length has {LEAST_REPLIES} cold replies that were timed: measure more")
    speeds = [(reading.tps.n, reading.tps.p50) for reading in cold if reading.tps]
    parts = {
        "readings": [_reading(reading, warm.get(reading.prompt_tokens)) for reading in cold],
        "tps": max(speeds)[1] if speeds else None,
        "thinks": bool(file.thinks),
        "effort": file.effort.lower() if file.effort else None,
        "region": file.region,
        "seen": file.measured,
    }
    try:
        return OwnLatency.model_validate(parts)
    except ValidationError as error:
        raise ProfileError("\n".join(explain(error, document, model=OwnLatency))) from None


def _reading(cold: ProfileReading, warm: ProfileReading | None) -> dict[str, Any]:
    times = cold.ttft_s
    return {
        "at_input_tokens": float(round(cold.uncached_tokens)),
        "n": cold.n,
        "p50_s": times.p50 if times else None,
        "p95_s": times.p95 if times else None,
        "warm_p50_s": warm.ttft_s.p50 if warm and warm.ttft_s else None,
    }
