"""Four Axes as a library: which LLM API to build on, from cost, latency, rate limits and context window.

Public names are handed on lazily, so that importing a part loads only that part.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framework.axes.estimator import estimate_monthly_cost
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.load import load_catalogue
    from framework.errors import FourAxesError
    from framework.presets import presets
    from framework.priorities import Priorities
    from framework.study import Study, deepen, study
    from framework.workload import Workload
    from framework.workload_file import read_workload

__all__ = [
    "Catalogue",
    "FourAxesError",
    "Priorities",
    "Study",
    "Workload",
    "deepen",
    "estimate_monthly_cost",
    "load_catalogue",
    "presets",
    "read_workload",
    "study",
]

_HOMES = {
    "Catalogue": "framework.catalogue.catalogue",
    "FourAxesError": "framework.errors",
    "Priorities": "framework.priorities",
    "Study": "framework.study",
    "Workload": "framework.workload",
    "deepen": "framework.study",
    "estimate_monthly_cost": "framework.axes.estimator",
    "load_catalogue": "framework.catalogue.load",
    "presets": "framework.presets",
    "read_workload": "framework.workload_file",
    "study": "framework.study",
}


def __getattr__(name: str) -> Any:
    """A public name from the module it lives in."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'framework' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return __all__
