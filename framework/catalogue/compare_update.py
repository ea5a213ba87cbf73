"""Dated entries for what other lists say has changed: appended after the last one, never in place of one."""

from __future__ import annotations

import copy
import datetime as dt
import difflib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framework.catalogue.append import append_price, append_source
from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare import compare
from framework.catalogue.compare_entry import changed_entry
from framework.catalogue.compare_pins import Pins
from framework.catalogue.compare_plan import ByHand, Plan, plans
from framework.catalogue.compare_source import Source
from framework.catalogue.files import FOLDERS, OTHERS, read
from framework.catalogue.load import load_catalogue
from framework.errors import CatalogueError
from framework.output import put

MAX_ROUNDS = 10
URLS = {"genai-prices": "https://github.com/pydantic/genai-prices", "litellm": "https://github.com/BerriAI/litellm"}


@dataclass(frozen=True)
class Update:
    """`texts` by path below the catalogue's folder: the files as they will be; `left` what a person has to decide, one line each."""

    texts: dict[str, str]
    diff: str
    appended: tuple[str, ...]
    left: tuple[str, ...]


def update(directory: Path, sources: Sequence[Source], pins: Pins, *, on: dt.date, accept: bool = False) -> Update:
    """What `directory` becomes, worked out and checked on a copy; nothing is written. `accept` lets changes of over 30 % in."""
    before = load_catalogue(directory)
    appended: list[str] = []
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        copied = Path(scratch) / "pricing"
        _copy(directory, copied)
        for _ in range(MAX_ROUNDS):
            catalogue = load_catalogue(copied)
            planned, left = plans(catalogue, compare(catalogue, sources, pins, on), pins, accept=accept)
            planned = [plan for plan in planned if plan.offer.id not in failed]
            if not planned:
                _only_appended(before, catalogue)
                return _result(directory, copied, appended, [*(f"{offer}: {why}" for offer, why in failed.items()), *left])
            for plan in planned:
                try:
                    appended.append(_apply(copied, plan, on))
                except (ByHand, CatalogueError) as reason:
                    failed[plan.offer.id] = str(reason)
    raise CatalogueError("the sources ask for one change after another; compare and enter them by hand")


def write(directory: Path, update: Update) -> None:
    """Put the new texts in place of the old files, each as a whole."""
    for name, text in update.texts.items():
        put(text.encode(), directory / name, force=True)


def _copy(directory: Path, target: Path) -> None:
    for folder in FOLDERS:
        shutil.copytree(directory / folder, target / folder)
    for name in OTHERS:
        if (directory / name).is_file():
            shutil.copy(directory / name, target / name)


def _only_appended(before: Catalogue, after: Catalogue) -> None:
    now = {offer.id: offer for offer in after.offers}
    for offer in before.offers:
        if now[offer.id].prices[: len(offer.prices)] != offer.prices:
            raise CatalogueError(f"{offer.id}: an entry that is there would change; append the new price by hand")


def _result(directory: Path, copied: Path, appended: list[str], left: list[str]) -> Update:
    texts: dict[str, str] = {}
    diff: list[str] = []
    for path in sorted((copied / "providers").glob("*.yaml")):
        name = f"providers/{path.name}"
        old, new = (folder.joinpath(name).read_bytes().decode() for folder in (directory, copied))
        if old != new:
            texts[name] = new
            diff += difflib.unified_diff(old.splitlines(), new.splitlines(), f"a/pricing/{name}", f"b/pricing/{name}", lineterm="")
    return Update(texts, "".join(f"{line}\n" for line in diff), tuple(appended), tuple(left))


def _apply(directory: Path, plan: Plan, on: dt.date) -> str:
    """Append the entry and its sources to the provider's file; returns a line that says so."""
    name = f"providers/{plan.offer.id.partition('/')[0]}.yaml"
    path = directory / name
    raw = next(offer for offer in read(path).data["offers"] if offer["id"] == plan.offer.id)["prices"][-1]
    figures, dropped = changed_entry(copy.deepcopy(raw), plan)
    old = figures.pop("source")
    keys = {f"{source.peer.replace('-', '_')}_{on:%Y%m%d}": source for source in plan.sources}
    entry = {
        "effective": plan.effective,
        **({"revocable": True} if plan.effective > on else {}),
        **{key: value for key, value in figures.items() if key != "effective"},
        "note": _note(plan, on, dropped),
        "source": [*keys, *([old] if isinstance(old, str) else old)],
    }
    text = append_price(path.read_bytes().decode(), name, plan.offer.id, entry)
    for key, source in keys.items():
        text = append_source(text, name, key, {"url": URLS[source.peer], "seen": on, "kind": "package", "note": source.title})
    path.write_bytes(text.encode())
    changed = ", ".join(f"{' '.join(row.cell)} {row.ours:.12g} -> {row.theirs:.12g}" for row in plan.rows)
    return f"{plan.offer.id} from {plan.effective}: {changed}" + (f"; left out: {', '.join(dropped)}" if dropped else "")


def _note(plan: Plan, on: dt.date, dropped: Sequence[str]) -> str:
    told = f"From {' and '.join(source.title for source in plan.sources)}"
    day = "" if any(row.since for row in plan.rows) else f", which does not say since when: first seen on {on}"
    lost = f" Not confirmed there and therefore left out: {', '.join(dropped)}." if dropped else ""
    return f"{told}{day}.{lost}"[:400]
