"""What to roll out, from a study's recommendation: who is called first, who takes over, and which share goes to an A/B test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework import wording
from framework.errors import ReportError
from framework.report.rollout_reach import Callee, callee, first_callable, instead, ranked
from framework.report.selection import eligible, labels

if TYPE_CHECKING:
    from framework.study import Study

SPLITS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of the calls to offer for an A/B test."""

NOTHING = (
    "Nothing fits, so there is nothing to roll out. The recommendation says which must-have to loosen; then this page writes the "
    "configuration. To measure a candidate before that, write its line into an llm.yaml of your own and run fouraxes probe llm.yaml."
)


@dataclass(frozen=True, eq=False)
class Rollout:
    """`primary` None: there is nothing that the layer could call, and `notes` say why and what to do.

    `split_share` of the calls, 0..1, goes to the fallback as an A/B test; 0 without a fallback.
    """

    study: Study
    primary: Callee | None
    fallback: Callee | None
    split_share: float
    notes: tuple[str, ...]

    @property
    def callees(self) -> tuple[Callee, ...]:
        """Those that the configuration names, in the order in which they are asked."""
        return tuple(one for one in (self.primary, self.fallback) if one is not None)

    def at(self, one: Callee) -> int:
        """Position of an offer in the columns of the study."""
        return self.study.columns.index(one.offer)


def rollout(study: Study, split_share: float = 0.0) -> Rollout:
    """The choice and its fallback as the abstraction layer calls them; `ReportError` for a share that is no part of the calls."""
    if not 0 <= split_share < 1:
        raise ReportError(f"a split of {split_share:g}: give a share of the calls from 0 up to, but not including, 1, such as 0.1")
    answer = study.recommendation
    if answer.choice is None:
        return Rollout(study, None, None, 0.0, (NOTHING,))
    primary = callee(study, answer.choice)
    if primary is None:
        return Rollout(study, None, None, 0.0, (instead(study, answer.choice), _what_could_be(study)))
    fallback = callee(study, answer.fallback) if answer.fallback else None
    notes = () if fallback else (_without_fallback(study, primary),)
    if split_share and fallback is None:
        notes = (*notes, "Without a fallback that can be called there is nothing to split the calls with: all go to the primary.")
    return Rollout(study, primary, fallback, split_share if fallback else 0.0, notes)


def _without_fallback(study: Study, primary: Callee) -> str:
    if study.recommendation.fallback:
        other = first_callable(study, [at for at in eligible(study) if not _same_provider(study, at, primary)])
        told = f" The best ranked one of another provider that it can call is {other}." if other else ""
        return f"{instead(study, study.recommendation.fallback)}{told} The configuration has no fallback."
    if not study.workload.needs.fallback:
        return "No fallback is asked for (needs.fallback), so nothing takes over when the provider fails."
    return "No offer passes every must-have and holds in the role of a fallback: nothing takes over when the provider fails."


def _same_provider(study: Study, at: int, primary: Callee) -> bool:
    return study.columns.providers[at] == primary.offer.partition("/")[0]


def _what_could_be(study: Study) -> str:
    other = first_callable(study, eligible(study))
    if other is None:
        return "No offer that passes every must-have can be called by the layer, so no configuration is written."
    return (
        "No configuration is written for another offer than the recommended one. The best ranked that the layer can call is "
        f"{ranked(study, other)}: compare only the providers that you can call, and it is written for the choice among them."
    )


def headline(plan: Rollout) -> str:
    """What is rolled out, in one sentence."""
    choice = plan.study.recommendation.choice
    if choice is None:
        return "Nothing to roll out yet: no offer passes every must-have."
    if plan.primary is None:
        return f"{labels(plan.study)[choice]} is recommended, but the abstraction layer cannot call it: what to do instead is below."
    told = f"Roll out {plan.primary.label}"
    told += f", with {plan.fallback.label} to take over when it fails" if plan.fallback else ", with nothing to take over when it fails"
    if plan.split_share:
        told += f"; {wording.share(plan.split_share)} of the calls go to the fallback first, as an A/B test"
    return told + "."
