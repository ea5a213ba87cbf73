"""A field and its value as the form writes them: the label of its control, and the value in the control's own words and unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from framework.catalogue.catalogue import Catalogue
from framework.report.differences import Difference
from pages.ui.controls import ANCHORS
from pages.ui.declared import percent
from pages.ui.fields import CONTROLS

NOT_SAID = "not said"
SHOWN = 4
"""Changed inputs that are listed before the rest is only counted."""


def rows(found: Sequence[Difference], catalogue: Catalogue) -> list[dict[str, str]]:
    """A row per changed input: what it is called, from, to."""
    return [_row(item, catalogue) for item in found]


def _row(item: Difference, catalogue: Catalogue) -> dict[str, str]:
    was, now = (value(item.path, side, catalogue) for side in (item.was, item.now))
    if was == now:
        # The slider rounds: the figures themselves differ.
        was, now = (f"{was} ({side!r})" for side in (item.was, item.now))
    return {"name": label(item.path, catalogue), "was": was, "now": now}


def label(path: str, catalogue: Catalogue) -> str:
    """`Requests a day`; for entries of a mapping with the provider, model or offer that they are of."""
    if path.startswith("priorities.weights."):
        return f"Weight of {CONTROLS[path].label.lower()}"
    if path in CONTROLS:
        return CONTROLS[path].label
    if path.startswith("priorities.targets."):
        axis, end = path.split(".")[2:4]
        return f"{ANCHORS[axis][0]}: {end}"
    mapping, name = next(((start, path.removeprefix(start)) for start in _MAPPED if path.startswith(start)), ("", path))
    names = catalogue.provider_names | {key: model.name for key, model in catalogue.models.items()}
    return _MAPPED[mapping].format(names.get(name, name)) if mapping else _OTHERS.get(path, path)


_MAPPED = {
    "tiers.": "Your tier at {}",
    "billing.discounts.": "Off the prices of {}",
    "task.success_rates.": "{} succeeds in",
    "evals.": "Your own evaluation of {}",
    "own_limits.": "Your own limits of {}",
    "own_latency.": "Your own latency of {}",
}
_OTHERS = {
    "needs.providers": "Providers compared",
    "needs.regions": "Must stay in",
    "needs.retention_agreed": "Zero retention is agreed with",
    "baseline": "We are on this today",
}


def value(path: str, item: Any, catalogue: Catalogue) -> str:
    """The value in words; what is not set reads as its control says so."""
    if path == "needs.providers":
        names = catalogue.provider_names
        return ", ".join(names.get(each, each) for each in item or ()) or "all of the catalogue"
    if path == "needs.regions":
        return ", ".join(each.upper() for each in item or ()) or "anywhere"
    if path.startswith("tiers."):
        record = catalogue.providers.get(path.removeprefix("tiers."))
        return next((tier.name for tier in (record.tiers if record else ()) if tier.id == item), item or NOT_SAID)
    if path.startswith(("billing.discounts.", "task.success_rates.")):
        return NOT_SAID if item is None else percent(item)
    if path.startswith("priorities.targets."):
        return "from the budget" if item is None else f"{item:g}"
    if path == "needs.retention_agreed":
        names = catalogue.provider_names
        return ", ".join(names.get(each, each) for each in item or ()) or "nobody"
    if path.startswith(("own_limits.", "own_latency.", "evals.")):
        return "none" if item is None else _own(item)
    return _controlled(path, item)


def _own(item: Any) -> str:
    """The figures that were entered, by their names in the file."""
    given = {key: each for key, each in item.items() if each not in (None, (), {}, [])}
    return "; ".join(f"{key} {each}" for key, each in given.items())


def _controlled(path: str, item: Any) -> str:
    declared = CONTROLS.get(path)
    if declared is None:
        return NOT_SAID if item is None else str(item)
    if declared.kind == "many":
        return ", ".join(declared.show(each) for each in item or ()) or "nothing in particular"
    if declared.kind == "toggle":
        return "on" if item else "off"
    if declared.kind == "linear":
        return declared.shown_as % item
    if isinstance(item, dt.date) or (item is None and declared.kind in ("day", "text")):
        return NOT_SAID if item is None else item.isoformat()
    return declared.show(item)
