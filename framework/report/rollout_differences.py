"""What changes when the fallback answers instead of the primary: a checklist from the catalogue and the layer's own tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framework import wording
from framework.providers.anthropic import FINISHES as ANTHROPIC_FINISHES
from framework.providers.openai import ALIASES
from framework.providers.openai import FINISHES as OPENAI_FINISHES
from framework.report.rollout_config import retries
from framework.wording import UNKNOWN

if TYPE_CHECKING:
    from framework.catalogue.records import Model, Price, ProviderFile, Window
    from framework.report.rollout import Rollout
    from framework.report.rollout_reach import Callee
    from framework.study import Study

Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What the catalogue has of one callee."""

    callee: Callee
    provider: ProviderFile
    model: Model
    window: Window
    price: Price

    @property
    def is_anthropic(self) -> bool:
        """Which of the two wire formats."""
        return self.callee.sdk == "anthropic"


@dataclass(frozen=True)
class Difference:
    """One line of the checklist: how it is at one of them, and what follows for both, in words."""

    name: str
    fact: Callable[[Facts], str]
    care: Callable[[Facts, Facts], str]


def difference_rows(plan: Rollout) -> list[Row]:
    """`name`, `primary`, `fallback`, `differs` (yes, no, unknown) and `care` per line; empty without a fallback."""
    if plan.primary is None or plan.fallback is None:
        return []
    primary, fallback = (_facts(plan.study, one) for one in plan.callees)
    return [_row(line, primary, fallback) for line in _lines(plan)]


def _facts(study: Study, one: Callee) -> Facts:
    catalogue, offer = study.catalogue, study.catalogue.offer(one.offer)
    return Facts(
        one, catalogue.provider_of(offer), catalogue.model_of(offer), catalogue.window_of(offer), catalogue.price_in_force(offer, study.on)
    )


def _row(line: Difference, primary: Facts, fallback: Facts) -> Row:
    ours, theirs = line.fact(primary), line.fact(fallback)
    unknown = UNKNOWN in (ours, theirs)
    differs = "unknown" if unknown else "no" if ours == theirs else "yes"
    return {"name": line.name, "primary": ours, "fallback": theirs, "differs": differs, "care": line.care(primary, fallback)}


def _told(text: str) -> Callable[[Facts, Facts], str]:
    return lambda *_: text


def _lines(plan: Rollout) -> tuple[Difference, ...]:
    workload = plan.study.workload
    reserve = f"You ask for at most {wording.tokens(workload.context.output_reserve_tokens)}: where it is charged on arrival, ask for less."
    waits = "The layer waits two seconds at most, then asks the fallback." if retries(plan) else "The layer asks the fallback at once."
    return (
        Difference("System prompt", _system, _told("The layer puts it in its place.")),
        Difference("Field of the longest reply", _longest_field, _told("The layer renames max_tokens; leave room for the thinking.")),
        Difference("Longest reply counts against the limit", _reserved, _told(reserve)),
        Difference("Why a reply ended", _stops, _told('The layer says finish_reason "length"; a decline is the error Refused.')),
        Difference("How hard to think", _effort_field, _told("Name it under the model in llm.yaml: the other one is then not sent it.")),
        Difference("Asking for the cache", _marker, _told("The layer sends the marker where llm.yaml says cache_system: true.")),
        Difference("Shortest cached prefix", _shortest_prefix, _told(_your_prefix(plan))),
        Difference("Cached input counts against the limit", _cached_counts, _told("Where it does, hits save money and no room.")),
        Difference("Overloaded", _failure("overloaded"), _told("The layer raises Overloaded; the fallback is asked.")),
        Difference("Rate limit reached", _failure("rate_limited"), _told("The layer raises RateLimited.")),
        Difference("Says how long to wait", _retry_after, _told(waits)),
        Difference("Out of money", _failure("out_of_money"), _told("The layer raises SpendCapReached and does not try again; it logs it.")),
        Difference("Context window", _window, _told("Cut the prompt to the smaller one; the layer raises ContextTooLong.")),
        Difference("Longest reply", _longest_reply, _told("max_tokens above the smaller one is refused there.")),
        Difference("Tokens per o200k token", _tokenizer, _longer),
        Difference("Batch discount", _batch, _told("Batches have interfaces of their own, which the layer does not speak.")),
    )


def _your_prefix(plan: Rollout) -> str:
    """At whom the study finds the workload's prefix cached: a shorter one than the least is silently not."""
    tokens, cost = plan.study.workload.caching.prefix_tokens, plan.study.assessments.cost
    if not tokens:
        return "You cache no prefix."
    told = [f"{'cached' if cost.cached[plan.at(one)] else 'not cached'} at {one.label}" for one in plan.callees]
    return f"Your {wording.count(tokens)} tokens, as the study has it: {', '.join(told)}."


