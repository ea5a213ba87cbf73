"""Terms of the trade-off questions and of the team's own evaluation."""

from __future__ import annotations

TERMS: dict[str, str] = {
    "From your answers": "The share of all weights that is nearest to your answers.",
    "What you would gain": "The better end of the question, and the worse one that it is held against.",
    "Worth to you": "The most that you said you would pay or give up for it: the amount, or the step of the scale read as one.",
    "By these weights": "The most that somebody with the fitted weights would pay or give up for it.",
    "Fit": "Agrees: the fitted weights would have given the same step of the scale, or an amount within a factor of 1.4.",
    "Model or offer": "Results of a model count for every offer of it; those of a single offer go first.",
    "Own evaluation": "What the share of your own cases that pass is worth to you, from 0 to 1; unknown where you have not evaluated.",
    "Passes": "Share of the cases of your own evaluation that passed, and how many cases there were.",
    "95 % interval": "Where the share may truly lie, by Wilson's score interval: the more cases, the narrower.",
    "Against the must-have": "Below: the whole interval is under the share that must succeed. Open: the interval holds that share.",
}
