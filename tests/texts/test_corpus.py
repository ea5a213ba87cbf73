"""Counts of files against the tokenizer itself, and their spread by hand."""

import base64
import io
import json
import random
import zipfile

import numpy as np
import pytest
import tiktoken
import tiktoken_ext.openai_public as published
from texts.making import locked, typeset

from framework.counting import tokenizers
from framework.errors import CountError
from framework.texts.corpus import Corpus, CorpusCounts, add, count_file, nothing, tokens_of, without

GREAT = "tiktoken is great!"  # 6 tokens, by OpenAI's cookbook
BIRTHDAY = "お誕生日おめでとう"  # 8
MULTILINGUAL = {
    "English": "It's the customer's 3rd ticket; they'll WAIT no longer.\r\n\r\n  Next:\ttwo  spaces. ",
    "German": "Die Donaudampfschifffahrtsgesellschaft prüft 1.234,56 € Überschuss; Maßstäbe genügen nicht.\n",
    "Chinese": "请用不超过一百字总结下面的合同,并指出其中最重要的三项风险。\n",
    "Arabic": "يُرجى تلخيص العقد التالي في أقل من مئة كلمة، مع ذكر أهم ثلاثة مخاطر.\n",
    "Hindi": "कृपया नीचे दिए गए अनुबंध का सारांश सौ से कम शब्दों में दें।\n",
    "code": "def f(x: int) -> str:\n\treturn f'{x!r:>10}'  # DON'T\n\n\nclass HTTPServer2(Base):\n    pass\n//***/\n",
    "emoji": "🦑🔥👨‍👩‍👧‍👦 ❤️‍🔥 🇩🇪 1️⃣\n",
    "no space": base64.b64encode(random.Random(1).randbytes(150_000)).decode(),
    "together": "",
}
MULTILINGUAL["together"] = "".join(MULTILINGUAL.values())


