"""A small price map in LiteLLM's form that agrees with `fixtures/small` in every cell, to be changed by each test."""

import copy
import dataclasses
import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

from framework.catalogue.compare import Comparison, Row, compare
from framework.catalogue.compare_litellm import LiteLLM, litellm_source
from framework.catalogue.compare_pins import Pins, load_pins
from framework.catalogue.load import load_catalogue

SMALL = Path(__file__).parent / "fixtures" / "small"
ON = dt.date(2026, 11, 23)

MAP: dict[str, dict[str, Any]] = {
    "alpha/sage-2": {
        "litellm_provider": "alpha",
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 1.5e-05,
        "cache_read_input_token_cost": 3e-07,
        "cache_creation_input_token_cost": 3.75e-06,
        "cache_creation_input_token_cost_above_1hr": 6e-06,
        "input_cost_per_token_batches": 1.5e-06,
        "output_cost_per_token_batches": 7.5e-06,
        "cache_read_input_token_cost_batches": 1.5e-07,
        "cache_creation_input_token_cost_batches": 1.875e-06,
        "supports_vision": True,
    },
    "alpha/sage-1": {"litellm_provider": "alpha", "input_cost_per_token": 4e-06, "output_cost_per_token": 2e-05},
    "beta/bolt": {
        "litellm_provider": "beta",
        "input_cost_per_token": 2e-06,
        "output_cost_per_token": 1e-05,
        "cache_read_input_token_cost": 2e-07,
        "cache_creation_input_token_cost": 0.0,
        "input_cost_per_token_above_272k_tokens": 4e-06,
        "output_cost_per_token_above_272k_tokens": 1.5e-05,
        "cache_read_input_token_cost_above_272k_tokens": 4e-07,
        "input_cost_per_token_batches": 1e-06,
        "output_cost_per_token_batches": 5e-06,
        "input_cost_per_token_flex": 1e-06,
        "output_cost_per_token_flex": 5e-06,
        "input_cost_per_token_priority": 4e-06,
        "output_cost_per_token_priority": 2e-05,
    },
    "beta/bolt-mini": {
        "litellm_provider": "beta",
        "input_cost_per_token": 2e-07,
        "output_cost_per_token": 8e-07,
        "cache_read_input_token_cost": 2e-08,
    },
    "gamma/reed": {
        "litellm_provider": "gamma",
        "input_cost_per_token": 2e-06,
        "output_cost_per_token": 8e-06,
        "cache_read_input_token_cost": 5e-07,
        "off_peak_pricing": {
            "input_cost_per_token": 1e-06,
            "output_cost_per_token": 4e-06,
            "cache_read_input_token_cost": 2.5e-07,
            "windows": [
                {"hours_utc": "00:00-00:00", "weekdays": [2, 3, 4, 5, 6]},
                {"hours_utc": ["00:00-01:00", "04:00-22:00"], "weekdays": [1, 7]},
            ],
        },
    },
    "gamma/sage-2": {"litellm_provider": "gamma", "input_cost_per_token": 3.3e-06, "output_cost_per_token": 1.65e-05},
}


def changed(**changes: dict[str, Any]) -> dict[str, Any]:
    """The map with other values in a row, `beta_bolt={"input_cost_per_token": 1e-06}`; None takes a key away."""
    rows = copy.deepcopy(MAP)
    for name, values in changes.items():
        row = rows[name.replace("__", "-").replace("_", "/", 1)]
        row.update(values)
        for key in [key for key, value in values.items() if value is None]:
            del row[key]
    return rows


def catalogue_folder(tmp_path: Path, deviations: str | None = None) -> Path:
    folder = tmp_path / "pricing"
    shutil.copytree(SMALL, folder)
    if deviations is not None:
        (folder / "deviations.yaml").write_text(deviations)
    return folder


def map_file(tmp_path: Path, rows: Any) -> str:
    path = tmp_path / "map.json"
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    return str(path)


def listed(tmp_path: Path, rows: Any, pins: Pins, *, fresh: bool = False) -> LiteLLM:
    source = litellm_source(map_file(tmp_path, rows), pins)
    return dataclasses.replace(source, fresh=fresh)


def compared(tmp_path: Path, rows: Any, deviations: str | None = None, on: dt.date = ON) -> Comparison:
    folder = catalogue_folder(tmp_path, deviations)
    pins = load_pins(folder)
    return compare(load_catalogue(folder), [listed(tmp_path, rows, pins)], pins, on)


def alarm(comparison: Comparison) -> Row:
    (row,) = comparison.alarms
    return row
