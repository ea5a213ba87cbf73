import pytest
from texts.making import typeset

from framework.errors import CountError
from framework.texts.reading import read


@pytest.mark.parametrize(
    ("name", "content", "kind", "documents"),
    [
        ("a.txt", b"<p>as it is</p>\n", "plain text", ["<p>as it is</p>\n"]),
        ("README", b"as it is", "plain text", ["as it is"]),
        ("a.py", b"x = 1\n", "plain text", ["x = 1\n"]),
        ("a.MD", b"# Title\n", "Markdown", ["# Title\n"]),
        ("a.html", b"<h1>Title</h1>", "HTML", ["Title"]),
        ("dir.html/a.HTM", "<p>ü".encode("utf-16"), "HTML", ["ü"]),
        ("a.jsonl", b'"one"\n{"text": ""}\n{"text": "two"}\n', "JSONL", ["one", "two"]),
        ("a.ndjson", b'"one"', "JSONL", ["one"]),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_file_is_read_by_the_end_of_its_name(name, content, kind, documents):
    text = read(content, name)
    assert text.kind == kind and list(text.documents) == documents


def test_a_pdf_is_one_whatever_it_is_called():
    pdf = typeset("Hello there")
    for name in ("a.pdf", "a.txt", "standard input"):
        text = read(pdf, name)
        assert text.kind == "PDF" and text.documents == ("Hello there",)


def test_empty_lines_of_jsonl_are_left_out_and_told():
    assert read(b'""\n"a"\n{"text": ""}', "a.jsonl").note.endswith("; 2 of them empty and left out")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "a.txt: it is empty: there is nothing to count"),
        ("a.pdf", b"", "a.pdf: it is empty"),
        ("a.txt", b"\xef\xbb\xbf", "a.txt: it is empty"),
        ("a.pdf", b"Hello", "a.pdf: it is called a PDF and is none"),
        ("a.txt", b"PK\x03\x04", "a.txt: this is a ZIP archive"),
        ("a.html", b"PK\x03\x04", "a.html: this is a ZIP archive"),
        ("a.jsonl", b"PK\x03\x04", "a.jsonl: this is a ZIP archive"),
        ("a.html", b"<div id=root></div><script>draw()</script>", "a.html: the page shows no text without its scripts: open it, copy"),
        ("a.jsonl", b"\n\n", "a.jsonl: no line holds a text"),
        ("a.jsonl", b'{"text": ""}', "a.jsonl: no line holds a text"),
    ],
    ids=range(10),
)
def test_what_cannot_be_counted_says_why_and_the_cure(name, content, says):
    with pytest.raises(CountError) as caught:
        read(content, name)
    assert str(caught.value).startswith(says)
