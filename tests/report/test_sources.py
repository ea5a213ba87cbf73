from report.studies import chatbot, plain

from framework.report.sources import GROUPS, footnotes


def test_each_place_is_numbered_once_with_its_day_and_kind() -> None:
    found = footnotes(plain(), ["beta/bolt", "beta/bolt-mini"])
    places = [(note.url, note.seen, note.kind) for note in found.notes]
    assert len(set(places)) == len(places)
    assert [note.number for note in found.notes] == list(range(1, len(places) + 1))
    first = found.notes[0]
    assert (first.url, first.seen, first.kind) == ("https://beta.example/pricing", "2026-11-12", "package")
    assert first.covers.startswith("Prices")
    assert "all compared offers" in first.covers


def test_an_undated_source_says_so() -> None:
    undated = [note for note in footnotes(plain(), ["gamma/reed"]).notes if note.seen is None]
    assert undated
    assert all(note.day == "undated" for note in undated)


def test_every_group_of_an_offer_points_at_its_notes() -> None:
    found = footnotes(plain(), ["alpha/sage-2"])
    numbers = found.numbers["alpha/sage-2"]
    assert set(numbers) <= set(GROUPS)
    assert found.notes[numbers["price"][0] - 1].url == "https://alpha.example/pricing"


def test_only_the_groups_asked_for_are_listed() -> None:
    found = footnotes(plain(), ["alpha/sage-2"], ("price",))
    assert {note.url for note in found.notes} == {"https://alpha.example/pricing"}


def test_real_offers_have_a_source_for_their_price_and_window() -> None:
    study = chatbot()
    found = footnotes(study, study.columns.ids)
    for offer in study.columns.ids:
        assert found.numbers[offer]["price"]
        assert found.numbers[offer]["window"]
