"""A price entry as it becomes: the one in force with the changed cells, without what the source of the change does not confirm."""

from __future__ import annotations

from typing import Any

from framework.catalogue.compare_cells import Cell
from framework.catalogue.compare_plan import ByHand, Plan
from framework.catalogue.records import SERVICES


def changed_entry(raw: dict[str, Any], plan: Plan) -> tuple[dict[str, Any], list[str]]:
    """`raw` (as the file has it) changed in place, and what was left out, in words.

    When a standard price changes, the old price of a service, lifetime or meter that the source does not list is as likely wrong as
    right: it becomes unknown. Long-prompt and peak prices cannot be unknown in that way (they would read as "no surcharge"): `ByHand`.
    """
    for key in ("note", "revocable"):
        raw.pop(key, None)
    unconfirmed = [name for name in SERVICES if name in raw and name not in plan.confirmed] if plan.lost else []
    for name in unconfirmed:
        del raw[name]
    forgotten = [" ".join(cell) for cell in sorted(plan.lost) if cell.service not in unconfirmed and _forget(raw, cell)]
    for row in plan.rows:
        _set(raw, row.cell, row.theirs)
    return raw, [*unconfirmed, *forgotten]


def _meters(raw: dict[str, Any], cell: Cell) -> dict[str, Any] | None:
    sold = raw if cell.service == "standard" else raw.get(cell.service)
    found = sold.get("long_context") if sold and cell.band == "long" else sold
    return found if isinstance(found, dict) else None


def _forget(raw: dict[str, Any], cell: Cell) -> bool:
    """Make a cell unknown; whether there was anything to forget."""
    meters = _meters(raw, cell)
    if meters is None:
        return False
    if cell.band == "peak" or cell.meter == "threshold_tokens" or (cell.band == "long" and cell.meter in ("input", "output")):
        raise ByHand(f"the source says nothing of {' '.join(cell)}; enter the change by hand")
    if not cell.meter.startswith("write_"):
        meters[f"{cell.meter}_mtok"] = None
        return True
    writes = meters.get("cache_write_mtok")
    if not writes or writes.pop(cell.meter.removeprefix("write_"), None) is None:
        return False
    meters["cache_write_mtok"] = writes or None
    return True


def _set(raw: dict[str, Any], cell: Cell, usd: Any) -> None:
    meters = _meters(raw, cell)
    if meters is None:
        raise ByHand(f"there is no {' '.join(cell)} here; enter the change by hand")
    if not cell.meter.startswith("write_"):
        meters[f"{cell.meter}_mtok"] = usd
        return
    writes = meters.get("cache_write_mtok")
    if not writes:
        raise ByHand(f"there is no {' '.join(cell)} here; enter the change by hand")
    writes[cell.meter.removeprefix("write_")] = usd
