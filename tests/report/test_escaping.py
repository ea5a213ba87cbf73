import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.report.escaping import clean, csv_cell, markdown, markup, shortened, web_address


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("a\nb\tc", "a b c"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("evil \u202egnp.exe", "evil gnp.exe"),
        ("hidden \u200bjoin\ufeff", "hidden join"),
        ("客服 مرحبا 👩\u200d💻", "客服 مرحبا 👩\u200d💻"),
    ],
)
def test_clean_keeps_every_script_and_drops_what_cannot_be_seen(raw: str, kept: str) -> None:
    assert clean(raw) == kept


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert shortened("x" * 10_000, 20) == "x" * 19 + "…"
    assert shortened("short", 20) == "short"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\uff1d"])
def test_a_cell_that_starts_like_a_formula_is_prefixed(start: str) -> None:
    assert csv_cell(f"{start}cmd|' /C calc'!A0").startswith("'")


def test_an_ordinary_cell_stays_as_it_is() -> None:
    assert csv_cell("GPT-6 Luna, 5 % cheaper") == "GPT-6 Luna, 5 % cheaper"


@given(st.text(max_size=60))
def test_no_cell_starts_as_a_formula_after_a_round_trip_through_csv(text: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([csv_cell(text)])
    read = next(csv.reader(io.StringIO(out.getvalue(), newline="")), [""])
    assert not read[0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_markdown_shows_markup_as_text() -> None:
    assert markdown("<script>*b*</script>") == "&lt;script&gt;\\*b\\*&lt;/script&gt;"
    assert markdown("[x](javascript:1)") == "\\[x\\](javascript:1)"
    assert markdown("a | b") == "a \\| b"
    assert markdown("# not a heading") == "\\# not a heading"
    assert markdown("1. not a list") == "1\\. not a list"
    assert markdown("see https://evil.example") == "see https:\\//evil.example"
    assert markdown("GPT-6.1") == "GPT-6.1"


def test_plotly_and_svg_text_holds_no_tags() -> None:
    assert markup('<b>"x" & y</b>') == "&lt;b&gt;&quot;x&quot; &amp; y&lt;/b&gt;"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", "https://", "http://a b", 'https://a"b', "github.com/x"]
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert web_address(url) is None


def test_a_web_address_is_kept() -> None:
    assert web_address("https://a.example/p?q=1#f") == "https://a.example/p?q=1#f"
