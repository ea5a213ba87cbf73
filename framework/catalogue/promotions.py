"""A promotional price has an end: what follows it is an entry of its own, or the bill would carry the promotion on for ever.

The note of the entry says until when, as `Promotion until 2026-12-31`; the next entry holds from the following day.
"""

from __future__ import annotations

import datetime as dt
import re

from framework.catalogue.records import Price

_SPOKEN_OF = re.compile(r"\bpromo(tion(al)?)?s?\b|\bintroductory\b", re.IGNORECASE)
_UNTIL = re.compile(r"\bPromotion until ([0-9]{4}-[0-9]{2}-[0-9]{2})\b")
FORM = "`Promotion until 2026-12-31`"


def is_promotion(price: Price | None) -> bool:
    """Whether the entry's note calls it a promotion."""
    return price is not None and bool(_SPOKEN_OF.search(price.note or ""))


def fault(price: Price, following: Price | None) -> str | None:
    """What is wrong with the end of a promotional entry, and the cure; None for any other entry and for one that ends as it says."""
    if not is_promotion(price):
        return None
    found = _UNTIL.search(price.note or "")
    if found is None:
        return f"speaks of a promotion and not of its end; write {FORM}, or other words if it is none"
    try:
        end = dt.date.fromisoformat(found[1])
    except ValueError:
        return f"{found[1]} is not a day of the calendar; correct the end of the promotion"
    if price.effective is not None and end < price.effective:
        return f"the promotion would end on {end}, before it begins on {price.effective}; correct one of the two"
    if following is None:
        return f"a promotion until {end} needs the price that follows it: append the entry of the next day (null where it is not known)"
    if following.effective is None or following.effective - dt.timedelta(days=1) != end:
        return f"the promotion ends on {end}, and the next entry begins on {following.effective}; it must be the day after"
    return None
