"""PDFs as they come, and PDFs that were made to do harm: every one ends in text or in a message, in bounded time and memory."""

import builtins
import re
import time
from types import SimpleNamespace

import pytest
from texts.making import AES_LOCKED, locked, one_page, raw_pdf, stream, typeset

from framework.errors import CountError
from framework.texts import pdf, pdf_pages
from framework.texts.pdf import pdf_text
from framework.texts.pdf_pages import MAX_PAGES

HELLO = b"BT /F 12 Tf 10 10 Td (Hello there) Tj ET"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 1 1]"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
TREE = [b"<< /Type /Pages /Count 99 /Kids [%d 0 R %d 0 R] >>" % (of, of) for of in range(3, 40)]
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def refusal(content: bytes, seconds: float = 30) -> str:
    with pytest.raises(CountError) as caught:
        pdf_text(content, "a.pdf", seconds=seconds)
    return str(caught.value)


def test_the_pages_are_read_one_after_the_other_with_progress():
    told = []
    text, note = pdf_text(typeset("Grüße, it's *page* one.", "Вторая страница 页", ""), "a.pdf", tell=told.append)
    assert re.sub(r"\s+", " ", text).strip() == "Grüße, it’s page one. Вторая страница"
    assert note == "3 pages, in the order in which the PDF draws them; 1 without text (pictures are not read)"
    assert told == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_pdf_that_is_only_locked_against_printing_is_read():
    assert "Hello" in pdf_text(locked(typeset("Hello"), ""), "a.pdf")[0]


def test_a_pdf_behind_a_password_names_the_cure():
    says = "a.pdf: it is encrypted and does not open without its password: save a copy without protection, then count that"
    assert refusal(locked(typeset("Hello"), "secret")) == says


def test_a_cipher_that_is_not_at_hand_is_named_and_no_password_asked_for():
    says = (
        "a.pdf: it is encrypted with AES, which cannot be opened here even where it asks for no password: save a copy without protection, "
    )
    assert refusal(AES_LOCKED) == says + "then count that"


def test_a_pdf_of_pictures_names_the_cure():
    assert refusal(one_page(stream(b"0 0 9 9 re f"))).startswith(
        "a.pdf: no text can be read from its 1 page: if it is a scan, run text rec"
    )


def test_too_many_pages_are_refused_before_they_are_read():
    kids = b"3 0 R " * (MAX_PAGES + 1)
    many = raw_pdf([CATALOG, b"<< /Type /Pages /Count %d /Kids [%b] >>" % (MAX_PAGES + 1, kids), PAGE])
    assert refusal(many) == "a.pdf: it has 2,001 pages, and at most 2,000 are read: split it"


HARM = {
    "unpacks to 400 MB": one_page(stream(b" " * 400_000_000, packed=2)),
    "a page tree of 2^37 pages": raw_pdf([CATALOG, *TREE, PAGE]),
    "a page tree that holds itself": raw_pdf([CATALOG, b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"]),
    "a drawing that draws itself": one_page(
        stream(b"/X Do"),
        resources=b"/XObject << /X 6 0 R >>",
        more=(stream(b"/X Do", more=FORM + b" /Resources << /XObject << /X 6 0 R >> >>"),),
    ),
    "nested brackets": one_page(b"[" * 200_000),
    "nested dictionaries": one_page(b"<</A " * 100_000),
    "a length that is its own": one_page(b"<< /Length 4 0 R >>\nstream\nabc\nendstream"),
    "a table before itself": one_page(b"").replace(b"/Size 6", b"/Size 6 /Prev 9"),
    "cut off": typeset("Hello")[:2_000],
    "no PDF but for its beginning": b"%PDF-1.7\n" + bytes(range(256)) * 1_000,
}


@pytest.mark.parametrize("content", HARM.values(), ids=HARM.keys())
def test_harmful_files_end_in_a_message_with_a_cure(content):
    start = time.monotonic()
    assert re.search(r"^a\.pdf: .*: (open it|save its text|split it|if it is a scan)", refusal(content))
    assert time.monotonic() - start < 20


def test_a_file_that_takes_too_long_is_left():
    slow = one_page(stream(b"BT /F 12 Tf (" + b"a" * 60_000_000 + b") Tj ET", packed=1))
    start = time.monotonic()
    assert refusal(slow, seconds=1.5) == (
        "a.pdf: it takes longer than 2 s to read: save its text as .txt (for example with pdftotext), or split it"
    )
    assert time.monotonic() - start < 10


def test_a_file_that_takes_too_much_memory_is_left(tmp_path, monkeypatch):
    reader = tmp_path / "reader.py"
    reader.write_text(pdf._READER.read_text().replace("MAX_MEMORY = 700 * 2**20", "MAX_MEMORY = 30 * 2**20"))
    monkeypatch.setattr(pdf, "_READER", reader)
    hungry = one_page(stream(b"BT /F 12 Tf " + b"(a) Tj " * 1_000_000 + b"ET", packed=1))
    assert refusal(hungry).startswith("a.pdf: it takes more than 700 MB of memory to read: ")


def test_more_signs_than_are_counted_are_refused(tmp_path, monkeypatch):
    reader = tmp_path / "reader.py"
    reader.write_text(pdf._READER.read_text().replace("MAX_SIGNS = 10_000_000", "MAX_SIGNS = 5"))
    monkeypatch.setattr(pdf, "_READER", reader)
    assert "it holds more than 10,000,000 signs" in refusal(one_page(stream(HELLO)))


def test_what_its_reader_prints_of_a_file_is_never_taken_for_a_page():
    assert pdf_text(one_page(stream(b'BT /F 12 Tf ({"done": true}) Tj ET')), "a.pdf")[0] == '{"done": true}'


def test_a_reader_that_nobody_reads_on_is_ended(monkeypatch):
    started, genuine = [], pdf.subprocess.Popen
    monkeypatch.setattr(pdf.subprocess, "Popen", lambda *args, **kwargs: started.append(genuine(*args, **kwargs)) or started[-1])

    def tell(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pdf_text(typeset("a", "b"), "a.pdf", tell=tell)
    assert started[0].poll() is not None


def test_where_the_system_does_not_say_what_is_held_the_most_there_was_counts(monkeypatch):
    """Kilobytes, but bytes on macOS."""

    def refused(*_, **__):
        raise OSError

    monkeypatch.setattr(builtins, "open", refused)
    fake = SimpleNamespace(getrusage=lambda _: SimpleNamespace(ru_maxrss=3_000), RUSAGE_SELF=0)
    for platform, held in (("linux", 3_000 * 1024), ("darwin", 3_000)):
        monkeypatch.setattr(pdf_pages.sys, "platform", platform)
        assert pdf_pages._held(fake) == held
