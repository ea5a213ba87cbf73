"""The bill of the months ahead for people and machines: plain text, JSON with stable keys, CSV."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from typing import TYPE_CHECKING, Any

from framework.report.charts_forecast import headline
from framework.report.escaping import clean, csv_cell, shortened
from framework.report.figure import plain
from framework.report.forecast_tables import event_rows, forecast_rows
from framework.report.listing import shown_ids

if TYPE_CHECKING:
    from framework.forecast import Forecast
    from framework.study import Study

WIDTH = 100
COLUMNS = ("offer", "month", "usd", "sold_share", "naive_usd", "fits", "on", "prices_as_of", "catalogue_digest")
_HEADS = {"name": "offer", "total": "", "naive": "", "change": "difference"}
_ROOM = 42


def as_text(study: Study, coming: Forecast) -> str:
    """The finding, a total per offer beside today's bill carried on, and what is announced; at most 100 columns wide."""
    counted = "counted" if coming.scheduled else "left out where they may be called off"
    lines = [
        *_wrapped(f"{study.workload.name}: on {study.on}, prices as of {study.recommendation.prices_as_of}, announced changes {counted}"),
        *_wrapped(headline(study, coming)),
        "",
        *_table(study, coming),
    ]
    told = [line for row in event_rows(study, coming) for line in _wrapped(row["what"], bullet="- ")]
    lines += ["", "Announced for these offers:", *told] if told else []
    return "".join(f"{line}\n" for line in lines)


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return textwrap.wrap(clean(text), WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet), break_on_hyphens=False)


def _table(study: Study, coming: Forecast) -> list[str]:
    months = len(coming.months)
    heads = _HEADS | {"total": f"{months} months from {coming.start}", "naive": f"today's bill x {months}"}
    rows = [heads, *({**row, "name": shortened(row["name"], _ROOM)} for row in forecast_rows(study, coming))]
    widths = {key: max(len(row[key]) for row in rows) for key in heads}
    lines = [
        "  ".join(row[key].ljust(widths[key]) if key == "name" else row[key].rjust(widths[key]) for key in heads).rstrip() for row in rows
    ]
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]


def as_json(study: Study, coming: Forecast) -> str:
    """Offers of the providers asked for, USD by month in the order of `months`; null is "not known" or "not sold any more"."""
    content = {
        "name": study.workload.name,
        **_stamp(study),
        "from": coming.start.isoformat(),
        "announced_counted": coming.scheduled,
        "months": [month.isoformat() for month in coming.months],
        "offers": [_offer(study, coming, offer) for offer in shown_ids(study)],
        "events": [_event(coming, at) for at in range(len(coming.events)) if coming.events[at].offer in set(shown_ids(study))],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _stamp(study: Study) -> dict[str, Any]:
    as_of = study.recommendation.prices_as_of
    return {
        "on": study.on.isoformat(),
        "prices_as_of": as_of.isoformat() if as_of else None,
        "catalogue_digest": study.recommendation.catalogue_digest,
    }


def _offer(study: Study, coming: Forecast, offer: str) -> dict[str, Any]:
    at = coming.offers.index(offer)
    return {
        "id": offer,
        "fits": bool(study.recommendation.scores.eligible[study.columns.index(offer)]),
        "usd": [plain(usd) for usd in coming.usd[:, at]],
        "sold_share": [float(share) for share in coming.sold_share[:, at]],
        "naive_usd": plain(coming.naive_usd[at]),
        "total_usd": plain(coming.total_usd[at]),
        "naive_total_usd": plain(coming.naive_total_usd[at]),
    }


def _event(coming: Forecast, number: int) -> dict[str, Any]:
    """`counted`: whether the figures follow it."""
    event = coming.events[number]
    counted = event.kind != "may retire" and (coming.scheduled or not event.revocable)
    return {
        "date": event.date.isoformat(),
        "offer": event.offer,
        "kind": event.kind,
        "revocable": event.revocable,
        "counted": counted,
        "what": event.sentence,
    }


def as_csv(study: Study, coming: Forecast) -> str:
    """RFC 4180, a row per offer and month; unknown and not sold are empty, `sold_share` tells them apart."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    stamp = list(_stamp(study).values())
    for offer in shown_ids(study):
        found = _offer(study, coming, offer)
        for month, usd, share in zip(coming.months, found["usd"], found["sold_share"], strict=True):
            values = (csv_cell(offer), month.isoformat(), usd, share, found["naive_usd"], found["fits"], *stamp)
            writer.writerow("" if value is None else value for value in values)
    return out.getvalue()
