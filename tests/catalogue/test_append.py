"""An entry is added as text: everything that was there stays, to the byte, and the result passes the strict loader."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from catalogue.price_lists import SMALL, catalogue_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.catalogue.append import append_price, append_source
from framework.catalogue.files import pricing_directory
from framework.catalogue.load import load_catalogue
from framework.documents import parse
from framework.errors import CatalogueError

ENTRY: dict[str, Any] = {
    "effective": dt.date(2027, 3, 1),
    "revocable": True,
    "input_mtok": 0.1,
    "output_mtok": None,
    "cache_write_mtok": {"5m": 0.125, "1h": 2},
    "long_context": {"threshold_tokens": 272000, "inclusive": True, "input_mtok": 1e-07, "output_mtok": 3, "cache_write_mtok": {}},
    "batch": {"input_mtok": 0.05, "output_mtok": None, "long_context_excluded": True},
    "region_multipliers": {"us": 1.1},
    "peak": {"hours_utc": [[1, 4], [22, 24]], "weekdays": [1, 7], "multiplier": 2},
    "note": 'It\'s from "them": [yes] #1',
    "source": ["prices", "old"],
}
COMMENTED = """\
# head
sources:
  prices: {url: 'https://x.example', seen: 2026-11-10, kind: package}   # the page
  old: {url: 'https://x.example/old', seen: null, kind: historic,
      note: 'two
        lines'}
  # about the table

offers:
  - id: a/one   # first
    prices:
      - effective: null   # always
        input_mtok: 1
        output_mtok: 2
        note: >-
          Folded

          text.
        source: [prices,
          old]
        # belongs to the entry

  # about the second
  - id: a/two
    prices:
    - {effective: null, input_mtok: 1, output_mtok: 2, source: prices}
"""


def added(before: str, after: str) -> list[str]:
    """The lines that came in; fails where a line went or changed."""
    old, new = before.splitlines(), after.splitlines()
    start = next((i for i, line in enumerate(old) if new[i] != line), len(old))
    count = len(new) - len(old)
    assert new[:start] + new[start + count :] == old
    return new[start : start + count]


def test_the_entry_comes_after_the_last_one_and_before_the_next_comment() -> None:
    after = append_price(COMMENTED, "x.yaml", "a/one", ENTRY)
    lines = after.splitlines()
    assert lines[lines.index("      - effective: 2027-03-01") - 1] == "        # belongs to the entry"
    assert added(COMMENTED, after)[0] == "      - effective: 2027-03-01"
    assert parse(after, "x").data["offers"][0]["prices"][1] == ENTRY


def test_the_text_of_an_entry_is_readable() -> None:
    assert added(COMMENTED, append_price(COMMENTED, "x.yaml", "a/one", ENTRY)) == [
        "      - effective: 2027-03-01",
        "        revocable: true",
        "        input_mtok: 0.1",
        "        output_mtok: null",
        "        cache_write_mtok: {5m: 0.125, 1h: 2}",
        "        long_context: {threshold_tokens: 272000, inclusive: true, input_mtok: 0.0000001, output_mtok: 3, cache_write_mtok: {}}",
        "        batch:",
        "          input_mtok: 0.05",
        "          output_mtok: null",
        "          long_context_excluded: true",
        "        region_multipliers: {us: 1.1}",
        "        peak: {hours_utc: [[1, 4], [22, 24]], weekdays: [1, 7], multiplier: 2}",
        "        note: 'It''s from \"them\": [yes] #1'",
        "        source: [prices, old]",
    ]


def test_an_entry_on_one_line_can_be_followed_by_a_block() -> None:
    assert parse(append_price(COMMENTED, "x.yaml", "a/two", ENTRY), "x").data["offers"][1]["prices"][1] == ENTRY


def test_a_source_comes_after_the_last_one() -> None:
    source = {"url": "https://y.example", "seen": dt.date(2026, 11, 23), "kind": "package", "note": "map: 1 # no comment"}
    after = append_source(COMMENTED, "x.yaml", "new_one", source)
    (line,) = added(COMMENTED, after)
    assert line == "  new_one: {url: 'https://y.example', seen: 2026-11-23, kind: package, note: 'map: 1 # no comment'}"
    assert append_source(after, "x.yaml", "new_one", source) == after
    with pytest.raises(CatalogueError, match="already another source"):
        append_source(after, "x.yaml", "new_one", {**source, "note": "other"})


@pytest.mark.parametrize("text", [COMMENTED.rstrip("\n"), COMMENTED.replace("\n", "\r\n"), "\ufeff" + COMMENTED])
def test_line_ends_and_a_missing_last_one_are_kept(text: str) -> None:
    after = append_price(text, "x.yaml", "a/two", ENTRY)
    assert after.startswith(text)
    assert parse(after, "x").data["offers"][1]["prices"][1] == ENTRY
    assert ("\r\n" in after) == ("\r\n" in text) and "\n\n\n" not in after


@pytest.mark.parametrize(
    "text",
    [
        "sources: {}\noffers: [{id: a/one, prices: [{effective: null}]}]\n",
        "sources: {}\noffers:\n  - id: a/one\n    prices: [{effective: null}]\n",
        "sources: {}\noffers:\n  - id: a/one\n    prices:\n      -\n        effective: null\n",
        "sources: {}\noffers:\n  - id: a/one\n    prices:\n      [{effective: null}]\n",
    ],
)
def test_a_layout_that_cannot_take_a_block_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError):
        append_price(text, "x.yaml", "a/one", ENTRY)


def test_sources_on_one_line_are_refused() -> None:
    with pytest.raises(CatalogueError, match="by hand"):
        append_source("sources: {a: {url: x}}\noffers: []\n", "x.yaml", "b", {"url": "y"})


def test_an_unknown_offer_is_refused() -> None:
    with pytest.raises(CatalogueError, match="no offer a/three"):
        append_price(COMMENTED, "x.yaml", "a/three", ENTRY)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="".join(map(chr, range(0x7F, 0xA0)))), max_size=60))
def test_any_note_reads_back_as_it_was(note: str) -> None:
    after = append_price(COMMENTED, "x.yaml", "a/one", {**ENTRY, "note": note})
    assert parse(after, "x").data["offers"][0]["prices"][1]["note"] == note


@given(st.floats(min_value=0, max_value=10_000, allow_subnormal=False))
def test_any_price_reads_back_as_it_was(usd: float) -> None:
    after = append_price(COMMENTED, "x.yaml", "a/one", {**ENTRY, "input_mtok": usd})
    assert parse(after, "x").data["offers"][0]["prices"][1]["input_mtok"] == usd


REMARKS = st.sampled_from(["", "   # a remark", "  #: [x] {y: - z}", "   "])
BETWEEN = st.lists(st.sampled_from(["", "  # between", "      # indented", "# at the edge", "   "]), max_size=2)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A provider's file in the layouts that people write, and the ids of its offers."""
    lines = [
        *draw(BETWEEN),
        "sources:",
        "  prices: {url: 'https://x.example', seen: null, kind: package}" + draw(REMARKS),
        *draw(BETWEEN),
        "offers:",
    ]
    ids = [f"a/{number}" for number in range(draw(st.integers(1, 3)))]
    dash = draw(st.sampled_from(["    ", "      "]))
    for offer in ids:
        lines += [f"  - id: {offer}{draw(REMARKS)}", f"    prices:{draw(REMARKS)}"]
        for day in range(1, draw(st.integers(1, 3)) + 1):
            if draw(st.booleans()):
                lines.append(f"{dash}- {{effective: 2026-01-0{day}, input_mtok: 1, source: prices}}{draw(REMARKS)}")
            else:
                lines += [
                    f"{dash}- effective: 2026-01-0{day}{draw(REMARKS)}",
                    f"{dash}  input_mtok: 1{draw(REMARKS)}",
                    f"{dash}  source: [prices]",
                ]
            lines += draw(BETWEEN)
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = end.join(lines) + draw(st.sampled_from(["", end, end + end]))
    return draw(st.sampled_from(["", "\ufeff"])) + text, ids


@settings(deadline=None)
@given(files(), st.data())
def test_no_byte_of_what_is_there_changes(file: tuple[str, list[str]], data: st.DataObject) -> None:
    text, ids = file
    offer = data.draw(st.sampled_from(ids))
    after = append_price(text, "x.yaml", offer, ENTRY)
    old, new = text.encode(), after.encode()
    # The old bytes are the new ones without one piece.
    size = len(new) - len(old)
    assert size > 0
    cut = next(at for at in range(len(old) + 1) if new[at + size :] == old[at:])
    assert new[:cut] == old[:cut]
    # ... and nothing but one more entry of that offer is read.
    before, now = (parse(one, "x").data["offers"] for one in (text, after))
    assert [one["prices"] if one["id"] != offer else one["prices"][:-1] for one in now] == [one["prices"] for one in before]
    assert next(one for one in now if one["id"] == offer)["prices"][-1] == ENTRY


@pytest.mark.parametrize("path", sorted((pricing_directory() / "providers").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_offer_of_every_shipped_file_can_be_appended_to(path: Path) -> None:
    text = path.read_text()
    data = parse(text, path.name).data
    for offer in data["offers"][:: max(1, len(data["offers"]) // 3)]:
        entry = {**offer["prices"][-1], "effective": dt.date(2030, 1, 1)}
        assert added(text, append_price(text, path.name, offer["id"], entry))
    assert added(text, append_source(text, path.name, "new_one", {"url": "https://y.example", "seen": None, "kind": "package"}))


def test_an_appended_file_passes_the_strict_loader(tmp_path: Path) -> None:
    folder = catalogue_folder(tmp_path)
    path = folder / "providers" / "beta.yaml"
    entry = {"effective": dt.date(2027, 2, 1), "revocable": True, "input_mtok": 0.1, "output_mtok": 0.4, "source": ["prices"]}
    path.write_text(append_price(path.read_text(), "beta.yaml", "beta/bolt-mini", entry))
    before, after = (load_catalogue(place).offer("beta/bolt-mini").prices for place in (SMALL, folder))
    assert after[:-1] == before and after[-1].input_mtok == 0.1
