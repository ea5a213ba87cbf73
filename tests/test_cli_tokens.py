import json
import sys
from pathlib import Path

import command
import pytest

from framework.errors import CountError
from framework.texts import files as texts
from framework.texts.plain import decoded

GREAT = "tiktoken is great!"  # 6 tokens, by OpenAI's cookbook
BIRTHDAY = "お誕生日おめでとう"  # 8


def fouraxes(*arguments, stdin=b""):
    done = command.fouraxes("tokens", *arguments, stdin=stdin)
    done.stdout, done.stderr = done.stdout.encode(), done.stderr.encode()
    return done


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    (folder / "great.txt").write_text(GREAT)
    (folder / "birthday.txt").write_text("\ufeff" + BIRTHDAY, encoding="utf-8")
    return folder / "great.txt", folder / "birthday.txt"


def test_json_holds_files_and_models_with_ranges_and_sources(files):
    done = fouraxes(*files, "--models", "openai/gpt-5.4,claude-haiku-4-5,grok-4.3,gpt-5-4", "--format", "json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    # The byte order mark of the second file is no part of its text: 9 signs of 3 bytes.
    assert [(file["bytes"], file["o200k_tokens"]) for file in answer["files"]] == [(18, 6), (27, 8)]
    assert answer["o200k_tokens"] == 14
    gpt, haiku, grok = answer["models"]
    assert (gpt["id"], gpt["exact"], gpt["tokenizer"]) == ("gpt-5.4", True, "o200k_base")
    assert gpt["tokens"] == {"low": 14, "likely": 14, "high": 14}
    # 14 times 0.98, 1.18 and 1.51: 13.7, 16.5 and 21.1
    assert (haiku["exact"], haiku["tokens"]) == (False, {"low": 14, "likely": 17, "high": 21})
    assert grok["tokens"] == {"low": None, "likely": None, "high": None}
    assert all(source["url"] and "seen" in source for model in answer["models"] for source in model["sources"])


def test_the_table_lists_every_file_and_every_model_that_has_a_ratio(files):
    told = fouraxes(*files).stdout.decode()
    assert "great.txt" in told and "together" in told and "exact: o200k_base" in told
    assert "grok-4.3" not in told and "more models: the catalogue has no ratio for them" in told
    assert max(map(len, (line for line in told.splitlines() if ".txt" not in line))) <= 100
    named = fouraxes(files[0], "--models", "grok-4.3").stdout.decode()
    assert "unknown" in named and "grok-4.3" in named


def test_standard_input_is_a_dash_and_an_empty_text_is_no_token():
    done = fouraxes("-", "--format", "json", stdin=GREAT.encode())
    assert json.loads(done.stdout)["o200k_tokens"] == 6
    assert json.loads(fouraxes("-", "--format", "json").stdout)["o200k_tokens"] == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (("nowhere.txt",), b"", "nowhere.txt: cannot be read"),
        ((".",), b"", "cannot be read"),
        (("-",), b"fine\nbroken \xff", "standard input: no UTF-8 (line 2, byte offset 12)"),
        (("-",), b"a\0b", "NUL byte at offset 1"),
        (("-",), b"%PDF-1.7\n", "standard input: it cannot be read as a PDF"),
        (("-",), b"PK\x03\x04", "a ZIP archive"),
        (("-",), "grüß".encode("utf-16")[:-1], "standard input: no UTF-16 (line 1, byte offset 8)"),
        (("-", "-"), b"", "named twice"),
        (("-", "--models", "gpt-9"), b"", "no model 'gpt-9'; the closest are"),
        (("-", "--models", "openai/gpt-9"), b"", "no offer 'openai/gpt-9'; the closest are"),
        (("-", "--models", " , "), b"", "no model is named"),
        (("-", "--format", "xml"), b"", "xml"),
        ((), b"", "FILE"),
    ],
    ids=str,
)
def test_wrong_input_is_exit_code_two_and_a_message(arguments, stdin, says):
    done = fouraxes(*arguments, stdin=stdin)
    assert done.returncode == 2 and says in done.stderr.decode() and b"Traceback" not in done.stderr


