"""The team's own evaluation in words: each result with its interval, held against what is needed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from framework import wording
from framework.evals import EvalResult, cases_needed
from framework.scoring.evaluated import verdict

if TYPE_CHECKING:
    from framework.study import Study

ABOUT = (
    "How often a model's replies pass *your* evaluation: it prices each task that succeeds, and with *Tasks that must succeed* it is "
    "a must-have. Its weight, 0 at first, makes it count in the score. An offer is out only where the whole 95 % interval (Wilson) is"
    " below; where it straddles, or nothing was evaluated, it stays and is flagged. No public benchmark score is used anywhere. "
    "Results of a model count for every offer of it; those of an offer go first. They travel in the link and in the workload file."
)
UPLOAD = "Upload results (CSV)"
NAME = "Tasks that pass your evaluation"
FORM = "A CSV with the header `model,passed,total` or `model,pass_rate,n` and one line per model or offer id."
MANY = 1e6


def figure(study: Study, at: int) -> tuple[str, str, int]:
    """The share that passes with its interval, of how many cases, and the verdict against what is needed."""
    rated = study.case.success
    told = wording.between(*(wording.share(float(part[at])) for part in (rated.low, rated.rate, rated.high)))
    return told, note(study, at), int(verdict(rated, at, study.workload.needs.least_success))


def note(study: Study, at: int) -> str:
    """Of how many cases, and what share is needed."""
    rate, cases = (float(part[at]) for part in (study.case.success.rate, study.case.success.n))
    told = "not evaluated" if math.isnan(rate) else "as you gave it" if math.isnan(cases) else f"of {cases:,.0f} cases"
    least = study.workload.needs.least_success
    return told if least is None else f"{told}; {wording.share(least)} asked for"


def rows(evals: Mapping[str, EvalResult], least: float | None) -> list[dict[str, str]]:
    """Best first, with what the interval says of `least`."""
    best = sorted(evals.items(), key=lambda item: (-item[1].pass_rate, item[0]))
    return [
        {
            "name": name,
            "rate": f"{wording.share(own.pass_rate)} of {own.n:,}",
            "interval": f"{wording.share(own.interval[0])} to {wording.share(own.interval[1])}",
            "against": "" if least is None else _against(own, least),
        }
        for name, own in best
    ]


def _against(own: EvalResult, least: float) -> str:
    low, high = own.interval
    if high < least:
        return f"below {wording.share(least)}"
    if low >= least:
        return f"reaches {wording.share(least)}"
    cases = cases_needed(own.pass_rate, least)
    return "open" + (f"; about {wording.tokens(cases)} cases would tell" if cases < MANY else "; too near to tell")
