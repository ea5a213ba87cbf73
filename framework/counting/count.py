"""One text in the tokens of every model: the same text has another length for every tokenizer."""

from __future__ import annotations

from dataclasses import dataclass

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.records import Model, Source
from framework.counting.tokenizers import O200K


@dataclass(frozen=True)
class Count:
    """Tokens of a text in a model's own tokenizer; all three None where no ratio to o200k is known, which is not zero.

    `exact`: the tokenizer is published and the text was counted with it, so the three are one whole number; else they are the o200k count
    times the model's ratio. `tokenizer` is its name where it is published, `ratio` the likely tokens per o200k token.
    """

    low: float | None
    likely: float | None
    high: float | None
    exact: bool
    tokenizer: str | None
    ratio: float | None
    sources: tuple[Source, ...]


def count_of(model: Model, o200k_tokens: int) -> Count:
    """A text of so many o200k tokens, for one model."""
    of = model.tokenizer
    if of.name in O200K:
        whole = float(o200k_tokens)
        return Count(whole, whole, whole, exact=True, tokenizer=of.name, ratio=1.0, sources=of.source)
    low, likely, high = (None if ratio is None else ratio * o200k_tokens for ratio in (of.low, of.likely, of.high))
    return Count(low, likely, high, exact=False, tokenizer=of.name, ratio=of.likely, sources=of.source)


def counts(o200k_tokens: int, catalogue: Catalogue) -> dict[str, Count]:
    """The same for every offer, by its id."""
    return {offer.id: count_of(catalogue.model_of(offer), o200k_tokens) for offer in catalogue.offers}
