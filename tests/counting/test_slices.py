from hypothesis import example, given
from hypothesis import strategies as st

from framework.counting.slices import slices
from framework.counting.tokenizers import o200k_tokens

SIGNS = "ab1_/;.!' \t\n\r\u00a0\u3000\x1cé\u0301中²Ⓐ①🦑<|\u200bA's"


@given(st.text(st.sampled_from(SIGNS), max_size=80), st.integers(1, 5))
@example("a;\n/b", 1)
@example("a 's b", 1)
@example("x\r\n1", 1)
@example("_ a _b", 1)
def test_slices_have_the_tokens_of_the_whole(text, about):
    parts = list(slices(text, about))
    assert "".join(parts) == text
    assert sum(map(o200k_tokens, parts)) == o200k_tokens(text)


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_sliced_has_the_tokens_of_the_whole(text):
    assert sum(map(o200k_tokens, slices(text, 1))) == o200k_tokens(text)


def test_a_slice_is_about_as_long_as_asked_for():
    parts = list(slices("one two three\n" * 10_000, 1_000))
    assert len(parts) > 130 and max(map(len, parts)) < 1_010
    assert list(slices("1" * 5_000, 1_000)) == ["1" * 5_000]
    assert list(slices("")) == [""]
