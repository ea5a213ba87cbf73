"""What the plans of the context window come to, in sentences with their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.report.selection import labels

if TYPE_CHECKING:
    from framework.planning.conversation_plan import ConversationPlan, Cut
    from framework.planning.retrieval_plan import RetrievalPlan
    from framework.study import Study

ALIKE_USD = 0.005
"""Bills that differ by less than this part of one are called the same."""
ALIKE = 1.25
"""Two windows of which the larger holds less than this many times the smaller are called alike."""
_BINDS = {
    "window": "the window is full then",
    "price cliff": "beyond that the whole prompt costs more",
    "latency": "beyond that too few replies are in time",
    "corpus": "that is the whole corpus, so nothing needs to be retrieved",
}


def in_time(count: float) -> str:
    """`81`, `unknown`, and where every chunk or turn that fits is in time `all that fit`."""
    return "all that fit" if np.isinf(count) else wording.count(float(count))


def saved(usd: float) -> str:
    """`saves $230`, `costs $48`."""
    return f"{'saves' if usd >= 0 else 'costs'} {wording.usd(abs(usd))}"


def _name(study: Study, plan: RetrievalPlan | ConversationPlan, row: int) -> str:
    return labels(study)[study.columns.ids[plan.places[row]]]


def corpus(study: Study, plan: RetrievalPlan) -> str:
    """What the corpus comes to."""
    retrieval = study.workload.retrieval
    if np.isnan(plan.chunks_each):
        return "A chunk has no tokens: give context.chunk_tokens to plan with."
    whole = float(np.nanmin(plan.whole_share)) if np.isfinite(plan.whole_share).any() else float("nan")
    every = whole > 0.999
    least = "practically every document fits" if every else f"{wording.share(whole)} of the documents or more fit"
    fit = "" if np.isnan(whole) else f" At each offer below {least} whole into a prompt."
    return (
        f"{wording.count(retrieval.documents)} documents of {wording.tokens(retrieval.document_tokens)} tokens on average make about "
        f"{wording.tokens(plan.corpus_chunks)} chunks ({plan.chunks_each:.1f} each); {wording.tokens(plan.indexed_tokens)} tokens are to "
        f"be embedded once.{fit}"
    )


def whole_against_chunks(study: Study, plan: RetrievalPlan, row: int) -> str:
    """The two ways to fill the prompt at one offer."""
    chunked, whole = plan.chunked, plan.whole
    usd = [float(each.usd[row]) for each in (chunked, whole)]
    ttft = [float(each.ttft_s[row]) for each in (chunked, whole)]
    if np.isnan(usd).any():
        return f"What {_name(study, plan, row)} costs is not known."
    ways = f"{_several(whole.load.chunks, 'whole document')} in the place of {_several(chunked.load.chunks, 'chunk')}"
    change = usd[1] - usd[0]
    alike = abs(change) < ALIKE_USD * usd[0]
    verdict = "about the same bill" if alike else f"{wording.usd(abs(change))} a month {'more' if change > 0 else 'less'}"
    return f"{_name(study, plan, row)}, {ways}: {verdict} ({wording.usd(usd[1])} against {wording.usd(usd[0])}){_later(*ttft)}."


def _several(count: float, noun: str) -> str:
    return f"{wording.count(float(count))} {noun}{'' if count == 1 else 's'}"


def _later(one: float, other: float) -> str:
    if np.isnan([one, other]).any():
        return ""
    told = [wording.seconds(other), wording.seconds(one)]
    return (
        f"; the median first token comes after {told[0]} either way"
        if told[0] == told[1]
        else f"; the median first token comes after {told[0]} instead of {told[1]}"
    )


def advice(study: Study, plan: RetrievalPlan, row: int) -> str:
    """How many chunks at most, which bound says so, and what the others would allow."""
    budget, who = plan.budget, _name(study, plan, row)
    binds = budget.binds[row]
    if binds is None:
        return f"How many chunks {who} takes is not known."
    best = _several(budget.best[row], "chunk")
    if budget.best[row] == 0:
        return f"{who}: {_none(binds)}{_unhurried(plan, row) if binds == 'latency' else ''}"
    others = {"window": budget.window, "price cliff": budget.cliff, "latency": budget.latency}
    rest = [f"{name} {wording.count(float(each[row]))}" for name, each in others.items() if name != binds and np.isfinite(each[row])]
    allowed = f" The other bounds: {', '.join(rest)}." if rest else ""
    return f"{who}: at most {best} a prompt; {_BINDS[binds]}.{allowed}"


def _none(binds: str) -> str:
    missed = {"latency": "misses the latency budget", "price cliff": "is beyond the price cliff in more than one case of a hundred"}
    return f"even a prompt without chunks {missed.get(binds, 'is too long in more than one case of a hundred')}."


def _unhurried(plan: RetrievalPlan, row: int) -> str:
    binds, most = plan.budget.unhurried_binds[row], plan.budget.unhurried[row]
    return "" if binds is None else f" Latency left aside, at most {_several(most, 'chunk')}: {_BINDS[binds]}."


def larger_window(study: Study, plan: RetrievalPlan) -> tuple[str, ...]:
    """What the largest window of the plan buys over the smallest, what using it costs, and what the smallest asks for instead."""
    held = plan.budget.window
    known = np.flatnonzero(np.isfinite(held) & np.isfinite(plan.full.usd))
    if known.size < 2:
        return ()
    small, large = int(known[held[known].argmin()]), int(known[held[known].argmax()])
    if held[large] < ALIKE * max(held[small], 1.0):
        return ("All of these offers hold about as many chunks: the window does not decide between them.",)
    names = {row: _name(study, plan, row) for row in (small, large)}
    seconds = [plan.full.ttft_s[row] for row in (large, small)]
    speed = (
        "" if np.isnan(seconds).any() else f", and the median first token comes after {' instead of '.join(map(wording.seconds, seconds))}"
    )
    top_k = float(plan.chunked.load.chunks)
    fewest = wording.count(held[small]) if held[small] else "none"
    bought = (
        f"What a larger window buys: {names[large]} holds {_several(held[large], 'chunk')} where {names[small]} holds {fewest}. Using all "
        f"of it costs {wording.usd(plan.full.usd[large])} a month against {wording.usd(plan.full.usd[small])}{speed}."
    )
    if not held[small]:
        return (
            bought,
            f"What a smaller window asks for: with {names[small]} the rest of the prompt must shrink before a chunk finds room.",
        )
    yours = f"the {_several(top_k, 'chunk')} that you retrieve"
    enough = f"it holds {yours} all the same" if held[small] >= top_k else f"it does not hold {yours}"
    return (
        bought,
        f"What a smaller window asks for: with {names[small]} the retrieval must find what matters within "
        f"{_several(held[small], 'chunk')}; {enough}, and the bill there cannot grow past {wording.usd(plan.full.usd[small])} a month.",
    )


def reach(study: Study, plan: ConversationPlan, row: int) -> str:
    """How many turns one offer allows, of how many tokens, and what ends them first."""
    who, turn = _name(study, plan, row), plan.reach
    window, cliff, late = (float(each[row]) for each in (turn.overflow, turn.cliff, turn.latency))
    told = [_held(window, wording.tokens(float(study.load.turn_growth_tokens)))]
    if np.isfinite(cliff):
        told.append(f"from turn {wording.count(cliff + 1)} on the whole prompt costs more")
    percentile = study.workload.budget.percentile
    if np.isnan(late):
        told.append("when replies become too slow is not known")
    elif late == 0:
        told.append(f"not even in the first turn are {percentile:g} % of the replies in time")
    else:
        far = "all the way" if np.isinf(late) else f"up to turn {wording.count(late)}"
        told.append(f"{percentile:g} % of the replies are in time {far}")
    return f"{who}: {', '.join(told)}."


def _held(turns: float, tokens: str) -> str:
    if np.isnan(turns):
        return "how many turns the window holds is not known"
    if turns == 0:
        return "the window does not hold even the first turn"
    return f"the window holds {_several(turns, 'turn')} of {tokens} tokens with {'its reply' if turns == 1 else 'their replies'}"


def cutting(study: Study, plan: ConversationPlan, row: int) -> str:
    """What trimming and summarising save or cost at one offer."""
    if plan.turns is None or plan.trimmed is None or plan.summarised is None:
        return ""
    who, uncut = _name(study, plan, row), float(plan.uncut_usd[row])
    if np.isnan(uncut):
        return f"What a conversation with {who} costs is not known."
    start = f"Over {plan.turns} turns {who} costs {wording.usd(uncut)} a month uncut"
    if np.isnan(plan.reach.overflow[row]):
        return f"{start}; whether they fit its window is not known, nor which cuts would."
    start += "." if plan.uncut_fits[row] else ", but the last turns do not fit."
    history = study.workload.history
    ways = (
        (f"Trimmed to the newest {history.kept_turns:g}", plan.trimmed),
        (f"Summarised in {wording.tokens(history.summary_tokens)} tokens", plan.summarised),
    )
    return " ".join([start, *(_way(what, cut, row, fits=bool(plan.uncut_fits[row])) for what, cut in ways)])


def _way(what: str, cut: Cut, row: int, *, fits: bool) -> str:
    if np.isnan(cut.best[row]):
        return f"{what}, no number of turns fits."
    k, usd = wording.count(float(cut.best[row])), wording.usd(float(cut.best_usd[row]))
    return f"{what} every {k} turns, the cheapest such cut: {usd}, which {saved(float(cut.saved_usd[row])) if fits else 'makes it fit'}."
