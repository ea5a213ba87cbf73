import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.errors import CountError
from framework.texts.plain import decoded


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_how_a_text_is_written_and_is_no_part_of_it(encoding):
    text = "grüß 你好 🦑\r\nzweite Zeile\n"
    assert decoded(text.encode(encoding), "a") == text


def test_utf_16_is_read_in_both_orders():
    assert decoded(b"\xff\xfea\0b\0", "a") == decoded(b"\xfe\xff\0a\0b", "a") == "ab"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"one\ntwo \xff\n", r"notes: no UTF-8 \(line 2, byte offset 8\): save it as plain text in UTF-8 first"),
        (b"\xef\xbb\xbfone \xe4", r"no UTF-8 \(line 1, byte offset 7\)"),
        ("gr\u00fc\u00df".encode("latin-1"), r"no UTF-8 \(line 1, byte offset 2\)"),
        (b"\xff\xfea\0\n\0\x00\xd8b\0", r"no UTF-16 \(line 2, byte offset 6\)"),
        (b"\xff\xfe\0\0\0\0\x11\0", r"no UTF-32 \(line 1, byte offset 4\)"),
        (b"a\0b", r"no plain text \(a NUL byte at offset 1\)"),
        (b"PK\x03\x04", "this is a ZIP archive .*and no text: save what is in it"),
        (b"\x1f\x8b\x08", "this is a gzip archive"),
        (b"\x89PNG\r\n", "this is a picture"),
        (b"\xd0\xcf\x11\xe0", "this is an old Office document"),
    ],
    ids=["broken", "broken after a mark", "Latin-1", "broken UTF-16", "broken UTF-32", "NUL", "ZIP", "gzip", "PNG", "Word"],
)
def test_what_is_no_text_is_refused_with_place_and_cure(content, says):
    with pytest.raises(CountError, match=says):
        decoded(content, "notes")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_a_message(content):
    try:
        decoded(content, "notes")
    except CountError as problem:
        assert str(problem).startswith("notes: ")
