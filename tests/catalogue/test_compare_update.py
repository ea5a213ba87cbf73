"""Dated entries from other lists: only what is dated or seen today, never over an old one, the rest left to a person."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from catalogue.price_lists import MAP, ON, catalogue_folder, changed, listed

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.compare import compare
from framework.catalogue.compare_cells import THRESHOLD, Cell, Sheet, Value
from framework.catalogue.compare_ours import our_sheet
from framework.catalogue.compare_pins import load_pins
from framework.catalogue.compare_source import Source
from framework.catalogue.compare_update import Update, update, write
from framework.catalogue.load import load_catalogue
from framework.catalogue.records import Offer
from framework.errors import ReportError

INPUT, OUTPUT, READ = (Cell("standard", "base", meter) for meter in ("input", "output", "cache_read"))
SOON = dt.date(2026, 12, 15)


Changes = dict[str, tuple[dt.date, dict[Cell, Value | None]]]


@dataclass(frozen=True, eq=False)
class Dated(Source):
    """A source that says what the catalogue said, but for `other[offer]`, cells from a day on; None takes a cell away."""

    peer = "genai-prices"
    dated = True
    never = frozenset()

    catalogue: Catalogue
    other: Changes

    def days(self, offer: Offer) -> list[dt.date]:
        return [self.other[offer.id][0]] if offer.id in self.other else []

    def sheet(self, offer: Offer, on: dt.date, default_write: str) -> Sheet:
        ours = our_sheet(self.catalogue, offer.id, on).cells
        cells = {cell: value for cell, value in ours.items() if cell.meter != "write"}
        start, other = self.other.get(offer.id, (dt.date.max, {}))
        if on < start:
            return Sheet(cells)
        known = {cell: value for cell, value in {**cells, **other}.items() if value is not None}
        return Sheet(known, dict.fromkeys(("standard", "batch", "flex", "priority"), start))


def a_list(folder: Path, other: Changes | None = None, *, fresh: bool = True, kind: type[Dated] = Dated) -> Dated:
    return kind(load_pins(folder), "a dated list", fresh, load_catalogue(folder), other or {})


def gone(service: str, band: str) -> dict[Cell, None]:
    return {Cell(service, band, meter): None for meter in ("input", "output", "cache_read")}


def updated(folder: Path, *sources: Source, accept: bool = False, on: dt.date = ON) -> Update:
    return update(folder, sources, load_pins(folder), on=on, accept=accept)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return catalogue_folder(tmp_path)


def test_nothing_to_do_changes_nothing(folder: Path) -> None:
    assert updated(folder, a_list(folder)) == Update({}, "", (), ())


def test_an_announced_price_becomes_a_revocable_entry_with_its_day(folder: Path) -> None:
    before = load_catalogue(folder)
    result = updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25, OUTPUT: 1.0})}))
    assert result.left == ()
    write(folder, result)
    after = load_catalogue(folder)
    old, new = before.offer("beta/bolt-mini").prices, after.offer("beta/bolt-mini").prices
    assert new[:-1] == old
    assert (new[-1].effective, new[-1].revocable, new[-1].input_mtok, new[-1].output_mtok) == (SOON, True, 0.25, 1.0)
    assert (new[-1].cache_read_mtok, new[-1].cache_write_mtok, new[-1].min_cache_tokens) == (0.02, {}, 1024)
    assert [source.seen for source in new[-1].source] == ["2026-11-23", "2026-11-12"]
    assert [offer.prices for offer in after.offers if offer.id != "beta/bolt-mini"] == [
        offer.prices for offer in before.offers if offer.id != "beta/bolt-mini"
    ]


def test_the_diff_adds_lines_and_takes_none_away(folder: Path) -> None:
    result = updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25})}))
    lines = result.diff.splitlines()
    assert lines[:2] == ["--- a/pricing/providers/beta.yaml", "+++ b/pricing/providers/beta.yaml"]
    assert "+      - effective: 2026-12-15" in lines and "+        input_mtok: 0.25" in lines
    assert not [line for line in lines[2:] if line.startswith("-")]
    assert result.appended == ("beta/bolt-mini from 2026-12-15: standard base input 0.2 -> 0.25",)


def test_the_second_run_has_nothing_left_to_do(folder: Path) -> None:
    source = a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25})})
    write(folder, updated(folder, source))
    assert updated(folder, source) == Update({}, "", (), ())
    assert compare(load_catalogue(folder), [source], load_pins(folder), ON).alarms == []


def test_nothing_is_written_before_it_is_asked_for(folder: Path) -> None:
    before = (folder / "providers" / "beta.yaml").read_bytes()
    updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25})}))
    assert (folder / "providers" / "beta.yaml").read_bytes() == before


def test_a_jump_needs_accept(folder: Path) -> None:
    source = a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.27})})
    refused = updated(folder, source)
    assert refused.texts == {} and "a jump of over 30 %" in refused.left[0] and "--accept" in refused.left[0]
    accepted = updated(folder, source, accept=True)
    assert accepted.left == () and len(accepted.appended) == 1


def test_thirty_percent_exactly_is_no_jump(folder: Path) -> None:
    # 0.2 x 1.3 and 0.2 x 0.7
    for usd in (0.26, 0.14):
        assert updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: usd})})).left == ()
    # 0.8 x 1.3 = 1.04
    assert "a jump" in updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {OUTPUT: 1.0401})})).left[0]


def test_a_change_that_puts_prices_out_of_proportion_is_left_to_a_person_even_when_jumps_are_accepted(folder: Path) -> None:
    # 2.5 out for 0.2 in: the output column may have slipped by a row.
    result = updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {OUTPUT: 2.5})}), accept=True)
    assert result.texts == {}
    assert result.left[0].startswith("beta/bolt-mini: standard base output is 12.5 times its input price, usual are 1 to 10 then")
    # All of them five times as high are dear and in proportion.
    assert updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 1.0, OUTPUT: 4.0, READ: 0.1})}), accept=True).left == ()


def test_a_folder_that_cannot_be_written_is_named_and_keeps_its_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "providers" / "beta.yaml"
    before = path.read_bytes()
    result = updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25})}))

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("framework.output.tempfile.mkstemp", refuse)
    with pytest.raises(ReportError, match=r"beta.yaml: cannot be written: Permission denied"):
        write(folder, result)
    assert path.read_bytes() == before


def test_windows_line_ends_and_comments_stay(folder: Path) -> None:
    path = folder / "providers" / "beta.yaml"
    before = b"# our own remark\r\n" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    write(folder, updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25})})))
    after = path.read_bytes()
    assert after.startswith(b"# our own remark\r\n") and after.count(b"\n") == after.count(b"\r\n")
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    # Lines may only come in between: the old ones are all there, in their order.
    left = iter(new)
    assert all(line in left for line in old) and len(new) > len(old)


def test_a_price_that_began_before_ours_is_left_to_a_person(folder: Path) -> None:
    result = updated(folder, a_list(folder, {"beta/bolt-mini": (dt.date(2026, 1, 15), {INPUT: 0.25})}))
    assert result.texts == {} and result.left[0].startswith("beta/bolt-mini: standard base input is 0.2 here and 0.25 there")


def test_an_old_list_knows_nothing_newer_than_our_own_reading(folder: Path) -> None:
    # The price was read on 2026-11-12; a copy that is not of today and says "since 2026-11-01" is older than that.
    source = a_list(folder, {"beta/bolt-mini": (dt.date(2026, 11, 1), {INPUT: 0.25})}, fresh=False)
    assert updated(folder, source).texts == {}
    assert updated(folder, replace(source, fresh=True)).appended == ("beta/bolt-mini from 2026-11-01: standard base input 0.2 -> 0.25",)


def test_a_later_entry_of_ours_is_never_jumped_over(folder: Path) -> None:
    result = updated(folder, a_list(folder, {"alpha/sage-2": (SOON, {INPUT: 3.3})}))
    assert result.texts == {} and "a later price is already entered (2027-01-01)" in result.left[0]


@pytest.mark.parametrize("cell", [THRESHOLD, Cell("standard", "peak", "hours"), Cell("standard", "peak", "input")])
def test_thresholds_and_hours_are_left_to_a_person(folder: Path, cell: Cell) -> None:
    offer = "beta/bolt" if cell is THRESHOLD else "gamma/reed"
    value: Value = "Mon-Sun 01-02" if cell.meter == "hours" else 2.2 if cell.meter == "input" else 200_000.0
    result = updated(folder, a_list(folder, {offer: (SOON, {cell: value})}))
    assert result.texts == {} and "by hand" in result.left[0]


def test_a_service_the_source_does_not_confirm_is_left_out_of_the_new_entry(folder: Path) -> None:
    other: dict[Cell, Value | None] = {INPUT: 2.2, **gone("flex", "base"), **gone("flex", "long")}
    write(folder, result := updated(folder, a_list(folder, {"beta/bolt": (SOON, other)})))
    new = load_catalogue(folder).offer("beta/bolt").prices[-1]
    assert new.flex is None and new.batch is not None and new.long_context is not None
    assert "left out: flex" in result.appended[0] and "flex" in (new.note or "")


def test_a_meter_the_source_does_not_confirm_becomes_unknown(folder: Path) -> None:
    write(folder, updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25, READ: None})})))
    new = load_catalogue(folder).offer("beta/bolt-mini").prices[-1]
    assert (new.input_mtok, new.cache_read_mtok) == (0.25, None)


def test_long_prices_that_are_not_confirmed_stop_the_change(folder: Path) -> None:
    other: dict[Cell, Value | None] = {INPUT: 2.2, THRESHOLD: None, **gone("standard", "long")}
    result = updated(folder, a_list(folder, {"beta/bolt": (SOON, other)}))
    assert result.texts == {} and "the source says nothing of" in result.left[0]


def test_a_change_of_one_service_leaves_the_others_alone(folder: Path) -> None:
    write(
        folder,
        updated(folder, a_list(folder, {"beta/bolt": (SOON, {Cell("batch", "base", "input"): 1.1, Cell("flex", "base", "input"): None})})),
    )
    new = load_catalogue(folder).offer("beta/bolt").prices[-1]
    assert new.batch is not None and new.flex is not None
    assert (new.batch.input_mtok, new.flex.input_mtok, new.input_mtok) == (1.1, 1, 2)


def test_a_list_without_days_is_believed_only_when_it_was_downloaded_now(folder: Path, tmp_path: Path) -> None:
    rows = changed(beta_bolt__mini={"input_cost_per_token": 2.2e-07})
    file = listed(tmp_path, rows, load_pins(folder))
    assert updated(folder, file).texts == {}
    write(folder, result := updated(folder, replace(file, fresh=True)))
    new = load_catalogue(folder).offer("beta/bolt-mini").prices[-1]
    assert (new.effective, new.input_mtok, new.revocable) == (ON, 0.22, False)
    assert "does not say since when" in (new.note or "") and result.left == ()


def test_a_price_that_is_another_providers_is_left_to_a_person(folder: Path) -> None:
    class Borrowing(Dated):
        def sheet(self, offer: Offer, on: dt.date, default_write: str) -> Sheet:
            return replace(super().sheet(offer, on, default_write), borrowed=True)

    result = updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25})}, kind=Borrowing))
    assert result.texts == {} and "the price of the model's own vendor" in result.left[0]


def test_two_lists_that_disagree_are_left_to_a_person(folder: Path, tmp_path: Path) -> None:
    rows = changed(beta_bolt__mini={"input_cost_per_token": 2.2e-07})
    result = updated(folder, a_list(folder), listed(tmp_path, rows, load_pins(folder), fresh=True))
    assert result.texts == {} and "the lists disagree" in result.left[0]


def test_a_pinned_value_that_moved_is_left_to_a_person(folder: Path, tmp_path: Path) -> None:
    pin = "{source: litellm, offer: beta/bolt-mini, theirs: {input: 0.19}, reason: known to be wrong, date: 2026-11-23}"
    (folder / "deviations.yaml").write_text(f"deviations: [{pin}]\n")
    rows = changed(beta_bolt__mini={"input_cost_per_token": 2.2e-07})
    result = updated(folder, listed(tmp_path, rows, load_pins(folder), fresh=True))
    assert result.texts == {} and "was pinned at 0.19" in result.left[0]


def test_a_cell_we_do_not_have_is_left_to_a_person(folder: Path, tmp_path: Path) -> None:
    rows = changed(alpha_sage__1={"input_cost_per_token_batches": 2e-06})
    result = updated(folder, listed(tmp_path, rows, load_pins(folder), fresh=True))
    assert result.texts == {}
    assert result.left[0].startswith("alpha/sage-1: batch base input is 2 there and not sold or not known here")


def test_two_changes_of_one_offer_become_two_entries(folder: Path) -> None:
    class Twice(Dated):
        def days(self, offer: Offer) -> list[dt.date]:
            return [SOON, dt.date(2027, 2, 1)] if offer.id == "beta/bolt-mini" else []

        def sheet(self, offer: Offer, on: dt.date, default_write: str) -> Sheet:
            found = super().sheet(offer, on, default_write)
            if offer.id == "beta/bolt-mini" and on >= dt.date(2027, 2, 1):
                return Sheet({**found.cells, INPUT: 0.3}, {"standard": dt.date(2027, 2, 1)})
            return found

    write(folder, updated(folder, a_list(folder, {"beta/bolt-mini": (SOON, {INPUT: 0.25})}, kind=Twice)))
    assert [price.input_mtok for price in load_catalogue(folder).offer("beta/bolt-mini").prices] == [0.2, 0.25, 0.3]


def test_the_same_map_leaves_the_catalogue_alone(folder: Path, tmp_path: Path) -> None:
    assert updated(folder, listed(tmp_path, MAP, load_pins(folder), fresh=True)).texts == {}