def _system(facts: Facts) -> str:
    return "system, a field of the request" if facts.is_anthropic else "first message, of the role system"


def _longest_field(facts: Facts) -> str:
    """The SDKs on reasoning: openai 3.54.0 and anthropic 2.12.0, the parameters of a completion and of a message."""
    field = facts.callee.max_tokens_field
    if facts.is_anthropic:
        return f"{field}, required; thinking counts"
    return f"{field}; thinking counts" if facts.callee.provider == "openai" else f"{field}; whether thinking counts was not found"


def _reserved(facts: Facts) -> str:
    reserved = facts.provider.enforcement.max_tokens_reserved
    return UNKNOWN if reserved is None else "charged on arrival" if reserved else "only what is written"


def _stops(facts: Facts) -> str:
    words = ANTHROPIC_FINISHES if facts.is_anthropic else {**OPENAI_FINISHES, **ALIASES.get(facts.callee.provider, {})}
    cut, declined = (", ".join(word for word, finish in words.items() if word and finish == kind) for kind in ("length", "refused"))
    return f"cut: {cut}; declined: {declined}"


def _effort_field(facts: Facts) -> str:
    """The same two SDKs, the types of a completion's and a message's parameters; of the others only that they differ."""
    if not facts.model.features.reasoning:
        return UNKNOWN if facts.model.features.reasoning is None else "does not think"
    return "output_config: {effort: ...}" if facts.is_anthropic else "reasoning_effort" if facts.callee.provider == "openai" else UNKNOWN


def _marker(facts: Facts) -> str:
    needed = facts.provider.caching.marker_needed
    return UNKNOWN if needed is None else "cache_control in the request" if needed else "automatic"


def _shortest_prefix(facts: Facts) -> str:
    least = facts.price.min_cache_tokens
    return UNKNOWN if least is None else f"{wording.count(least)} tokens"


def _cached_counts(facts: Facts) -> str:
    return _yes_no(facts.provider.enforcement.cached_input_counts)


def _failure(kind: str) -> Callable[[Facts], str]:
    return lambda facts: str(getattr(facts.provider.failures, kind, None) or UNKNOWN)


def _retry_after(facts: Facts) -> str:
    return _yes_no(facts.provider.failures.retry_after if facts.provider.failures else None)


def _yes_no(fact: bool | None) -> str:
    return UNKNOWN if fact is None else "yes" if fact else "no"


def _window(facts: Facts) -> str:
    window = facts.window
    if window.context_tokens is None and window.max_input_tokens is None:
        return UNKNOWN
    prompt = f"prompt at most {wording.tokens(window.max_input_tokens)}" if window.max_input_tokens else ""
    whole = f"{wording.tokens(window.context_tokens)} tokens" if window.context_tokens else ""
    return ", ".join(part for part in (whole, prompt) if part)


def _longest_reply(facts: Facts) -> str:
    most = facts.window.max_output_tokens
    return UNKNOWN if most is None else f"{wording.tokens(most)} tokens"


def _tokenizer(facts: Facts) -> str:
    found = facts.model.tokenizer
    if found.low is None or found.likely is None or found.high is None:
        return UNKNOWN
    return f"{found.likely:.2f}" if found.low == found.high else f"{found.likely:.2f} ({found.low:.2f} to {found.high:.2f})"


def _longer(primary: Facts, fallback: Facts) -> str:
    ours, theirs = primary.model.tokenizer.likely, fallback.model.tokenizer.likely
    if ours is None or theirs is None:
        return "How much longer or shorter your prompts become is not known: count a few of yours at both."
    return f"1,000 tokens at the primary are likely {1000 * theirs / ours:,.0f} at the fallback, by limits, window and bill alike."


def _batch(facts: Facts) -> str:
    batch, price = facts.price.batch, facts.price
    if batch is None:
        return UNKNOWN
    shares = {
        meter: 1 - sold / base
        for meter, sold, base in (("input", batch.input_mtok, price.input_mtok), ("output", batch.output_mtok, price.output_mtok))
        if sold is not None and base
    }
    if len({round(share, 6) for share in shares.values()}) == 1 and len(shares) == 2:
        return f"{wording.share(next(iter(shares.values())))} off"
    return ", ".join(f"{wording.share(share)} off {meter}" for meter, share in shares.items()) or UNKNOWN
