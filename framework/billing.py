"""The parts of a workload that only the bill reads: conversations, terms, tools, success, and how sure each figure is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from framework.part import Flag, Key, Part, Share, whole
from framework.vocabulary import InteractiveService

Turns = Annotated[float, Field(ge=1, le=1_000, allow_inf_nan=False, strict=True), whole("turns")]
PerRequest = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False, strict=True)]
Spread = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False, strict=True)]
Discount = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False, strict=True)]
SuccessRate = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False, strict=True)]


class Conversation(Part):
    """Calls that are turns of conversations: each sends everything before it again.

    With `turns` the k-th prompt is `opening + k * user_tokens + (k - 1) * output_mean`, the opening being the context's system prompt and
    chunks; it replaces `tokens.input_mean`. `turns` null: every call stands alone. `pause_s`: mean time from one turn to the next.
    `cached`: each turn leaves its prompt in the cache for the next one.
    """

    turns: Turns | None = None
    user_tokens: Annotated[float, Field(ge=1, le=1_000_000, allow_inf_nan=False, strict=True)] = 150
    pause_s: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False, strict=True)] = 60
    cached: Flag = True

    def prompts(self, opening_tokens: float, reply_tokens: float) -> tuple[float, float]:
        """Mean prompt of a call, and the last one's."""
        turns, turn = self.turns or 1, self.user_tokens + reply_tokens
        first = opening_tokens + self.user_tokens
        return first + turn * (turns - 1) / 2, first + turn * (turns - 1)


class Billing(Part):
    """Terms of the bill. `discounts`: share off per provider. `gateway_fee`: share on top, of a gateway between you and the provider.

    `billed_failures`: share of all attempts that fail, are billed, and are made again. `service`: what calls that do not go in batch use.
    """

    service: InteractiveService = "standard"
    discounts: dict[Key, Discount] = Field(default_factory=dict, max_length=50)
    gateway_fee: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)] = 0
    billed_failures: Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False, strict=True)] = 0


class Tools(Part):
    """Paid tool calls per request on average; what they add to the prompt belongs into `tokens.input_mean`."""

    web_searches: PerRequest = 0
    file_searches: PerRequest = 0
    code_sessions: PerRequest = 0


class Task(Part):
    """What the team really buys. A task takes `calls` requests and succeeds at `success_rate`, or at the rate of its model or offer.

    `round_trips`: calls that must be back before the answer starts, to ask for tools; each makes the user wait for a first token more.
    """

    calls: Annotated[float, Field(ge=1, le=10_000, allow_inf_nan=False, strict=True)] = 1
    round_trips: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False, strict=True), whole("calls")] = 0
    success_rate: SuccessRate | None = None
    success_rates: dict[Key, SuccessRate] = Field(default_factory=dict, max_length=200)


class Spreads(Part):
    """How unsure each figure is: one standard deviation.

    `volume`, `input_tokens`, `output_tokens`, `prefixes`, `reasoning`: of the logarithm, so 0.2 is about 20 % either way. `hit_rate`: of
    the logit, 0.3 takes 70 % to 63 or 76 %. `reasoning` is drawn for each model alone: models think differently long. `tokenizer`: 1
    takes each model's published range of token ratios from its 5th to its 95th percentile, 0 trusts the likely one.

    The defaults are judgements: wide enough that a lead built on a rounding of the inputs shows as a coin toss.
    """

    volume: Spread = 0.2
    input_tokens: Spread = 0.1
    output_tokens: Spread = 0.1
    hit_rate: Spread = 0.3
    prefixes: Spread = 0.3
    reasoning: Spread = 0.5
    tokenizer: Share = 1
