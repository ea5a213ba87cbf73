"""`llm.yaml` for a rollout: primary, fallback, split, timeouts and retries, each with the reason beside it."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.catalogue.columns import PRICE_METERS
from framework.catalogue.records import LIFETIMES, SERVICES
from framework.errors import ReportError
from framework.report.escaping import clean, shortened
from framework.report.rollout_effort import effort_note, effort_options

if TYPE_CHECKING:
    from framework.report.rollout import Rollout
    from framework.report.rollout_reach import Callee

WIDTH = 96
LONGEST_S = 3600.0
"""The layer takes no longer timeout."""

SERVICE_TIERS = ("flex", "priority")
"""Services that OpenAI sells under the same word of `service_tier` (openai 3.54.0, chat completion_create_params.py)."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*/[A-Za-z0-9._/-]*[A-Za-z0-9]")


def llm_yaml(plan: Rollout) -> str:
    """The file, in the form that `framework.providers.load_provider` reads; `ReportError` where there is nothing to call."""
    if plan.primary is None:
        raise ReportError(" ".join(plan.notes))
    blocks = [_head(plan), _order(plan, plan.primary), _limits(plan), _split(plan), _settings(plan)]
    return "\n\n".join("\n".join(block) for block in (list(lines) for lines in blocks) if block) + "\n"


