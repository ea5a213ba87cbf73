import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.errors import CountError
from framework.texts import json_lines as module
from framework.texts.json_lines import json_lines


def test_a_line_is_a_string_or_has_text_content_or_messages():
    lines = [
        "a string",
        {"id": 7, "text": "its text", "content": "not this"},
        {"content": "its content"},
        {"content": [{"type": "text", "text": "part one"}, {"type": "image_url"}, "part two"]},
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "assistant", "content": None, "tool_calls": []},
                {"content": ["x"]},
            ]
        },
    ]
    documents, note = json_lines("\n".join(map(json.dumps, lines)) + "\r\n\n  \n", "a.jsonl")
    assert documents == ["a string", "its text", "its content", "part one\npart two", "Be brief.\nx"]
    assert note == "each line a document: the string of 1 line, “text” of 1 line, “content” of 2 lines, “messages” of 1 line"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", r"line 2: no JSON \(Expecting property name .*, column 2\)"),
        ('{"text": "a"} {"text": "b"}', r"line 2: no JSON \(Extra data, column 15\)"),
        ("[1]", "line 2: a list instead of a string, or an object"),
        ("3", "line 2: a number instead"),
        ("true", "line 2: true or false instead"),
        ("null", "line 2: null instead"),
        ("{}", "line 2: an empty object"),
        ('{"title": 1, "body": 2}', r'line 2: none of "text", "content", "messages" \(it has "title", "body"\)'),
        ('{"text": 3}', 'line 2: "text" is a number and no text'),
        ('{"text": {"a": 1}}', 'line 2: "text" is an object and no text'),
        ('{"messages": "hi"}', 'line 2: "messages" is a string and no list'),
        ('{"messages": ["hi"]}', 'line 2: "messages", entry 1 is a string and no object with "content"'),
        ('{"messages": [{"content": "a"}, {"content": 4}]}', 'line 2: "messages", entry 2, "content" is a number and no text'),
        ("[" * 200_000, "line 2: nested too deeply"),
        ("1" * 10_000, "line 2: a number of too many digits"),
        ('"a\0b"', "line 2: no JSON"),
    ],
    ids=range(16),
)
def test_a_bad_line_is_named_with_the_cure(line, says):
    with pytest.raises(CountError, match=rf"a\.jsonl: {says}.*: mend or delete what is wrong.*name it \.txt"):
        json_lines(f'"fine"\n{line}\n"fine"', "a.jsonl")


def test_the_first_three_bad_lines_are_named_and_the_others_numbered():
    with pytest.raises(CountError, match=r"line 1: .*; line 2: .*; line 4: [^;]*; and 2 more: mend"):
        json_lines('1\n2\n"fine"\n4\n5\n6', "a.jsonl")


def test_there_is_an_end_to_the_documents(monkeypatch):
    monkeypatch.setattr(module, "MAX_DOCUMENTS", 2)
    assert len(json_lines('"a"\n"b"', "a.jsonl")[0]) == 2
    with pytest.raises(CountError, match="line 3: more than 2 documents: count it in parts"):
        json_lines('"a"\n"b"\n"c"', "a.jsonl")


def test_line_separators_within_a_string_end_no_line():
    assert json_lines('"a\u2028b\x85c"', "a.jsonl")[0] == ["a\u2028b\x85c"]


@given(st.lists(st.text(max_size=20), max_size=10), st.sampled_from([None, "text", "content"]))
def test_what_was_written_is_read(texts, field):
    lines = [json.dumps(text if field is None else {field: text}) for text in texts]
    assert json_lines("\n".join(lines), "a.jsonl")[0] == texts


@given(st.text(st.sampled_from('{}[]":,0123 textcontentmessages\n\\u'), max_size=80))
def test_any_lines_are_documents_or_a_message(text):
    try:
        json_lines(text, "a.jsonl")
    except CountError as problem:
        assert str(problem).startswith("a.jsonl: line ")
