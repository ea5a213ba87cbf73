"""Every figure of the product, as plain Plotly dictionaries made from a `Study`; no import of plotly is needed to make one."""

from framework.report.charts_cost import monthly_cost
from framework.report.charts_forecast import twelve_months
from framework.report.charts_latency import first_token_by_length, in_time
from framework.report.charts_latency_budget import budget_strip, in_time_by_budget
from framework.report.charts_latency_prompt import in_time_by_prompt
from framework.report.charts_limits import limit_use
from framework.report.charts_range import cost_range
from framework.report.charts_robust import robustness
from framework.report.charts_score import score_parts
from framework.report.charts_sweep import cost_against_hit_rate, cost_against_ratio, cost_against_volume
from framework.report.charts_waterfall import waterfall
from framework.report.charts_weight import ranking_against_weight
from framework.report.charts_window import window_fill, window_limits
from framework.report.figure import Figure

__all__ = [
    "Figure",
    "budget_strip",
    "cost_against_hit_rate",
    "cost_against_ratio",
    "cost_against_volume",
    "cost_range",
    "first_token_by_length",
    "in_time",
    "in_time_by_budget",
    "in_time_by_prompt",
    "limit_use",
    "monthly_cost",
    "ranking_against_weight",
    "robustness",
    "score_parts",
    "twelve_months",
    "waterfall",
    "window_fill",
    "window_limits",
]
