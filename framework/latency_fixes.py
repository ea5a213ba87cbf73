"""What would bring an offer inside the time budget: each remedy is a changed workload, worked out anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from framework import wording
from framework.axes import cost, latency
from framework.axes.latency import LatencyAssessment
from framework.catalogue.columns import Array, Columns
from framework.load import Load, load_of
from framework.scoring.chain import only
from framework.study import Study, columns_for
from framework.vocabulary import EFFORTS, SERVICES
from framework.workload import Workload

Kind = Literal["output", "effort", "caching", "streaming", "priority"]
Loads = Callable[[Array], Load]
"""A load whose changed figure runs along `(n, 1)`."""

HITS = 0.9
LEAST_OUTPUT = 0.01
MOST_OF_PROMPT = 0.9
STEPS = 17
ROUNDING = 0.005


@dataclass(frozen=True)
class InTime:
    """Shares of requests in time: band and likely figure; NaN: not known."""

    low: float
    likely: float
    high: float

    def more_than(self, other: InTime) -> bool:
        """Better in the low end, else in the likely figure, by more than rounding."""
        pairs = ((self.low, other.low), (self.likely, other.likely))
        return next((mine > theirs for mine, theirs in pairs if abs(mine - theirs) > ROUNDING), False)


@dataclass(frozen=True)
class Fix:
    """`what` is changed and what that `takes`, in words; `enough`: it makes the asked share, `sure` even at the low end of the band."""

    kind: Kind
    what: str
    takes: str
    after: InTime
    enough: bool = False
    sure: bool = False


@dataclass(frozen=True)
class Fixes:
    """`before`: as it is. `helps` by effect, the most first; `idle` gain nothing; `unknown`: sold, but nobody says how fast it is."""

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

    @property
    def asked(self) -> float:
        return float(self.load.percentile_share)

    def share(self, name: str) -> InTime:
        """A share of the study with its band."""
        return InTime(*(float(getattr(self.study.assessments.latency, name + end)[self.at]) for end in ("_low", "", "_high")))

    def fix(self, kind: Kind, what: str, takes: str, after: InTime) -> Fix:
        """A remedy with what it comes to."""
        sure = after.low >= self.asked
        return Fix(kind, what, takes, after, enough=sure or after.likely >= self.asked, sure=sure)


def latency_fixes(study: Study, at: int) -> Fixes:
    """Every remedy that an offer knows, each by itself; none where it keeps the budget even at the low end of its band."""
    now = _Now(study, at, only(study.columns, np.array([at])))
    before = now.share("attainment")
    if before.low >= now.asked:
        return Fixes(before, (), (), ())
    tried = [fix for part in (_output, _caching, _effort, _streaming, _priority) for fix in part(now)]
    known = [fix for fix in tried if not math.isnan(fix.after.likely)]
    helps = [fix for fix in known if math.isnan(before.likely) or fix.after.more_than(before)]
    return Fixes(
        before,
        tuple(sorted(helps, key=lambda fix: (-fix.after.low, -fix.after.likely))),
        tuple(fix for fix in known if fix not in helps),
        tuple(fix for fix in tried if math.isnan(fix.after.likely)),
    )


def _assessed(load: Load, columns: Columns) -> LatencyAssessment:
    """The bill first: its cache hits shorten the prompt that has to be read in."""
    return latency.assess(load, columns, cached_tokens=cost.assess(load, columns).cached_tokens)


def _asked(speed: LatencyAssessment) -> InTime:
    return InTime(*(float(values[0]) for values in (speed.attainment_low, speed.attainment, speed.attainment_high)))


def _output(now: _Now) -> Iterator[Fix]:
    """The longest reply that is short enough, else half of it."""
    load, mean = now.load, float(now.load.output_mean)

    def loads(factors: Array) -> Load:
        return load.with_(output_mean=mean * factors)

    least = max(LEAST_OUTPUT, 1 / mean)
    factor = _enough(now, loads, 1.0, least) if least < 1 else None
    tokens = max(1.0, _down(mean * factor) if factor else float(math.floor(mean / 2)))
    if tokens < mean:
        takes = "the same share shorter everywhere" if load.output_sigma else "ask for shorter answers, or cut them off"
        takes += "" if factor else "; no length of the reply would be enough"
        yield now.fix(
            "output", f"Replies of {tokens:,.0f} tokens on average instead of {mean:,.0f}", takes, _reassessed(now, loads, tokens / mean)
        )


def _caching(now: _Now) -> Iterator[Fix]:
    """The shortest prefix that is long enough at nine hits in ten, else nine tenths of the prompt."""
    load = now.load
    if load.converses or not now.columns.price.caches[0]:
        return
    prefix, most = float(load.prefix_tokens), MOST_OF_PROMPT * float(load.input_mean)
    hits = max(HITS, float(np.nan_to_num(load.hit_rate)))

    def loads(tokens: Array) -> Load:
        return load.with_(prefix_tokens=tokens, hit_rate=hits)

    start = max(prefix, 1.0)
    found = _enough(now, loads, start, most) if most > start else None
    tokens = most if found is None else min(_up(found), most)
    if tokens <= prefix and hits <= np.nan_to_num(load.hit_rate):
        return
    tokens = max(tokens, prefix)
    takes = f"{wording.share(hits)} of the calls find it in the cache" + ("" if found else "; no prefix would be enough")
    was = f" instead of {prefix:,.0f}" if prefix else ""
    yield now.fix("caching", f"A cached prefix of {tokens:,.0f} tokens{was}", takes, _reassessed(now, loads, tokens))


def _effort(now: _Now) -> Iterator[Fix]:
    """Every lower effort, with the reading that stands for it."""
    work = now.study.workload
    if not work.tokens.reasoning_mean:
        return
    lowest = 1 if now.columns.always_thinks[0] == 1 else 0
    for effort in reversed(EFFORTS[lowest : EFFORTS.index(work.tokens.effort)]):
        changed = work.model_copy(update={"tokens": work.tokens.model_copy(update={"effort": effort})})
        columns = _columns(now, changed)
        after = _asked(_assessed(load_of(changed), columns))
        yield now.fix("effort", f"Effort {effort} instead of {work.tokens.effort}", _reading(columns, effort), after)


def _columns(now: _Now, changed: Workload) -> Columns:
    found: Columns = only(columns_for(changed, now.study.catalogue, now.study.on), np.array([now.at]))
    return found


def _reading(columns: Columns, effort: str) -> str:
    """What the figure for another effort rests on."""
    read, scale = columns.latency.effort[0], getattr(columns.latency, "scale", None)
    scaled = scale is not None and not math.isclose(float(scale[0]), 1.0)
    on = f"read at effort {read}" + (", scaled" if scaled else "") if read and read != effort else "read at that effort"
    return f"answers may suffer: try it on your tasks; {on}"


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
    takes = f"{wording.usd(dear)} a month instead of {wording.usd(usd)}; how much faster it is is not published"
    yield now.fix("priority", "The priority tier", takes, InTime(math.nan, math.nan, math.nan))


def _reassessed(now: _Now, loads: Loads, value: float) -> InTime:
    return _asked_of_rows(now, loads, np.array([value]))[0]


def _asked_of_rows(now: _Now, loads: Loads, values: Array) -> list[InTime]:
    speed = _assessed(loads(values[:, None]), now.columns)
    shape = (len(values), 1)
    found = [np.broadcast_to(each, shape)[:, 0] for each in (speed.attainment_low, speed.attainment, speed.attainment_high)]
    return [InTime(*(float(part) for part in row)) for row in zip(*found, strict=True)]


def _enough(now: _Now, loads: Loads, start: float, end: float) -> float | None:
    """The least change from `start` towards `end` that makes the asked share: at the low end of the band, else at the likely figure.

    Looked for in steps of a 16th of the way on a logarithmic scale, then in 16ths of that step. None: no change is enough.
    """
    values = np.geomspace(start, end, STEPS)
    rows = _asked_of_rows(now, loads, values)
    for name in ("low", "likely"):
        first = _first(rows, name, now.asked)
        if first is not None:
            finer = np.geomspace(values[max(first - 1, 0)], values[first], STEPS)
            place = _first(_asked_of_rows(now, loads, finer), name, now.asked)
            return float(values[first] if place is None else finer[place])
    return None


def _first(rows: list[InTime], name: str, asked: float) -> int | None:
    """The first row that makes the asked share; None where none does."""
    return next((place for place, row in enumerate(rows) if getattr(row, name) >= asked), None)


def _down(tokens: float) -> float:
    return _rounded(tokens, math.floor)


def _up(tokens: float) -> float:
    return _rounded(tokens, math.ceil)


def _rounded(tokens: float, way: Any) -> float:
    """To two figures, towards the side that is still enough; single tokens below a hundred."""
    step = 10.0 ** max(0, math.floor(math.log10(max(tokens, 1.0))) - 1)
    return float(way(tokens / step) * step)
