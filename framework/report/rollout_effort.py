"""How hard the models are to think so that the study's times and bill hold: what `llm.yaml` asks for, and what it has to leave open.

Left alone, many models think, and at an effort of their vendor's choice: Claude 5.5 at medium or high (platform.claude.com, model
overviews, read 2026-11); Haiku 5.5 can be told not to (docs.apiyi.com, 2026-11-09). A study without thinking would then be neither as
quick nor as cheap as it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework.catalogue.choose_reading import named_effort
from framework.vocabulary import EFFORTS, Effort

if TYPE_CHECKING:
    from framework.catalogue.records import Model
    from framework.report.rollout import Rollout
    from framework.report.rollout_reach import Callee

EVERY_MODEL = ("low", "medium", "high")
"""Efforts that OpenAI's models with reasoning take alike, and Claude's that always think; others only where the catalogue knows them."""

# Verified live for gpt-6-astra (github.com/BerriAI/litellm-docs/pull/1173, 2026-09-03) and for the three gpt-5.6
# (github.com/mnfst/modelparams.dev/pull/236, 2026-08-17): Chat Completions, which the layer speaks, ends at xhigh.
RESPONSES_ALONE: tuple[Effort, ...] = ("max",)


def effort_options(plan: Rollout, one: Callee) -> dict[str, str]:
    """Further fields of a request, as YAML, that ask for the effort which the study counts on; empty where nothing can or need be asked.

    Fields of openai 3.54.0 (`reasoning_effort`) and anthropic 2.12.0 (`thinking`, `output_config`). No effort is named that the model may
    refuse.
    """
    effort, model = _counted(plan, one), _model(plan, one)
    known = effort is not None and model.reasoning_by_effort is not None and effort in model.reasoning_by_effort.efforts
    can_be_off = effort == "none" and model.features.always_thinks is False
    if one.provider == "openai" and effort not in (None, *RESPONSES_ALONE):
        return {"reasoning_effort": str(effort)} if can_be_off or effort in EVERY_MODEL or known else {}
    if one.provider == "anthropic" and can_be_off:
        return {"thinking": "{type: disabled}"}
    if one.provider == "anthropic" and (known or (model.features.always_thinks and effort in EVERY_MODEL)):
        return {"output_config": f"{{effort: {effort}}}"}
    return {}


def effort_note(plan: Rollout, one: Callee) -> str:
    """What the study counts on and this file cannot ask for; empty where it asks or there is nothing to ask."""
    effort = _counted(plan, one)
    if effort is None or effort_options(plan, one):
        return ""
    told = f"The study lets {one.label} think at {effort} effort; this file does not ask for it."
    if one.provider == "openai" and effort in RESPONSES_ALONE:
        return f"{told} OpenAI takes {effort} with its Responses interface alone, which the layer does not speak: reckon with xhigh."
    if effort == "none":
        told = f"The study counts on {one.label} not to think. It may, unless it is told otherwise, and this file does not tell it."
    return f"{told} Name the field of its interface under providers: {one.name}: options."


def _counted(plan: Rollout, one: Callee) -> Effort | None:
    """The effort that the study's times and bill stand for, None where the model does not think at all."""
    tokens, features = plan.study.workload.tokens, _model(plan, one).features
    effort: Effort = tokens.effort if tokens.reasoning_mean else "none"
    if features.reasoning is False:
        return None
    if effort != "none" or not features.always_thinks:
        return effort
    read = named_effort(plan.study.columns.latency.effort[plan.at(one)])
    return next((each for each in EFFORTS[1:] if each == read), "low")


def _model(plan: Rollout, one: Callee) -> Model:
    catalogue = plan.study.catalogue
    return catalogue.model_of(catalogue.offer(one.offer))
