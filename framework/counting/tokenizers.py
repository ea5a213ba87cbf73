"""o200k, OpenAI's published tokenizer, without a network: tiktoken on a rank table that lies beside this file.

tiktoken itself downloads the table at run time. This copy is the published file, byte for byte, packed with xz; its digest is the one that
tiktoken 0.14.0 states in `tiktoken_ext/openai_public.py`, and it is checked each time the table is read. Licence and origin: `O200K.txt`.
"""

from __future__ import annotations

import binascii
import functools
import hashlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from framework.errors import CountError

if TYPE_CHECKING:
    from tiktoken import Encoding

O200K = frozenset({"o200k_base", "o200k_harmony"})
"""Tokenizers that count text alike: harmony only adds special tokens, and those are counted as the text they are written in."""

RANKS = Path(__file__).with_name("o200k_base.tiktoken.xz")
RANKS_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
PROMPT_BYTES = 2_000_000
"""What is counted where somebody waits for it: about half a million tokens of English, and 2 s for the worst text there is."""

# The split into pieces, as tiktoken 0.14.0 has it for o200k_base; no token crosses the border of a piece.
_PIECES = "|".join(
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
_BLANKS = r"\s+"
# tiktoken gives up on `\s+(?!\S)` where a million blanks stand in a row, so longer runs than this are cut out and counted by themselves.
_LONGEST_RUN = 100_000
_ONE_AT_A_TIME = threading.Lock()


def o200k_tokens(text: str, *, at_most_bytes: int = PROMPT_BYTES) -> int:
    """Tokens of a text in o200k, exactly; what looks like a special token is counted as text.

    Half a surrogate pair, which no encoding can send, counts as the replacement sign. `CountError` for a text of more than `at_most_bytes`.
    """
    whole = _without_surrogates(text)
    size = len(whole.encode())
    if size > at_most_bytes:
        raise CountError(
            f"the text is too long to be counted here ({size:,} bytes, at most {at_most_bytes:,}): count it in parts and add them up"
        )
    return sum(len(_encoder(pattern).encode_ordinary(part)) for part, pattern in _parts(whole, _LONGEST_RUN))


def _without_surrogates(text: str) -> str:
    """Pairs joined, single halves replaced, as tiktoken does it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _parts(text: str, longest_run: int) -> Iterator[tuple[str, str]]:
    """The text in parts, each with the pattern it is split by; the pieces are those of the whole.

    A run of blanks before a word is one piece, but for its last blank, which belongs to that word; at the end of the text it is one piece.
    A run before a line end goes with that, and tiktoken has no trouble with it.
    """
    start = 0
    for run in _long_runs(text, longest_run):
        after = text[run.end() : run.end() + 1]
        if after in ("\r", "\n"):
            continue
        end = run.end() - 1 if after else run.end()
        yield text[start : run.start()], _PIECES
        yield text[run.start() : end], _BLANKS
        start = end
    yield text[start:], _PIECES


def _long_runs(text: str, longest_run: int) -> Iterator[re.Match[str]]:
    """Runs of more blanks than that, without line ends; Python counts the separators 1C to 1F as blanks, Unicode does not."""
    if len(text) <= longest_run:
        return iter(())
    return re.finditer(rf"[^\S\r\n\x1c-\x1f]{{{longest_run + 1},}}", text)


def _encoder(pattern: str) -> Encoding:
    """The process's one encoder, made on first use in a third of a second; the one for long runs is made only where there is one."""
    with _ONE_AT_A_TIME:
        return _made(pattern)


@functools.cache
def _made(pattern: str) -> Encoding:
    from tiktoken import Encoding

    return Encoding("o200k_base", pat_str=pattern, mergeable_ranks=_ranks(), special_tokens={})


@functools.cache
def _ranks() -> dict[bytes, int]:
    """Rank by token: 199,998 of them, one `base64 rank` a line, in order of rank."""
    table = _unpacked()
    if hashlib.sha256(table).hexdigest() != RANKS_SHA256:
        raise CountError(f"{RANKS.name} is not the published table: install Four Axes again")
    return {binascii.a2b_base64(line.partition(b" ")[0]): rank for rank, line in enumerate(table.splitlines())}


def _unpacked() -> bytes:
    try:
        import lzma

        return lzma.decompress(RANKS.read_bytes())
    except ImportError:
        raise CountError("this Python has no lzma module: install liblzma (xz) and build Python again, or use another one") from None
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise CountError(f"{RANKS.name} cannot be read ({error}): install Four Axes again") from None
