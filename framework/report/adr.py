"""The decision as an architecture decision record in MADR 4 form; user text cannot become markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.assessment import AXES, Verdict
from framework.report import charts_range, pair_tables, pair_words, sentences
from framework.report.escaping import markdown, web_address
from framework.report.headlines import AXIS_NAMES
from framework.report.outage_words import beside_fallback
from framework.report.robust_words import how_firm
from framework.report.selection import eligible, labels, shown
from framework.scoring.evaluated import told, verdict
from framework.study import spend

if TYPE_CHECKING:
    from framework.axes.assessment import Axis
    from framework.study import Study

OPTIONS = 8
PROVIDER_HEADS = {
    "name": "Provider",
    "passing": "Pass",
    "best": "Best offer",
    "rank": "Rank",
    "score": "Score",
    "usd": "USD a month",
    "why": "Why out",
}


def render(study: Study) -> str:
    """The whole record; `study` should be a deepened one, so that confidence and flip points are told."""
    sections = [
        _head(study),
        ("## Context and Problem Statement", _context(study)),
        ("## Decision Drivers", _bullets(sentences.drivers(study))),
        ("## Considered Options", _options(study)),
        ("## Decision Outcome", _outcome(study)),
        *_pair(study),
        ("### Consequences", _consequences(study)),
        ("### Confirmation", _confirmation(study)),
        ("## Pros and Cons of the Options", _pros_and_cons(study)),
        ("## Revisit if", _bullets(sentences.revisit(study))),
        ("## More Information", _more(study)),
    ]
    return "\n\n".join("\n\n".join(section) for section in sections) + "\n"


def _bullets(items: list[str], most: int = 600) -> str:
    return "\n".join(f"* {markdown(item, most)}" for item in items) or "* None."


def _head(study: Study) -> tuple[str, str]:
    answer, name = study.recommendation, markdown(study.workload.name, 120)
    front = f"---\nstatus: proposed\ndate: {study.on.isoformat()}\ndecision-makers: []\n---"
    title = f"# Use {markdown(labels(study)[answer.choice])} for: {name}" if answer.choice else f"# No offer fits: {name}"
    return front, title


def _context(study: Study) -> str:
    facts = "\n".join(f"* {what}: {markdown(figure)}" for what, figure in sentences.workload_facts(study))
    lead = "Which LLM API should this workload be built on, judged by its own traffic on cost, latency, rate limits and context window?"
    as_of = f"{sentences.prices_as_of(study)}; catalogue digest `{study.recommendation.catalogue_digest[:16]}`."
    return f"{lead}\n\n{facts}\n\n{as_of}"


def _considered(study: Study) -> list[int]:
    return shown(study, OPTIONS) if eligible(study) else []


def _options(study: Study) -> str:
    names = labels(study)
    fits = [f"* {markdown(names[study.columns.ids[at]])} (`{study.columns.ids[at]}`)" for at in _considered(study)]
    more = len(eligible(study)) - sum(bool(study.recommendation.scores.eligible[at]) for at in _considered(study))
    fits += [f"* {more} more that pass every must-have, ranked below"] if more > 0 else []
    out = [f"* {markdown(who, 300)}: {markdown(why, 500)}" for who, why in sentences.exclusions(study)]
    return "\n".join([*(fits or ["* None passes every must-have."]), "", "Excluded:", "", *(out or ["* None."])])


def _outcome(study: Study) -> str:
    answer, names = study.recommendation, labels(study)
    reasons = _bullets(list(answer.reasons))
    if answer.choice is None:
        return f"No option is chosen, because none passes every must-have.\n\n{reasons}"
    stand_in = f'Fallback: "{markdown(names[answer.fallback])}".' if answer.fallback else "No fallback."
    if (drilled := beside_fallback(study)) is not None:
        stand_in += f" {markdown(drilled, 600)}"
    if answer.confidence is not None:
        stand_in += f" Confidence: {wording.share(answer.confidence)} of draws over weights and inputs."
    chosen = f'Chosen option: "{markdown(names[answer.choice])}", because it ranks first of the options that pass.'
    firm = _bullets(how_firm(study)) if answer.deepened else ""
    return "\n\n".join(filter(None, (chosen, reasons, stand_in, firm and f"How firm it is:\n\n{firm}")))


def _pair(study: Study) -> list[tuple[str, str]]:
    """The fallback in its role, and the best offer of each provider; no pair where no fallback is asked for or nothing fits."""
    found = pair_words.worth(study)
    told = pair_words.paragraph(study, found)
    sources = "" if found is None else "\n\n" + _bullets(pair_words.basis(found), 1_200)
    lines = [f"| {' | '.join(PROVIDER_HEADS.values())} |", f"|{'|'.join('---' for _ in PROVIDER_HEADS)}|"]
    lines += [f"| {' | '.join(markdown(row[key], 300) for key in PROVIDER_HEADS)} |" for row in pair_tables.provider_rows(study)]
    rolled = [("### Best Offer of Each Provider", "\n".join(lines))]
    return [("### The Pair", _bullets(told, 900) + sources), *rolled] if told else rolled


def _consequences(study: Study) -> str:
    choice = study.recommendation.choice
    if choice is None:
        return "* Bad, because nothing can be built until a must-have gives way; see the exclusions for what each offer lacks."
    lines = _judged(study, study.columns.index(choice))
    lines += [f"* Neutral, because {markdown(charts_range.finding(study, spend(study)))}"]
    lines += [f"* Neutral, because {markdown(text)}" for _, text in sentences.scheduled(study)]
    found = [finding.text for finding in study.recommendation.findings if finding.offer == choice]
    return "\n".join(lines + [f"* Neutral, because of this: {markdown(text, 600)}" for text in found])


def _confirmation(study: Study) -> str:
    budget = study.workload.budget
    return (
        f"Measure time to first token and reply time on your own traffic ({budget.percentile:g} % within "
        f"{wording.seconds(budget.response_s)}), and hold the first month's invoice against {wording.usd(budget.monthly_usd)}."
    )


def _pros_and_cons(study: Study) -> str:
    names = labels(study)
    parts = [f"### {markdown(names[study.columns.ids[at]])}\n\n" + "\n".join(_judged(study, at)) for at in _considered(study)]
    return "\n\n".join(parts) or "No option passes every must-have."


def _judged(study: Study, at: int) -> list[str]:
    axes = [f"* {_side(study, axis, at)}, because of {AXIS_NAMES[axis].lower()}: {_figure(study, axis, at)}" for axis in AXES]
    return [*axes, *_evaluated(study, at)]


def _evaluated(study: Study, at: int) -> list[str]:
    """What the team's own evaluation says of it; nothing where nobody has evaluated."""
    if "success" not in study.case.criteria:
        return []
    if np.isnan(study.case.success.rate[at]):
        return ["* Neutral, because of own evaluation: not evaluated"]
    side = _SIDES.get(verdict(study.case.success, at, study.workload.needs.least_success), "Neutral")
    return [f"* {side}, because of own evaluation: {markdown(told(study.case.success, at))}"]


