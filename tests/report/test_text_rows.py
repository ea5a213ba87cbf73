import json

import pytest

from framework.catalogue.load import load_catalogue
from framework.report.text_rows import by_file, documents
from framework.texts.corpus import Corpus, add

GREAT = "tiktoken is great!"  # 6 tokens, by OpenAI's cookbook


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def corpus(*files: tuple[str, str]) -> Corpus:
    return add(Corpus(), [(name, text.encode()) for name, text in files], tell=lambda name, share: None)


def test_each_file_has_its_exact_count_and_the_range_of_every_other_tokenizer(catalogue):
    lines = "\n".join(json.dumps(GREAT) for _ in range(1_000))
    models = ["gpt-5.4", "grok-4.3", "claude-opus-5-5", "claude-haiku-4-5", "claude-sonnet-4-6"]
    table = by_file(corpus(("great.md", GREAT), ("lines.jsonl", lines)), models, catalogue)
    # What is exact has its own column, what is unknown none; one ratio is one column, the fewest tokens first.
    assert table.columns == {
        "name": "File",
        "documents": ">Documents",
        "spread": ">Mean, p95",
        "exact": ">o200k, exactly",
        "model-0": ">Claude Haiku 4.5 and 1 more",
        "model-1": ">Claude Opus 5.5",
        "how": "Read as",
    }
    together, great, many = table.rows
    assert (together["name"], together["documents"], together["exact"], together["_class"]) == ("All files", "1,001", "6,006", "on")
    # 6 times 1.18, 0.98 and 1.51: 7.08, 5.88 and 9.06; 6,000 times them: 7,080, 5,880 and 9,060.
    assert (great["exact"], great["model-0"], great["spread"], great["id"]) == ("6", "7 (6 to 9)", "", "Markdown")
    assert (many["exact"], many["model-0"], many["spread"], many["id"]) == ("6,000", "7.08k (5.88k to 9.06k)", "6, 6", "JSONL")
    assert many["how"] == "each line a document: the string of 1,000 lines"


def test_one_file_needs_no_row_for_all(catalogue):
    table = by_file(corpus(("great.md", GREAT)), [], catalogue)
    assert [row["name"] for row in table.rows] == ["great.md"] and list(table.columns)[-1] == "how"


def test_documents_are_counted_in_words():
    assert [documents(number) for number in (1, 2, 1_200)] == ["1 document", "2 documents", "1,200 documents"]
