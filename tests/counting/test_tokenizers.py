"""o200k counts against published examples, against counts worked out by hand, and against a slow encoder in plain Python."""

import base64
import lzma
import random
import re
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
import regex
import tiktoken
import tiktoken_ext.openai_public as published
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.counting import tokenizers
from framework.counting.tokenizers import PROMPT_BYTES, RANKS_SHA256, o200k_tokens
from framework.errors import CountError

ROOT = Path(__file__).resolve().parents[2]

# OpenAI's cookbook, "How to count tokens with tiktoken" (comparing encodings), and the announcement of GPT-4o ("Language tokenization").
PUBLISHED = {
    "tiktoken is great!": 6,
    "antidisestablishmentarianism": 6,
    "2 + 2 = 4": 7,
    "お誕生日おめでとう": 8,
    "Hello, my name is GPT-4o. I'm a new type of language model, it's nice to meet you!": 24,
    "Hallo, mein Name is GPT-4o. Ich bin ein neues KI-Sprachmodell. Es ist schön, dich kennenzulernen.": 29,
    "你好，我的名字是GPT-4o。我是一种新型的语言模型，很高兴见到你!": 24,
    "مرحبًا، اسمي جي بي تي-4o. أنا نوع جديد من نموذج اللغة، سررت بلقائك!": 26,
    "नमस्ते, मेरा नाम जीपीटी-4o है। मैं एक नए प्रकार का भाषा मॉडल हूँ। आपसे मिलकर अच्छा लगा!": 31,
}
SAMPLES = {
    "English": "It's the customer's 3rd ticket; they'll WAIT no longer -- and that's FINE.\r\n\r\n  Next:\ttwo  spaces. ",
    "German": "Die Donaudampfschifffahrtsgesellschaft prüft 1.234,56 € Überschuss; Maßstäbe genügen nicht.",
    "Chinese": "请用不超过一百字总结下面的合同,并指出其中最重要的三项风险。",
    "Arabic": "يُرجى تلخيص العقد التالي في أقل من مئة كلمة، مع ذكر أهم ثلاثة مخاطر.",
    "Hindi": "कृपया नीचे दिए गए अनुबंध का सारांश सौ से कम शब्दों में दें।",
    "code": "def f(x: int) -> str:\n\treturn f'{x!r:>10}'  # DON'T\n\n\nclass HTTPServer2(Base):\n    pass\n//***/\n",
    "emoji": "🦑🔥👨‍👩‍👧‍👦 ❤️‍🔥 🇩🇪 1️⃣",
    "combining marks": "e\u0301 n\u0303o Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319 \u0301lone",
    "blanks": "a\u00a0\u00a0b\u3000\u3000 c\u200b\u2028d\x1c\x1c e  \n \n  f   ",
    "special tokens": "<|endoftext|> and <|endofprompt|><|start|>",
    "control signs": "a\0b\0\0 \x07\x1b[0m\ufeff",
}


def states(constructor, monkeypatch):
    """What tiktoken itself says of an encoding, without its download."""
    digests = []

    def instead(url, expected_hash):
        digests.append(expected_hash)
        return {}

    monkeypatch.setattr(published, "load_tiktoken_bpe", instead)
    return constructor(), digests


def slowly(text: str) -> int:
    """Byte pair encoding as its definition has it: in each piece, merge the neighbours of lowest rank until there are none."""
    ranks, tokens = tokenizers._ranks(), 0
    for piece in regex.findall(tokenizers._PIECES, text):
        parts = [bytes([byte]) for byte in piece.encode()]
        while True:
            pairs = [(ranks[pair], at) for at in range(len(parts) - 1) if (pair := parts[at] + parts[at + 1]) in ranks]
            if not pairs:
                break
            _, at = min(pairs)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        tokens += len(parts)
    return tokens


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_counts_come_out(text):
    assert o200k_tokens(text) == PUBLISHED[text]


@pytest.mark.parametrize("constructor", [published.o200k_base, published.o200k_harmony], ids=lambda found: found.__name__)
def test_table_and_pieces_are_those_that_tiktoken_states(constructor, monkeypatch):
    stated, digests = states(constructor, monkeypatch)
    assert digests == [RANKS_SHA256] and stated["pat_str"] == tokenizers._PIECES
    assert stated["name"] in tokenizers.O200K
    # 199,998 ranks in a row; the special tokens come after them.
    assert sorted(tokenizers._ranks().values()) == list(range(199_998))
    assert min(stated["special_tokens"].values()) >= 199_998


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_of_text_counts_as_a_slow_encoder_counts_it(name):
    assert o200k_tokens(SAMPLES[name]) == slowly(SAMPLES[name]) > 0


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_counts_as_a_slow_encoder_counts_it(text):
    assert o200k_tokens(text) == slowly(text)


def test_an_empty_text_is_no_token():
    assert o200k_tokens("") == 0


def test_a_special_token_in_a_text_is_the_text_it_is_written_in():
    # `<`, `|`, `endo`, `ft`, `ext`, `|`, `>`, and nothing that a model would take for an end.
    assert o200k_tokens("<|endoftext|>") == slowly("<|endoftext|>") > 1
    assert o200k_tokens("a<|endoftext|>b" * 1_000) > 5_000