_SIDES = {Verdict.MEETS: "Good", Verdict.FAILS: "Bad"}


def _side(study: Study, axis: Axis, at: int) -> str:
    return _SIDES.get(Verdict(int(getattr(study.assessments, axis).verdicts[at])), "Neutral")


def _figure(study: Study, axis: Axis, at: int) -> str:
    judged = Verdict(int(getattr(study.assessments, axis).verdicts[at]))
    figure = sentences.axis_figure(study, axis, at)
    if figure == wording.UNKNOWN:
        return "unknown, nothing usable is published"
    note = {Verdict.UNKNOWN: " (not known well enough to judge)", Verdict.UNRESOLVED: " (the range straddles the target)"}.get(judged, "")
    return markdown(figure) + note


def _more(study: Study) -> str:
    found = sentences.footnotes(study, [study.columns.ids[at] for at in _considered(study)])
    notes = []
    for note in found.notes:
        link = web_address(note.url)
        where = f"<{link}>" if link else markdown(note.url)
        notes.append(f"{note.number}. {where} ({note.day}, {markdown(note.kind)}): {markdown(note.covers)}")
    assumed = _bullets(sentences.assumptions(study))
    return f"Assumptions:\n\n{assumed}\n\nSources:\n\n" + ("\n".join(notes) or "None: no option is compared.")