@pytest.fixture(scope="module")
def reference():
    """tiktoken's own o200k_base, as it states it, on the ranks that lie beside the counter instead of its download."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(published, "load_tiktoken_bpe", lambda url, expected_hash: tokenizers._ranks())
        return tiktoken.Encoding(**published.o200k_base())


def silent(name, share):
    return None


@pytest.mark.parametrize("ending", ["txt", "md", "jsonl", "html", "utf-16"])
@pytest.mark.parametrize("name", MULTILINGUAL)
def test_every_language_counts_as_the_reference_counts_it_in_every_kind_of_file(name, ending, reference):
    text = MULTILINGUAL[name] * (1 if len(MULTILINGUAL[name]) > 100_000 else 7)
    content = {
        "jsonl": json.dumps({"text": text}),
        "html": f"<pre>{text.replace('&', '&amp;').replace('<', '&lt;')}</pre>",
    }.get(ending, text)
    file = count_file(content.encode("utf-16" if ending == "utf-16" else "utf-8"), f"a.{ending}")
    # A page has no carriage returns, and no blanks at its ends.
    expected = text.replace("\r", "").strip(" \n") if ending == "html" else text
    assert file.tokens.tolist() == [len(reference.encode_ordinary(expected))]
    assert file.text_bytes == len(expected.encode())


def test_a_pdf_counts_as_its_text(reference):
    file = count_file(typeset("Die Prüfung kostet 5 €."), "a.pdf")
    assert file.counts.total_tokens == len(reference.encode_ordinary("Die Prüfung kostet 5 €.")) and file.kind == "PDF"


def test_percentiles_are_lengths_of_documents():
    # Lengths 1 to 20: the 10th is within half of them, the 19th within 95 %.
    lines = "\n".join(json.dumps(" ".join(["a"] * number)) for number in range(1, 21))
    counts = count_file(lines.encode(), "a.jsonl").counts
    assert counts == CorpusCounts(documents=20, mean_tokens=10.5, p50_tokens=10, p95_tokens=19, total_tokens=210)


def test_all_files_are_one_corpus():
    corpus = add(Corpus(), [("a.txt", GREAT.encode()), ("b.jsonl", json.dumps(BIRTHDAY).encode())], tell=silent)
    assert corpus.counts == CorpusCounts(2, 7, 6, 8, 14) and corpus.total_tokens == 14
    assert corpus.size_bytes == 18 + len(json.dumps(BIRTHDAY)) and not corpus.refused
    assert Corpus().counts is None and nothing("-").counts.total_tokens == 0


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", GREAT)
    return out.getvalue()


def test_bad_files_stop_no_other_file_and_each_is_named_with_its_cure():
    files = [
        ("renamed.txt", archive()),
        ("good.txt", GREAT.encode()),
        ("broken.md", b"gr\xfc\xdf"),
        ("secret.pdf", locked(typeset("Hello"), "x")),
        ("bad.jsonl", b'"a"\n{"b": 1}'),
        ("empty.txt", b""),
        ("page.html", f"<script>no</script><p>{GREAT}".encode()),
    ]
    corpus = add(Corpus(), files, tell=silent)
    assert [(file.name, file.counts.total_tokens) for file in corpus.files] == [("good.txt", 6), ("page.html", 6)]
    says = [refusal.why for refusal in corpus.refused]
    for name, why in zip(
        ("renamed.txt", "broken.md", "secret.pdf", "bad.jsonl", "empty.txt"),
        ("a ZIP archive", "no UTF-8 (line 1, byte offset 2)", "its password", "line 2", "empty"),
        strict=True,
    ):
        assert any(text.startswith(f"{name}: ") and why in text for text in says)


def test_of_25_megabytes_in_all_20_are_counted_and_the_rest_is_named():
    files = [(f"{number}.txt", f"{number} words of a text, ".encode() * 262_500) for number in range(5)]
    assert sum(len(content) for _, content in files) == 5 * 262_500 * 19 == 24_937_500
    corpus = add(Corpus(), files, tell=silent)
    assert [file.name for file in corpus.files] == ["0.txt", "1.txt", "2.txt", "3.txt"]
    (refusal,) = corpus.refused
    assert refusal.why.startswith("4.txt: 5.0 MB more than the 19.9 MB that are counted, and at most 20 MB are counted in all: forget")


def test_a_smaller_file_that_still_fits_is_counted_whatever_stands_before_it():
    corpus = add(Corpus(), [("a.txt", b"a" * 8), ("b.txt", b"b" * 8), ("c.txt", b"c")], tell=silent, limit=10)
    assert [file.name for file in corpus.files] == ["a.txt", "c.txt"]


def test_a_file_is_counted_once_and_can_be_taken_out_again():
    corpus = add(Corpus(), [("a.txt", b"one"), ("b.txt", b"one"), ("c.txt", b"\0")], tell=silent)
    assert [refusal.why for refusal in corpus.refused] == [
        "b.txt: it is the same as a.txt, which is counted already: nothing to do",
        "c.txt: no plain text (a NUL byte at offset 0): save it as plain text in UTF-8 first",
    ]
    assert without(corpus, {corpus.refused[1].digest}).files == corpus.files
    assert without(corpus, {corpus.files[0].digest}).files == ()


def test_no_text_is_kept():
    corpus = add(Corpus(), [("a.txt", b"a secret text"), ("b.jsonl", b'"another secret"')], tell=silent)
    assert "secret" not in repr(corpus) and not [value for file in corpus.files for value in vars(file).values() if "secret" in str(value)]


def test_progress_grows_to_the_whole():
    told = []
    files = [("a.txt", b"one two " * 400_000), ("b.jsonl", b'"one"\n' * 100_000), ("c.pdf", typeset("a", "b"))]
    add(Corpus(), files, tell=lambda name, share: told.append((name, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1) and len(shares) > 8
    assert list(dict.fromkeys(name for name, _ in told)) == ["a.txt", "b.jsonl", "c.pdf"]


def test_many_documents_are_counted_each_by_itself():
    assert tokens_of([GREAT, "", BIRTHDAY * 2, GREAT]).tolist() == [6, 0, 16, 6]
    assert tokens_of([]).dtype == np.int64


def test_a_file_that_is_no_text_is_an_error_of_its_own():
    with pytest.raises(CountError, match=r"^a\.txt: "):
        count_file(b"\0", "a.txt")