def test_a_closed_standard_input_is_told(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(CountError, match="standard input: cannot be read: it is closed"):
        texts.content_of("-")


def test_a_file_is_read_up_to_its_limit_and_no_further(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "FILE_BYTES", 10)
    path = tmp_path / "long.txt"
    path.write_text("1" * 10)
    assert texts.content_of(str(path)) == b"1" * 10
    path.write_text("1" * 11)
    with pytest.raises(CountError, match="longer than 10 bytes: count it in parts"):
        texts.content_of(str(path))


def test_line_ends_are_counted_as_they_stand(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_bytes(b"a\r\nb\rc\n")
    assert decoded(texts.content_of(str(path)), "lines.txt") == "a\r\nb\rc\n"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Three good files of three kinds, and two bad ones between them."""
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "page.html").write_text(f"<title>no</title><p>{GREAT}<script>var x = 'no'</script></p>")
    (folder / "renamed.txt").write_bytes(b"PK\x03\x04rest")
    (folder / "lines.jsonl").write_text("\n".join(json.dumps(line) for line in (GREAT, {"text": BIRTHDAY}, {"content": GREAT})))
    (folder / "bad.jsonl").write_text('"fine"\n{"title": 1}\n')
    (folder / "utf16.md").write_bytes(BIRTHDAY.encode("utf-16"))
    return folder


def test_bad_files_are_named_with_exit_code_two_and_the_others_are_counted(mixed):
    done = fouraxes(*sorted(mixed.iterdir()), "--format", "json", "--models", "claude-haiku-4-5")
    assert done.returncode == 2 and b"Traceback" not in done.stderr
    answer = json.loads(done.stdout)
    assert [(Path(file["file"]).name, file["kind"], file["o200k_tokens"]) for file in answer["files"]] == [
        ("lines.jsonl", "JSONL", 20),
        ("page.html", "HTML", 6),
        ("utf16.md", "Markdown", 8),
    ]
    # 6, 8 and 6 tokens a line; then a document of 6 and one of 8.
    assert answer["files"][0]["documents"] == {"count": 3, "mean": 6.7, "p50": 6, "p95": 8}
    assert answer["documents"] == {"count": 5, "mean": 6.8, "p50": 6, "p95": 8}
    # 1.18 times 20, 6, 8 and 34.
    (haiku,) = answer["models"]
    assert [tokens["likely"] for tokens in haiku["by_file"]] == [24, 7, 9] and haiku["tokens"]["likely"] == 40
    told = done.stderr.decode()
    assert "renamed.txt: this is a ZIP archive" in told and "bad.jsonl: line 2: none of" in told and len(answer["refused"]) == 2


def test_no_name_and_no_file_writes_control_signs_on_the_terminal(tmp_path):
    (tmp_path / "red\x1b[31m\nnews.txt").write_text(GREAT)
    (tmp_path / "keys.jsonl").write_text('{"\\u001b[2Jtitle": 1}\n')
    done = fouraxes(*sorted(tmp_path.iterdir()), "--models", "gpt-5.4")
    assert "red[31m news.txt (plain text)\n" in done.stdout.decode() and 'it has "[2Jtitle"' in done.stderr.decode()
    assert not {sign for sign in done.stdout + done.stderr if sign < 32 and sign != 10} and done.stderr.count(b"\n") == 1


def test_the_table_has_a_line_for_each_file_and_one_together(mixed):
    told = fouraxes(mixed / "page.html", mixed / "lines.jsonl", "--models", "claude-haiku-4-5").stdout.decode()
    assert "page.html (HTML)\n" in told and "lines.jsonl (JSONL): 3 documents, mean 7, p50 6, p95 8" in told
    assert "together: 4 documents" in told
    # The model in total, 1.18 times 26, then file by file.
    at = told.index("claude-haiku-4-5")
    assert "31 " in told[:at].splitlines()[-1] and told[at:].count("estimated: 1.18 x o200k") == 3


def test_nothing_but_bad_files_prints_no_table(mixed):
    done = fouraxes(mixed / "renamed.txt", "--format", "json")
    assert done.returncode == 2 and not done.stdout


def test_an_empty_file_is_refused_where_an_empty_pipe_is_no_token(tmp_path):
    (tmp_path / "empty.md").write_text("")
    done = fouraxes(tmp_path / "empty.md")
    assert done.returncode == 2 and b"empty.md: it is empty" in done.stderr
