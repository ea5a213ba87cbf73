"""What the PDF says, as plain JSON: every text cleaned and bounded, every chart as SVG."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.report import charts, headlines, own_evals, pair_tables, pair_words, sentences, svg
from framework.report.charts_range import between
from framework.report.comparison_words import rows
from framework.report.escaping import shortened, web_address
from framework.report.figure import Figure
from framework.report.outage_words import beside_fallback
from framework.report.robust_words import how_firm
from framework.report.selection import baseline, eligible, labels, named, shown
from framework.report.sources import GROUPS
from framework.study import spend
from framework.vocabulary import LIMIT_WORDS

if TYPE_CHECKING:
    from framework.study import Study

MOST_PAGES = 20
MOST_NOTES = 300
MOST_COMPARED = 16
WIDE, HALF = 620, 318
SOURCE_GROUPS = ("price", "limits", "enforcement", "latency", "window", "class", "tokenizer", "retirement")
HEADS = ["#", "Offer", "USD a month", "First token", "In time", "Room", "Fits", "Score"]
WITH_OWN = [*HEADS[:-1], "Passes", HEADS[-1]]


def content(study: Study, compared: int) -> dict[str, Any]:
    """The data of `templates/report.typ`."""
    count = max(1, min(compared, MOST_COMPARED))
    at = shown(study, count)
    name = _breakable(shortened(study.workload.name, 90))
    as_of = sentences.prices_as_of(study)
    digest = study.recommendation.catalogue_digest[:12]
    return {
        "title": name,
        "subtitle": f"Which LLM API to build on · proposed {study.on.isoformat()} · {as_of.lower()}",
        "header": _breakable(shortened(study.workload.name, 70)),
        "as_of": as_of,
        "footer": f"Four Axes · catalogue {digest}",
        "most_pages": MOST_PAGES,
        "headline": headlines.recommendation(study),
        "cards": _cards(study),
        "reasons": _texts([*study.recommendation.reasons, *filter(None, [beside_fallback(study)])], 12),
        "table": {
            "heads": WITH_OWN if "success" in study.case.criteria else HEADS,
            "rows": _key_figures(study, at),
            "legend": _legend(study),
        },
        "pair": _pair(study),
        "charts": _charts(study, count),
        "firm": _texts(how_firm(study), 5),
        "steps": _steps(study),
        "revisit": _triggers(study),
        "excluded": [{"who": shortened(who, 120), "why": shortened(why, 400)} for who, why in sentences.exclusions(study)][:40],
        "workload": [{"what": what, "figure": shortened(figure, 200)} for what, figure in sentences.workload_facts(study)],
        "drivers": _texts(sentences.drivers(study), 6),
        "assumptions": _texts(sentences.assumptions(study), 14),
        "sources": _sources(study, at),
    }


def _breakable(text: str) -> str:
    """A word too long for a line gets places to break at."""
    return re.sub(r"\S{24}(?=\S{8})", lambda run: f"{run[0]}\u200b", text)


def _texts(found: list[str], most: int) -> list[str]:
    kept = [shortened(text, 560) for text in found[:most]]
    return [*kept, f"and {len(found) - most} more"] if len(found) > most else kept


def _cards(study: Study) -> list[dict[str, str]]:
    """The four axes of the choice and its own evaluation; nothing where none fits."""
    if study.recommendation.choice is None:
        return []
    at, axes, budget = study.columns.index(study.recommendation.choice), study.assessments, study.workload.budget
    limits, window = axes.rate_limits, axes.context_window
    cost, drawn = axes.cost, spend(study).range
    spread = f"{between(drawn, at)} in 8 of 10 draws; " if not np.isnan(drawn.p10_usd[at]) else ""
    asked = f"first token {wording.seconds(budget.ttft_s)}, " if budget.streaming else ""
    binding = limits.binding[at]
    return [
        _card("A month", wording.usd(float(cost.expected_usd[at])), f"{spread}budget {wording.usd(budget.monthly_usd)}"),
        _card(
            "Requests in time (estimate)",
            wording.probability(float(axes.latency.attainment[at])),
            f"{asked}reply {wording.seconds(budget.response_s)}; {budget.percentile:g} % asked",
        ),
        _card(
            "Room at peak",
            wording.factor(float(limits.room[at])),
            f"{LIMIT_WORDS.get(binding, binding) if binding else 'no limit binds'}, {_tier(study, at)}",
        ),
        _card(
            "Requests that fit",
            wording.share(float(window.fits_share[at])),
            f"{wording.tokens(float(window.usable_tokens[at]))} tokens for the prompt",
        ),
        *_evaluated(study, at),
    ]


def _evaluated(study: Study, at: int) -> list[dict[str, str]]:
    """What the team's own evaluation says of the choice, where there is one."""
    if "success" not in study.case.criteria:
        return []
    rate, low, high = (
        wording.share(float(part[at])) for part in (study.case.success.rate, study.case.success.low, study.case.success.high)
    )
    interval = "" if low == high else f"{low} to {high}; "
    return [_card("Pass your evaluation", rate, interval + own_evals.note(study, at))]


def _tier(study: Study, at: int) -> str:
    tier = study.assessments.rate_limits.tier[at]
    return headlines.tier_name(study, at, tier) if tier else "tier unknown"


def _card(label: str, value: str, note: str) -> dict[str, str]:
    return {"label": label, "value": shortened(value, 24), "note": shortened(note, 80)}