def comment(text: str, limit: int = 600) -> list[str]:
    """Lines of a comment; whatever the text holds, it cannot end the comment."""
    return textwrap.wrap(shortened(text, limit), WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def scalar(text: str) -> str:
    """A text that YAML reads as this text: in quotes unless it is a plain name."""
    tidy = clean(text)
    return tidy if _PLAIN.fullmatch(tidy) else json.dumps(tidy, ensure_ascii=False)


def number(value: float) -> str:
    """A number as short as its six figures allow."""
    return f"{value:.6g}"


def _head(plan: Rollout) -> Iterator[str]:
    study, answer = plan.study, plan.study.recommendation
    as_of = f"prices as of {answer.prices_as_of.isoformat()}" if answer.prices_as_of else "prices of no known day"
    yield from comment(f"Written by Four Axes for: {shortened(study.workload.name, 120)}")
    yield from comment(f"Answered for {study.on.isoformat()}, {as_of}, catalogue {answer.catalogue_digest[:16]}.")
    keys = " and ".join(dict.fromkeys(one.key_variable for one in plan.callees))
    yield from comment(f"Keys come from the environment ({keys}) and never stand in this file.")


def _order(plan: Rollout, primary: Callee) -> Iterator[str]:
    for reason in plan.study.recommendation.reasons[:3]:
        yield from comment(reason)
    yield f"primary: {scalar(primary.name)}"
    if plan.fallback is not None:
        patience = "asks for more than two seconds of patience" if retries(plan) else "is at a limit"
        yield from comment(f"Takes over where the primary fails, is overloaded or {patience}.")
        yield f"fallback: [{scalar(plan.fallback.name)}]"
    for note in plan.notes:
        yield from comment(note, 900)


def _limits(plan: Rollout) -> Iterator[str]:
    timeout_s, why = timeout(plan)
    yield from comment(why)
    yield f"timeout_s: {number(timeout_s)}"
    yield from comment(_why_retries(plan))
    yield f"max_retries: {retries(plan)}"
    budget_s = timeout_s * len(plan.callees)
    if plan.fallback is not None and budget_s <= LONGEST_S:
        yield from comment("Both together: the fallback has as long as the primary had.")
        yield f"budget_s: {number(budget_s)}"


def timeout(plan: Rollout) -> tuple[float, str]:
    """`(seconds, why)`: from the budget of the whole reply, which a first text must not use up; a whole reply may take twice as long."""
    budget = plan.study.workload.budget
    asked = f"{budget.percentile:g} % of the replies are to be whole within {wording.seconds(budget.response_s)}"
    if budget.streaming:
        return min(budget.response_s, LONGEST_S), f"{asked}: a stream without a first text by then, or with a gap as long, is given up."
    return min(2 * budget.response_s, LONGEST_S), f"{asked}; those that may be late are waited for twice as long, then given up."


def retries(plan: Rollout) -> int:
    """How often each provider is asked again: what the study has its calls do at a limit."""
    clients = plan.study.workload.clients
    return 0 if clients.policy == "refuse" else clients.retries


def _why_retries(plan: Rollout) -> str:
    policy = plan.study.workload.clients.policy
    if policy == "refuse":
        then = "the fallback is asked" if plan.fallback else "the call fails: raise this if that is not meant"
        return f"The study counts a refused call as lost (clients.policy: refuse), so none is made a second time; {then}."
    if policy == "wait":
        return "The study lets calls wait in line (clients.policy: wait). The layer has no line: it tries again instead."
    return "As in the study (clients.retries): rate limits, overload and lost connections are tried again."


def _split(plan: Rollout) -> Iterator[str]:
    if not plan.split_share or plan.fallback is None:
        return
    share = wording.share(plan.split_share)
    yield from comment(f"A/B test: {share} of the calls go to the fallback first. Nothing takes over from it there, so its errors show.")
    yield f"split: {{{scalar(plan.fallback.name)}: {plan.split_share!r}}}"
    yield from comment(
        f"USD per million tokens on {plan.study.on.isoformat()} for the counters of the split: short prompts outside of dear hours."
    )
    yield "prices:"
    for one in plan.callees:
        found = prices(plan, one)
        priced = ", ".join(f"{meter}: {number(usd)}" for meter, usd in found.items())
        known = "input" in found and "output" in found
        yield f"  {scalar(one.name)}: {{{priced}}}" if known else f"  # {one.label}: not known"


def prices(plan: Rollout, one: Callee) -> dict[str, float]:
    """USD per million tokens by the meters that the layer counts, after region and negotiated discount; unknown ones are left out."""
    columns, at = plan.study.columns, plan.at(one)
    service = SERVICES.index(_service(plan, one) or "standard")
    scale = float(columns.price.region_multiplier[at] * (1 - columns.discount_share[at]))
    mtok = dict(zip(PRICE_METERS, columns.price.mtok[service, 0, :, at].tolist(), strict=True))
    written = [mtok[f"write_{lifetime}"] for lifetime in LIFETIMES if not np.isnan(mtok[f"write_{lifetime}"])]
    found = {"input": mtok["input"], "output": mtok["output"], "cache_read": mtok["cache_read"]}
    found |= {"cache_write": written[0]} if written and not columns.price.write_is_input[at] else {}
    return {meter: usd * scale for meter, usd in found.items() if not np.isnan(usd)}


def _service(plan: Rollout, one: Callee) -> str | None:
    """The service that the request can name, None for the standard one."""
    service, at = plan.study.workload.billing.service, plan.at(one)
    sold = not np.isnan(plan.study.columns.price.mtok[SERVICES.index(service), 0][[0, -1], at]).any()
    return service if one.provider == "openai" and service in SERVICE_TIERS and sold else None


def caches_by_marker(plan: Rollout, one: Callee) -> bool:
    """The study counts on a cache that this provider has to be asked for."""
    return one.provider == "anthropic" and bool(plan.study.assessments.cost.cached[plan.at(one)])


def _settings(plan: Rollout) -> Iterator[str]:
    found: dict[str, str] = {}
    thinking = False
    for one in plan.callees:
        service, effort = _service(plan, one), effort_options(plan, one)
        options = {**({"service_tier": service} if service else {}), **effort}
        thinking = thinking or bool(effort)
        if caches_by_marker(plan, one):
            found[one.provider] = "{cache_system: true}"
        if options:
            told = ", ".join(f"{name}: {word}" for name, word in options.items())
            found[scalar(one.name)] = f"{{options: {{{told}}}}}"
    yield from _by_hand(plan)
    if found:
        left_alone = " Left alone, a model may think harder than that." if thinking else ""
        yield from comment(f"What the study counts on and the provider has to be asked for.{left_alone}")
        yield "providers:"
        yield from (f"  {name}: {settings}" for name, settings in found.items())


def _by_hand(plan: Rollout) -> Iterator[str]:
    """What the study counts on and this file cannot ask for."""
    service = plan.study.workload.billing.service
    for one in plan.callees:
        life = plan.study.assessments.cost.lifetime[plan.at(one)]
        yield from comment(effort_note(plan, one))
        if service != "standard" and _service(plan, one) is None:
            yield from comment(f"The study is billed at {service} prices where they are sold; this file does not ask {one.label} for them.")
        if caches_by_marker(plan, one) and life not in (None, "5m"):
            yield from comment(f"The study keeps what {one.label} caches for {life}; the layer asks for five minutes.")
