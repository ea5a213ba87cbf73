"""Controls of how many calls come, how they come, and what they do at a limit."""

from __future__ import annotations

from framework import wording
from framework.vocabulary import POLICIES, SERIES, SHAPES, TRACES
from pages.ui.declared import SHARES, Control, decades, off, percent, whole

GROWTHS = (-0.5, -0.2, -0.1, -0.05, -0.02, 0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
_SHAPE_TEXT = {
    "working_day": "Working day: rising, then falling",
    "steady": "Steady: all minutes alike",
    "day_and_night": "Day and night: around the clock",
    "weekly": "Week with a quiet weekend",
    "launch_spike": "Launch: a spike that wears off",
    "batch_window": "Batch window: all in one block",
    "idle_then_burst": "Idle, then bursts",
    "azure_code_week": "As measured: Azure, code, a week of 2024",
    "azure_conversation_week": "As measured: Azure, conversations, a week of 2024",
    "servegen_large": "As measured: Alibaba (ServeGen), large model, 14 days",
    "servegen_mid": "As measured: Alibaba (ServeGen), mid-size model, 14 days",
    "servegen_small": "As measured: Alibaba (ServeGen), small model, 14 days",
    "servegen_deepseek_r1": "As measured: Alibaba (ServeGen), DeepSeek-R1, a day",
}
_TRACE_TEXT = {
    None: "none: the shape below",
    "azure_2023_conversation": "Azure, conversations, an hour of 2023",
    "mooncake_synthetic": "Mooncake (Kimi), synthetic, 17 minutes",
}
_POLICY_TEXT = {"refuse": "fails", "wait": "waits its turn", "retry": "is tried again, as the SDKs do"}
_SERVED = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
_BURSTS = (0.1, 0.2, 0.5, 0.7, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0)
_RAMPS = (0.0, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 360.0, 480.0, 720.0)


def _burstiness(value: float) -> str:
    return f"{value:g} (chance)" if value == 1 else f"{value:g}"


def _wait(value: float) -> str:
    return wording.seconds(value) if value else "no wait"


TRAFFIC = (
    Control("traffic.requests_per_day", "Requests a day", "log", whole(10, 100000000.0), show=wording.count),
    Control("traffic.active_hours", "Active hours a day", "linear", low=1, high=24, shown_as="%g h"),
    Control(
        "traffic.starts_utc",
        "They begin at (UTC)",
        "log",
        (None, *map(float, range(24))),
        show=off(lambda v: f"{v:02.0f}:00", "not said"),
        optional=True,
    ),
    Control(
        "traffic.peak_factor",
        "Peak factor",
        "log",
        (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0),
        show=lambda v: f"{v:g}x",
    ),
    Control("traffic.batch_share", "Share that can wait (batch)", "log", SHARES, show=percent),
    Control("traffic.growth_per_month", "Growth a month", "log", GROWTHS, show=percent),
    Control("traffic.trace", "Requests of a real service", "choice", (None, *TRACES), show=lambda v: _TRACE_TEXT[v], optional=True),
    Control("traffic.shape", "Shape of the traffic", "choice", (*SHAPES, *SERIES), show=lambda v: _SHAPE_TEXT[v]),
    Control("traffic.ramp_minutes", "Ramp, minutes", "log", _RAMPS, show=lambda v: f"{v:g}"),
    Control("traffic.burstiness", "Burstiness", "log", _BURSTS, show=_burstiness),
    Control("traffic.users", "Users", "log", (None, *whole(1, 1e8)), show=off(wording.count, "not said"), optional=True),
)

AT_A_LIMIT = (
    Control("clients.policy", "A call that a limit refuses", "choice", POLICIES, show=lambda v: _POLICY_TEXT[v]),
    Control("clients.target_share", "Served at the peak, at least", "log", _SERVED, show=lambda v: f"{100 * v:g} %", is_share=True),
    Control(
        "clients.max_wait_s", "Served within", "log", (None, 0.0, *decades(0.1, 3600)), show=off(_wait, "the latency budget"), optional=True
    ),
    Control("clients.retries", "Retries", "log", tuple(map(float, range(11))), show=wording.count),
    Control("clients.first_backoff_s", "First pause", "log", decades(0.1, 600), show=wording.seconds),
    Control("clients.backoff_cap_s", "Longest pause", "log", decades(0.5, 3600), show=wording.seconds),
    Control("clients.retry_after", "Follow the provider's retry-after", "toggle"),
)