def test_half_a_surrogate_pair_counts_as_the_replacement_sign_and_a_whole_one_as_its_letter():
    assert o200k_tokens("a\ud800b") == o200k_tokens("a\ufffdb")
    assert o200k_tokens("\ud83e\udd91") == o200k_tokens("🦑")


def test_two_hundred_kilobytes_without_a_space():
    # Digits go in threes, and every number of three digits is one token: 200,000 / 3 = 66,666.7.
    assert all(str(number).encode() in tokenizers._ranks() for number in range(100, 1_000))
    assert o200k_tokens("789" * 66_666 + "78") == 66_667
    # The longest run of the letter a that is a token has 8, and pairs double: 200,000 / 8.
    assert max(len(token) for token in tokenizers._ranks() if set(token) == {ord("a")}) == 8
    assert o200k_tokens("a" * 200_000) == 25_000
    mixed = base64.b64encode(random.Random(1).randbytes(150_000)).decode()
    assert len(mixed) == 200_000 and o200k_tokens(mixed) == slowly(mixed)


BLANKS = st.text(st.sampled_from(" \t\u00a0\u3000\x1c\x1f\x85\n\rab.!/1é\u0301"), max_size=40)


@settings(max_examples=400)
@given(BLANKS, st.integers(1, 4))
def test_cutting_long_runs_of_blanks_out_changes_no_count(text, longest_run):
    whole = len(tokenizers._encoder(tokenizers._PIECES).encode_ordinary(text))
    parts = list(tokenizers._parts(text, longest_run))
    assert "".join(part for part, _ in parts) == text
    assert sum(len(tokenizers._encoder(pattern).encode_ordinary(part)) for part, pattern in parts) == whole


def test_more_blanks_than_tiktoken_can_take_are_counted():
    # 128 spaces are the longest token of spaces: 1,280,000 / 128 = 10,000; the last space before a word belongs to the word.
    assert max(len(token) for token in tokenizers._ranks() if set(token) == {ord(" ")}) == 128
    assert o200k_tokens(" " * 1_280_000) == 10_000
    assert o200k_tokens("a" + " " * 1_280_001 + "b") == 1 + 10_000 + 1
    assert o200k_tokens("a\n" + " " * 1_280_001 + "b") == o200k_tokens("a\n") + 10_000 + 1


def test_blanks_are_those_of_unicode():
    everything = "".join(chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000)
    ours = set(re.findall(r"[^\S\r\n\x1c-\x1f]", everything))
    assert ours == set(regex.findall(r"\p{White_Space}", everything)) - {"\r", "\n"}


def test_a_text_that_is_too_long_names_the_limit_and_the_cure():
    assert o200k_tokens("1" * PROMPT_BYTES) > 0
    with pytest.raises(CountError, match=r"2,000,001 bytes, at most 2,000,000.*in parts"):
        o200k_tokens("1" * (PROMPT_BYTES + 1))
    with pytest.raises(CountError, match="3,000,000 bytes"):
        o200k_tokens("中" * 1_000_000)  # three bytes each
    assert o200k_tokens("1" * (PROMPT_BYTES + 1), at_most_bytes=PROMPT_BYTES + 1) == 666_667


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_nothing_is_loaded_before_the_first_count():
    run("import sys, framework.cli, framework.counting.count, framework.counting.tokenizers\nassert 'tiktoken' not in sys.modules")


def test_the_first_count_needs_no_network():
    run(
        "import socket\n"
        "def refused(*_, **__): raise OSError('no network')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = refused\n"
        "from framework.counting.tokenizers import o200k_tokens\n"
        "assert o200k_tokens('tiktoken is great!') == 6"
    )


def test_many_first_counts_at_once_make_one_encoder(monkeypatch):
    tokenizers._made.cache_clear()
    made, genuine = [], tiktoken.Encoding
    monkeypatch.setattr(tiktoken, "Encoding", lambda *args, **kwargs: made.append(1) or genuine(*args, **kwargs))
    found, start = [], threading.Barrier(4)

    def count():
        start.wait()
        found.append(o200k_tokens("tiktoken is great!"))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [6] * 4 and len(made) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"no xz at all", "cannot be read"),
        (tokenizers.RANKS.read_bytes()[:-1_000], "cannot be read"),
        (lzma.compress(b"YQ== 0\n"), "not the published table"),
    ],
    ids=["missing", "rubbish", "truncated", "another table"],
)
def test_a_damaged_table_is_told_and_never_counted_with(content, says, tmp_path, monkeypatch):
    place = tmp_path / "table.xz"
    if content is not None:
        place.write_bytes(content)
    monkeypatch.setattr(tokenizers, "RANKS", place)
    tokenizers._ranks.cache_clear()
    with pytest.raises(CountError, match=f"{says}.*install Four Axes again"):
        tokenizers._ranks()


def test_the_table_and_its_licence_travel_with_the_package():
    endings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    assert {"*.xz", "*.txt"} <= set(endings)
    assert "MIT License" in tokenizers.RANKS.with_name("O200K.txt").read_text()
