"""Which offers the abstraction layer can call, under which names, and what to do about the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework.providers.anthropic import KEY_VARIABLE
from framework.providers.assembly import DIALECTS
from framework.report.selection import exclusions_by_offer, labels

if TYPE_CHECKING:
    from framework.study import Study

LAYER_NAMES = {"google": "gemini"}
"""The layer's name of a provider, where it is not the catalogue's."""

KEY_VARIABLES = {"anthropic": KEY_VARIABLE, **{name: row.key_variable for name, row in DIALECTS.items()}}

# Classes of the official SDKs, openai 3.54.0 and anthropic 2.12.0; the layer takes any class of its own kind.
INSTEAD = {
    "azure": "Azure serves deployments under names and an address of your own: put AsyncAzureOpenAI (openai) into a subclass of "
    "LLMProvider.",
    "bedrock": "Bedrock takes AWS credentials and no key: put AsyncAnthropicBedrock (anthropic) or AsyncBedrockOpenAI (openai) into a "
    "subclass of LLMProvider.",
    "vertex": "Vertex AI takes Google Cloud credentials and no key: put AsyncAnthropicVertex (anthropic), for Gemini Google's own SDK, "
    "into a subclass of LLMProvider.",
}
ANY_OTHER = "It has an interface of its own: put its SDK into a subclass of LLMProvider."


@dataclass(frozen=True)
class Callee:
    """An offer as the layer calls it: `provider` and `model` are the layer's and the interface's names, `label` is for people."""

    offer: str
    label: str
    provider: str
    model: str

    @property
    def name(self) -> str:
        """`provider/model`, as `llm.yaml` has it."""
        return f"{self.provider}/{self.model}"

    @property
    def key_variable(self) -> str:
        """The variable of the environment that holds the key."""
        return KEY_VARIABLES[self.provider]

    @property
    def sdk(self) -> str:
        """The package that the layer needs for it."""
        return "anthropic" if self.provider == "anthropic" else "openai"

    @property
    def max_tokens_field(self) -> str:
        """What its interface calls the longest reply."""
        return "max_tokens" if self.sdk == "anthropic" else DIALECTS[self.provider].tokens_field


def layer_name(provider: str) -> str | None:
    """The layer's name of a provider of the catalogue; None where the layer cannot call it."""
    name = LAYER_NAMES.get(provider, provider)
    return name if name in KEY_VARIABLES else None


def callee(study: Study, offer_id: str) -> Callee | None:
    """The offer as the layer calls it, None where it cannot."""
    provider, _, model = offer_id.partition("/")
    name = layer_name(provider)
    offer = study.catalogue.offer(offer_id)
    return Callee(offer_id, labels(study)[offer_id], name, offer.api_name or model) if name else None


def instead(study: Study, offer_id: str) -> str:
    """Why the layer cannot call an offer, and what to do: a class of one's own, or the same model where it can be called."""
    provider = study.catalogue.provider_of(study.catalogue.offer(offer_id))
    what = INSTEAD.get(provider.provider, ANY_OTHER)
    return f"The abstraction layer cannot call {labels(study)[offer_id]}. {what} {_same_model(study, offer_id)}"


def _same_model(study: Study, offer_id: str) -> str:
    catalogue, model = study.catalogue, study.catalogue.offer(offer_id).model
    direct = [offer.id for offer in catalogue.offers if offer.model == model and layer_name(offer.id.partition("/")[0])]
    if not direct:
        return "No provider that it can call sells the same model."
    return f"Or take the same model where it can: {'; '.join(_standing(study, other) for other in direct)}."


def _standing(study: Study, offer_id: str) -> str:
    out = exclusions_by_offer(study).get(offer_id)
    return f"{offer_id}, which is out: {out[0].reason.rstrip('.')}" if out else ranked(study, offer_id)


def ranked(study: Study, offer_id: str) -> str:
    """`openai/gpt-6-sol, ranked 3`."""
    return f"{offer_id}, ranked {int(study.recommendation.scores.rank[study.columns.index(offer_id)])}"


def first_callable(study: Study, places: list[int]) -> str | None:
    """The first of the offers at these places that the layer can call."""
    return next((study.columns.ids[at] for at in places if layer_name(study.columns.providers[at])), None)