def _key_figures(study: Study, at: list[int]) -> list[list[dict[str, Any]]]:
    by_id = {row["id"]: row for row in rows(study)}
    answer, today, own = study.recommendation, baseline(study), "success" in study.case.criteria
    found = []
    for place in at:
        offer = study.columns.ids[place]
        row = by_id[offer]
        role = {answer.choice: "choice", answer.fallback: "fallback"}.get(offer, "on it today" if place == today else "")
        cells = [_cell(row[key]) for key in ("monthly_usd", "ttft_p50", "in_time", "room", "fits", *(["success"] if own else []))]
        score = row["score"] if row["rank"] != "–" else "excluded"
        found.append([_cell(row["rank"]), {"main": shortened(row["name"], 60), "small": role, "inline": True}, *cells, _cell(score)])
    return found


def _cell(words: str) -> dict[str, Any]:
    """The figure, and its range for a second line."""
    main, _, small = words.partition(" (")
    return {"main": main, "small": small.removesuffix(")"), "inline": False}


BESIDE = 4
"""Providers that have room beside the chart of the context window."""


def _pair(study: Study) -> dict[str, Any]:
    """The pair in sentences, and the best offer of each provider."""
    return {
        "told": [shortened(text, 500) for text in pair_words.paragraph(study, pair_words.worth(study))],
        "heads": ["Provider: best offer", "#", "Score", "USD a month"],
        "rows": [_best(row) for row in pair_tables.provider_rows(study)],
        "wide": len(pair_tables.provider_rows(study)) > BESIDE,
    }


def _best(row: dict[str, Any]) -> dict[str, str]:
    who = f"{row['name']}: {row['best']}" if row["best"] else row["name"]
    return {"who": shortened(who, 90), "why": shortened(row["why"], 160)} | {key: row[key] for key in ("rank", "score", "usd")}


def _legend(study: Study) -> str:
    budget = study.workload.budget
    own = "; share of your own cases that pass" if "success" in study.case.criteria else ""
    return (
        "USD a month with its range; median time to first token; estimated share of requests in time with its band; how many times the "
        f"peak would still be served at your tier (replayed); share of requests that fit the window{own}. Asked: "
        f"{wording.usd(budget.monthly_usd)} a month, {budget.percentile:g} % in time. Sources of each row are at the end."
    )


def _charts(study: Study, count: int) -> dict[str, Any]:
    few = min(count, 6)
    prefix = study.workload.caching.prefix_tokens > 0
    firm = charts.robustness(study, count=5)
    limited = tuple(study.columns.ids[at] for at in (named(study) or shown(study, 2))[:3])
    return {
        "score": _drawn(charts.score_parts(study, count), WIDE) if eligible(study) else None,
        "robust": _drawn(firm, HALF) if firm["data"] else None,
        "cost": _drawn(charts.monthly_cost(study, count), WIDE),
        "hit_rate": _drawn(charts.cost_against_hit_rate(study, few), HALF) if prefix else None,
        "ratio": _drawn(charts.cost_against_ratio(study, few), HALF if prefix else WIDE),
        "in_time": _drawn(charts.in_time(study, count), HALF),
        "first_token": _drawn(charts.first_token_by_length(study, few), HALF),
        "limits": _drawn(charts.limit_use(study, limited), WIDE),
        "window": _drawn(charts.window_fill(study, count), HALF),
    }


def _drawn(figure: Figure, width: int) -> dict[str, str]:
    headline = figure["layout"]["meta"]["headline"]
    return {
        "headline": shortened(headline, 320),
        "alt": f"Chart: {shortened(headline, 320)}",
        "svg": svg.render(figure, width=width, compact=True),
    }


def _steps(study: Study) -> list[str]:
    """What reaching the next tier takes, for choice and fallback."""
    limits, names = study.assessments.rate_limits, labels(study)
    found = [
        f"{names[study.columns.ids[at]]}: {limits.next_step[at]}"
        for at in named(study)
        if not limits.next_step[at].startswith("none needed")
    ]
    return _texts(found, 3)


def _triggers(study: Study) -> list[str]:
    """Flip points up to five, then what the calendar brings."""
    found = sentences.flips(study)
    return _texts(found, 5) + _texts([text for text in sentences.revisit(study) if text not in found], 6)


def _sources(study: Study, at: list[int]) -> dict[str, Any]:
    found = sentences.footnotes(study, [study.columns.ids[place] for place in at], SOURCE_GROUPS)
    groups = [group for group in SOURCE_GROUPS if any(group in numbers for numbers in found.numbers.values())]
    notes = found.notes[:MOST_NOTES]
    return {
        "lead": f"Numbers refer to the list below; days are those on which the place was read. {sentences.prices_as_of(study)}.",
        "heads": ["Offer", *(GROUPS[group] for group in groups)],
        "rows": [
            [shortened(labels(study)[offer], 60), *(_numbers(numbers.get(group, ())) for group in groups)]
            for offer, numbers in found.numbers.items()
        ],
        "notes": [
            {
                "number": note.number,
                "url": web_address(note.url) or "",
                "link": web_address(note.url) is not None,
                "shown": shortened(note.url.removeprefix("https://"), 110),
                "day": note.day,
                "kind": note.kind,
            }
            for note in notes
        ],
    }


def _numbers(found: tuple[int, ...]) -> str:
    """`1, 4` or `1, 4–7`; an en dash where nothing is known and so nothing was read."""
    if not found:
        return "–"
    runs: list[list[int]] = []
    for number in sorted(found):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" if len(run) > 2 else f"{run[0]}, {run[1]}" for run in runs)
