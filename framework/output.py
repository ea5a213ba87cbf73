"""Where the commands write: standard output, or a file that appears only when it is whole and replaces another one only when told to."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from framework.errors import ReportError


def may_write(target: Path, force: bool) -> None:
    """`ReportError` where the file is there and not to be replaced, or cannot be."""
    if os.path.lexists(target) and not force:
        raise ReportError(f"{target} exists: choose another name or add --force")
    if target.exists() and not target.is_file():
        raise ReportError(f"{target} is not a regular file")


@contextlib.contextmanager
def _whole(target: Path, force: bool) -> Iterator[Path]:
    """A temporary file beside the target that takes its place only when all is written."""
    may_write(target, force)
    try:
        target = target.resolve() if target.is_symlink() else target  # the file is replaced, not the link to it
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:50]}.")
        os.close(handle)
        temporary = Path(name)
    except OSError as error:
        raise ReportError(f"{target}: cannot be written: {error.strerror}") from None
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        raise ReportError(f"{target}: cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)


def _say(data: bytes) -> None:
    """Write to standard output at once, past its buffer: a closed pipe or a full disk shows here and not when the program ends."""
    try:
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ReportError(f"standard output cannot be written: {error.strerror}") from None


def put(content: str | bytes, target: Path | None = None, force: bool = False) -> None:
    """Write to the file, or to standard output where there is none; `ReportError` where that fails."""
    data = content.encode() if isinstance(content, str) else content
    if target is None:
        _say(data)
        return
    with _whole(target, force) as temporary:
        temporary.write_bytes(data)


def put_parts(parts: Iterable[str], target: Path, force: bool = False) -> None:
    """Write piece by piece what is too long to be held at once; `ReportError` where that fails, and then nothing is left behind."""
    with _whole(target, force) as temporary, temporary.open("wb") as file:
        file.writelines(part.encode() for part in parts)
