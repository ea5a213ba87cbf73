"""The o200k tokens of many documents: file by file, in total, and as the spread of their lengths."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from framework.counting.slices import slices
from framework.counting.tokenizers import o200k_tokens
from framework.errors import CountError
from framework.texts.reading import PDF, PLAIN, read

UPLOAD_BYTES = 20_000_000
"""What is counted in one session of the dashboard, all files together."""

Tell = Callable[[str, float], None]
"""Is told what is done, and which share of the whole is."""

# Of the time that a file takes, reading is this share; a PDF is nearly all reading.
_READING, _READING_A_PDF = 0.3, 0.95


@dataclass(frozen=True)
class CorpusCounts:
    """How long documents are, in o200k tokens. Percentiles are lengths of documents: the least that so many of them stay within."""

    documents: int
    mean_tokens: float
    p50_tokens: float
    p95_tokens: float
    total_tokens: int


@dataclass(frozen=True)
class FileCount:
    """One file: `tokens` has an entry for each document. The text itself is not kept; `digest` knows the file again.

    `text_bytes` are those of the text that was counted, in UTF-8: of a page or a PDF far fewer than the file has.
    """

    name: str
    kind: str
    size_bytes: int
    text_bytes: int
    note: str
    tokens: NDArray[np.int64] = field(repr=False)
    digest: bytes = field(repr=False)

    @property
    def counts(self) -> CorpusCounts:
        """Of this file's documents."""
        return _counts(self.tokens)


@dataclass(frozen=True)
class Refusal:
    """A file that is not counted; `why` names file, cause and cure."""

    why: str
    digest: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Corpus:
    """What was counted, and what was not and why."""

    files: tuple[FileCount, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def total_tokens(self) -> int:
        """Of all files."""
        return sum(int(file.tokens.sum()) for file in self.files)

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(file.size_bytes for file in self.files)

    @property
    def counts(self) -> CorpusCounts | None:
        """Of all documents of all files; None where there are none."""
        return _counts(np.concatenate([file.tokens for file in self.files])) if self.files else None


def _counts(tokens: NDArray[np.int64]) -> CorpusCounts:
    p50, p95 = np.quantile(tokens, (0.5, 0.95), method="inverted_cdf")
    return CorpusCounts(len(tokens), float(tokens.mean()), float(p50), float(p95), int(tokens.sum()))


def add(corpus: Corpus, files: Sequence[tuple[str, bytes]], *, tell: Tell, limit: int = UPLOAD_BYTES) -> Corpus:
    """The corpus with more files `(name, content)`; a bad file stops no other one.

    A file that is in it already is not counted again; at most `limit` bytes are in it together.
    """
    counted, refused, done = list(corpus.files), list(corpus.refused), 0
    whole = max(1, sum(len(content) for _, content in files))
    for name, content in files:
        digest = digest_of(content)
        try:
            _admit(name, len(content), digest, counted, limit)
            told = functools.partial(_tell, tell, name, done / whole, len(content) / whole)
            counted.append(count_file(content, name, tell=told, digest=digest))
        except CountError as problem:
            refused.append(Refusal(str(problem), digest))
        done += len(content)
    return Corpus(tuple(counted), tuple(refused))


def digest_of(content: bytes) -> bytes:
    """What knows a file again."""
    return hashlib.sha256(content).digest()


def without(corpus: Corpus, digests: Collection[bytes]) -> Corpus:
    """The corpus without some files, counted or refused."""
    return Corpus(
        tuple(file for file in corpus.files if file.digest not in digests),
        tuple(refusal for refusal in corpus.refused if refusal.digest not in digests),
    )


def _tell(tell: Tell, name: str, start: float, extent: float, share: float) -> None:
    tell(name, min(1.0, start + extent * share))


def _admit(name: str, size: int, digest: bytes, others: Sequence[FileCount], limit: int) -> None:
    if twin := next((file for file in others if file.digest == digest), None):
        raise CountError(f"{name}: it is the same as {twin.name}, which is counted already: nothing to do")
    held = sum(file.size_bytes for file in others)
    if held + size > limit:
        raise CountError(
            f"{name}: {size / 1e6:.1f} MB more than the {held / 1e6:.1f} MB that are counted, and at most {limit / 1e6:.0f} MB are "
            "counted in all: forget the others first, count it in parts, or use `fouraxes tokens`"
        )


def count_file(content: bytes, name: str, *, tell: Callable[[float], None] | None = None, digest: bytes = b"") -> FileCount:
    """One file, read and counted; `CountError` where it cannot be."""
    told = tell or (lambda _: None)
    text = read(content, name, tell=lambda share: told(_READING_A_PDF * share))
    start = _READING_A_PDF if text.kind == PDF else _READING
    tokens = tokens_of(text.documents, tell=lambda share: told(start + (1 - start) * share))
    size = sum(len(document.encode("utf-8", "surrogatepass")) for document in text.documents)
    return FileCount(name, text.kind, len(content), size, text.note, tokens, digest)


def nothing(name: str) -> FileCount:
    """A text of no token."""
    return FileCount(name, PLAIN, 0, 0, "", np.zeros(1, dtype=np.int64), b"")


def tokens_of(documents: Sequence[str], *, tell: Callable[[float], None] | None = None) -> NDArray[np.int64]:
    """o200k tokens of each document, exactly; `tell` gets the share done, every half a million signs or so."""
    whole, done, said = max(1, sum(map(len, documents))), 0, 0
    found = np.zeros(len(documents), dtype=np.int64)
    for at, document in enumerate(documents):
        for part in slices(document):
            found[at] += o200k_tokens(part, at_most_bytes=4 * len(part))
            done += len(part)
            if tell and (done - said >= 500_000 or done == whole):
                said = done
                tell(done / whole)
    return found
