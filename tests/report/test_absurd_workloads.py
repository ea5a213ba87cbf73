"""Whatever a valid workload holds, every way out of the engine gives an answer."""

import json

import pytest
from report.studies import PLAIN, made

from framework.report import adr, charts, comparison, headlines, pdf, svg

ABSURD = {
    "all in batch": {"traffic": {"requests_per_day": 5_000, "batch_share": 1.0}},
    "one call a day": {"traffic": {"requests_per_day": 1}},
    "a billion calls a day": {"traffic": {"requests_per_day": 1e9, "peak_factor": 1_000, "active_hours": 0.25}},
    "ten million tokens": {
        "tokens": {"input_mean": 10_000_000},
        "context": {"system_tokens": 10_000_000, "output_reserve_tokens": 1_000_000},
    },
    "one token": {
        "tokens": {"input_mean": 1, "output_mean": 1},
        "context": {"system_tokens": 0, "turn_tokens": 0, "output_reserve_tokens": 1},
    },
    "converted tokens": {"tokens": {"input_mean": 1_000, "output_mean": 100, "tokenizer": "o200k"}},
    "no streaming": {"budget": {**PLAIN["budget"], "streaming": False}},
    "a percentile nobody can promise": {"budget": {**PLAIN["budget"], "percentile": 99.9}},
    "a budget of millions": {"budget": {**PLAIN["budget"], "monthly_usd": 1e9}},
    "derived hits": {"caching": {"prefix_tokens": 1_000_000, "prefixes": 1e9}},
    "all features": {"needs": {"features": ["tools", "structured_output", "vision", "pdf"], "class": "frontier"}},
    "thinking": {"tokens": {"input_mean": 1_000, "output_mean": 100, "reasoning_mean": 50_000}},
}


@pytest.mark.parametrize("name", ABSURD)
@pytest.mark.parametrize("real", [False, True])
def test_every_way_out_answers(name: str, real: bool) -> None:
    study = made(real=real, deep=False, **ABSURD[name])
    json.dumps(comparison.as_json(study), allow_nan=False)
    assert comparison.as_csv(study).startswith("id,")
    assert max(len(line) for line in comparison.as_text_table(study).splitlines()) <= 100
    assert comparison.as_markdown_table(study)
    assert adr.render(study).startswith("---")
    assert all(headlines.headlines(study).values())
    figures = [getattr(charts, chart)(study) for chart in charts.__all__ if chart not in ("Figure", "ranking_against_weight")]
    figures += [charts.ranking_against_weight(study, axis) for axis in ("cost", "latency", "rate_limits", "context_window")]
    for figure in figures:
        json.dumps(figure, allow_nan=False)
        assert svg.render(figure, width=320).startswith("<svg")


@pytest.mark.parametrize(
    "weights",
    [{"cost": 1, "latency": 0, "rate_limits": 0, "context_window": 0}, {"cost": 0, "latency": 0, "rate_limits": 0, "context_window": 5}],
)
def test_a_single_weight_is_drawn_too(weights: dict[str, float]) -> None:
    study = made(weights=weights)
    for axis in ("cost", "latency", "rate_limits", "context_window"):
        json.dumps(charts.ranking_against_weight(study, axis), allow_nan=False)
    assert charts.score_parts(study)["data"]


@pytest.mark.parametrize("name", ["a billion calls a day", "ten million tokens"])
def test_the_pdf_is_made_even_then(name: str) -> None:
    assert pdf.render(made(real=True, **ABSURD[name])).startswith(b"%PDF")
