"""What a probe found as a profile file: plain YAML that the dashboard reads and people can read. It holds no key, no prompt, no address
and no word of the provider's.

format: fouraxes-latency-profile
version: 1
provider: "openai"                 # as llm.yaml names the two
model: "gpt-6-sol"
offer: "openai/gpt-6-sol"          # the offer of the catalogue that this speaks for; null: none, write it in to import the file
region: "eu-central, office"       # where it was measured from, as the user says
measured: "2026-11-24"
effort: "low"                      # how hard the model was told to think; null: the provider's default
thinks: false                      # the seconds to the first token hold thinking; null: not known
ended: null                        # null: the plan was sent whole; else why not, without the provider's words, or "interrupted"
client: "fouraxes 0.1.0, openai 3.54.0, Python 3.11.9"
conditions: {serial: true, streaming: true, ...}
readings:                          # one per prompt length, cold (no cache can hold it) and warm (sent again at once)
  - prompt_tokens: 1000            # as asked for, in o200k tokens
    cache: "cold"
    n: 40                          # replies that were timed
    failures: {RateLimited: 1}     # replies that were not, by kind of error
    ttft_s: {p50: 0.52, p95: 1.2, min: 0.41, max: 1.9}        # to the first visible text; p95 null below n = 40
    response_s: {p50: 2.1, p95: 3.4, min: 1.7, max: 4.0}      # to the last visible text
    p95_missing: null              # why p95 is null
    tps: {p50: 92.1, n: 40}        # (visible tokens - 1) / (last - first visible); null: not to be told
    input_tokens: 1042             # medians of what was billed, cached ones included
    output_tokens: 171
    reasoning_tokens: 0
    cached_share: 0                # of the input tokens; null: the provider does not say
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .measure import Probe

FORMAT, VERSION = "fouraxes-latency-profile", 1


@dataclass(frozen=True)
class About:
    """What the probe cannot know: `measured` is the day, YYYY-MM-DD; `offer` and `region` None where nobody says."""

    measured: str
    offer: str | None = None
    region: str | None = None
    effort: str | None = None


def profile(probe: Probe, about: About) -> dict[str, Any]:
    """Everything that the file holds, in its order."""
    provider, _, model = probe.llm.name.partition("/")
    return {
        "format": FORMAT,
        "version": VERSION,
        "provider": provider,
        "model": model,
        "offer": about.offer,
        "region": about.region,
        "measured": about.measured,
        "effort": about.effort,
        "thinks": thinks(probe, about.effort),
        "ended": ended(probe),
        "client": client(provider),
        "conditions": {
            "serial": True,
            "streaming": True,
            "connection": "kept open",
            "max_output_tokens": probe.plan.output_tokens,
            "requests_sent": probe.spent.requests,
            "tokens_at_most": probe.spent.tokens,
            "usd_at_most": round(probe.spent.usd, 6) if probe.prices else None,
            "seconds": round(probe.seconds, 1),
        },
        "readings": [group.reading() for _, group in sorted(probe.groups.items())],
    }


def thinks(probe: Probe, effort: str | None) -> bool | None:
    """Whether the seconds hold thinking: as most replies say, else as the effort does."""
    told = [sample.thought for group in probe.groups.values() for sample in group.samples if sample.thought is not None]
    if told:
        return 2 * sum(told) > len(told)
    return None if effort is None else effort != "none"


def ended(probe: Probe) -> str | None:
    """Why it ended early, in our words alone: a provider's may name the account, the prompt or an address, and this file is passed on."""
    told, error = probe.ended, probe.stopped_by
    if told is None:
        return None
    if error is not None:
        status = f" (status {error.status})" if error.status is not None else ""
        told = told.replace(str(error), f"{type(error).__name__}{status}; {error.cure}")
    return "".join(sign if sign.isprintable() else " " for sign in told)[:600]


def client(provider: str) -> str:
    """What sent the requests, with versions."""
    packages = ("fouraxes", "anthropic" if provider == "anthropic" else "openai")
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue  # a copied folder is no package
    return ", ".join([*found, f"Python {platform.python_version()}"])


def as_yaml(content: Mapping[str, Any]) -> str:
    """The file: one line per key, one block per reading. Texts are in double quotes, which JSON and YAML write alike."""
    lines = ["# Latency as measured by `fouraxes probe`; every key is explained in framework/providers/profile.py."]
    for key, value in content.items():
        if key != "readings":
            lines.append(f"{key}: {_flow(value)}")
    lines.append("readings:" if content["readings"] else "readings: []")
    for reading in content["readings"]:
        entries = [f"{key}: {_flow(value)}" for key, value in reading.items()]
        lines += [f"  {'-' if place == 0 else ' '} {entry}" for place, entry in enumerate(entries)]
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
