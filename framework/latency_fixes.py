"""What would bring an offer inside the time budget: each remedy is a changed workload, worked out anew."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from framework import wording
from framework.axes import cost
from framework.axes.latency_findings import BEYOND_READINGS_SHARE
from framework.axes.latency_search import InTime, Loads, Search, down, shares, up
from framework.catalogue.choose_reading import named_effort
from framework.catalogue.columns import Columns
from framework.load import Load, load_of
from framework.scoring.chain import only
from framework.study import Study, columns_for
from framework.vocabulary import EFFORTS, SERVICES
from framework.workload import Workload

Kind = Literal["output", "effort", "caching", "trips", "streaming", "priority"]

HITS = 0.9
LEAST_OUTPUT = 0.01
MOST_OF_PROMPT = 0.9


@dataclass(frozen=True)
class Fix:
    """`what` is changed and what that `takes`, in words; `enough`: it makes the asked share; `sure`: even at the low end of the band."""

    kind: Kind
    what: str
    takes: str
    after: InTime
    enough: bool = False
    sure: bool = False


@dataclass(frozen=True)
class Fixes:
    """`asked` of the requests are to be in time; `before`: as it is.

    `helps` by effect, the most first; `idle` gain nothing; `unknown`: sold, but nobody says how fast it is.
    """

    asked: float
    before: InTime
    helps: tuple[Fix, ...]
    idle: tuple[Fix, ...]
    unknown: tuple[Fix, ...]


@dataclass(frozen=True, eq=False)
class _Now:
    """One offer of a study as it is: `columns` of one, `asked` the share of requests that must be in time."""

    study: Study
    at: int
    columns: Columns

    @property
    def load(self) -> Load:
        return self.study.load

    def search(self, loads: Loads) -> Search:
        """The share in time with something changed."""
        return Search(loads, self.columns, self.asked)

    @property
    def asked(self) -> float:
        return float(self.load.percentile_share)

    @property
    def shown(self) -> bool:
        """Whether readings could show that the asked share is in time: they end at the 95th percentile."""
        return self.asked < BEYOND_READINGS_SHARE - 1e-9

    def share(self, name: str) -> InTime:
        """A share of the study with its band."""
        return InTime(*(float(getattr(self.study.assessments.latency, name + end)[self.at]) for end in ("_low", "", "_high")))

    def fix(self, kind: Kind, what: str, takes: str, after: InTime) -> Fix:
        """A remedy with what it comes to."""
        return Fix(kind, what, takes, after, enough=self.shown and after.likely >= self.asked, sure=self.shown and after.low >= self.asked)


def latency_fixes(study: Study, at: int) -> Fixes:
    """Every remedy that an offer knows, each by itself; none where it keeps the budget even at the low end of its band."""
    now = _Now(study, at, only(study.columns, np.array([at])))
    before = now.share("attainment")
    if now.shown and before.low >= now.asked:
        return Fixes(now.asked, before, (), (), ())
    tried = [fix for part in (_output, _caching, _effort, _trips, _streaming, _priority) for fix in part(now)]
    known = [fix for fix in tried if not math.isnan(fix.after.likely)]
    helps = [fix for fix in known if math.isnan(before.likely) or fix.after.more_than(before)]
    return Fixes(
        now.asked,
        before,
        tuple(sorted(helps, key=lambda fix: (-fix.after.low, -fix.after.likely))),
        tuple(fix for fix in known if fix not in helps),
        # Where nothing is known as it is, what stays unknown is no remedy.
        tuple(fix for fix in tried if math.isnan(fix.after.likely) and not math.isnan(before.likely)),
    )


def _output(now: _Now) -> Iterator[Fix]:
    """The longest reply that is short enough, else half of it."""
    load, mean = now.load, float(now.load.output_mean)
    search = now.search(lambda tokens: load.with_(output_mean=tokens))
    least = max(LEAST_OUTPUT * mean, 1.0)
    found = search.least(mean, least) if least < mean else None
    tokens = max(1.0, float(math.floor(mean / 2)) if found is None else down(found))
    if tokens < mean:
        takes = "the same share shorter everywhere" if load.output_sigma else "ask for shorter answers, or cut them off"
        takes += "; no length of the reply would be enough" if found is None else ""
        yield now.fix("output", f"Replies of {tokens:,.0f} tokens on average instead of {mean:,.0f}", takes, search.at(tokens))


def _caching(now: _Now) -> Iterator[Fix]:
    """The shortest prefix that is long enough at nine hits in ten, else nine tenths of the prompt."""
    load = now.load
    if load.converses or not now.columns.price.caches[0]:
        return
    prefix, most = float(load.prefix_tokens), MOST_OF_PROMPT * float(load.input_mean)
    hits = max(HITS, float(np.nan_to_num(load.hit_rate)))
    search = now.search(lambda tokens: load.with_(prefix_tokens=tokens, hit_rate=hits))
    start = max(prefix, 1.0)
    found = search.least(start, most) if most > start else None
    tokens = most if found is None else min(up(found), most)
    if tokens <= prefix and hits <= np.nan_to_num(load.hit_rate):
        return
    tokens = max(tokens, prefix)
    takes = f"{wording.share(hits)} of the calls find it in the cache" + ("" if found else "; no prefix would be enough")
    was = f" instead of {prefix:,.0f}" if prefix else ""
    yield now.fix("caching", f"A cached prefix of {tokens:,.0f} tokens{was}", takes, search.at(tokens))


def _effort(now: _Now) -> Iterator[Fix]:
    """Every lower effort, with the reading that stands for it."""
    work = now.study.workload
    if not work.tokens.reasoning_mean:
        return
    lowest = 1 if now.columns.always_thinks[0] == 1 else 0
    for effort in reversed(EFFORTS[lowest : EFFORTS.index(work.tokens.effort)]):
        changed = work.model_copy(update={"tokens": work.tokens.model_copy(update={"effort": effort})})
        columns = _columns(now, changed)
        after = shares(load_of(changed), columns)[0]
        yield now.fix("effort", f"Effort {effort} instead of {work.tokens.effort}", _reading(columns, effort), after)


def _columns(now: _Now, changed: Workload) -> Columns:
    found: Columns = only(columns_for(changed, now.study.catalogue, now.study.on), np.array([now.at]))
    return found


def _reading(columns: Columns, effort: str) -> str:
    """What the figure for another effort rests on."""
    read, latency = columns.latency.effort[0], columns.latency
    on = "read at that effort" if named_effort(read) == effort else f"read at effort {read}" if read else "read at an effort not named"
    on += ", scaled" if latency.scale[0] != 1 else "" if latency.thinks[0] or effort == "none" else ", your thinking added"
    return f"answers may suffer: try it on your tasks; {on}"


def _trips(now: _Now) -> Iterator[Fix]:
    """One call before the answer less, and none."""
    trips = now.load.round_trips
    for fewer in sorted({trips - 1, 0} if trips else (), reverse=True):
        takes = "what the tools would say is already in the prompt" if not fewer else "one question to the tools less"
        after = shares(now.load.with_(round_trips=fewer), now.columns)[0]
        yield now.fix("trips", f"{fewer or 'No'} {'call' if fewer == 1 else 'calls'} before the answer instead of {trips}", takes, after)


def _streaming(now: _Now) -> Iterator[Fix]:
    """Where the whole reply is what is late: let the first token count alone."""
    load = now.load
    last = float(now.study.assessments.latency.reply_p50_s[now.at])
    late = f"the last words still come after {wording.seconds(last)} at the median"
    words = f"the first token within {wording.seconds(float(load.ttft_budget_s))}"
    yield now.fix(
        "streaming", f"{'Ask only for' if load.streaming else 'Stream, and ask only for'} {words}", late, now.share("first_in_time")
    )


def _priority(now: _Now) -> Iterator[Fix]:
    """Sold, with a price; how much faster it is nobody publishes, so that is unknown."""
    row = SERVICES.index("priority")
    sold = not np.isnan(now.columns.price.mtok[row, 0][[0, -1], 0]).any()
    if now.load.service == "priority" or not sold:
        return
    usd = float(now.study.assessments.cost.expected_usd[now.at])
    dear = float(cost.assess(now.load.with_(service="priority"), now.columns).expected_usd[0])
    takes = f"{wording.usd(dear)} a month instead of {wording.usd(usd)}; its speed is not published"
    yield now.fix("priority", "The priority tier", takes, InTime(math.nan, math.nan, math.nan))
