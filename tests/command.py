"""How the tests give a command of `fouraxes`.

`fouraxes(...)` runs it in this process through its entry point, with standard input, output and error of its own: quick, and right wherever
what matters is an answer, a message, a file or an exit code. `fouraxes(..., apart=True)` starts `python -m framework` as a process: slow,
for what a process alone can show, such as how it starts, what it imports, and what it reads from the environment at its start.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import IO
from unittest.mock import patch

from framework.cli import main

ROOT = Path(__file__).resolve().parents[1]
SILENT = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""What Python keeps to itself unless told otherwise."""


def argv(*arguments: object) -> list[str]:
    """What starts the command as a process."""
    return [sys.executable, "-m", "framework", *map(str, arguments)]


def fouraxes(
    *arguments: object, cwd: Path = ROOT, stdin: bytes = b"", env: Mapping[str, str] | None = None, apart: bool = False
) -> subprocess.CompletedProcess[str]:
    """Exit code, standard output and standard error of a command; `env` is added to the environment."""
    command = argv(*arguments)
    if apart:
        around = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=300, cwd=cwd, env=around)
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())
    with patch.dict(os.environ, env or {}), contextlib.chdir(cwd), _streams(stdin) as (out, err), _warned():
        code = _ended(["fouraxes", *command[3:]])
        told = [_read(stream) for stream in (out, err)]
    return subprocess.CompletedProcess(command, code, *told)


def _ended(arguments: list[str]) -> int:
    """The exit code, from a thread of its own: another test's browser may keep a loop open in this one."""
    codes: list[int] = []

    def run() -> None:
        try:
            main()
            codes.append(0)
        except SystemExit as ended:
            codes.append(ended.code if isinstance(ended.code, int) else int(ended.code is not None))
        except BaseException:
            traceback.print_exc()
            codes.append(1)

    with patch.object(sys, "argv", arguments):
        thread = Thread(target=run)
        thread.start()
        thread.join()
    return codes[0]


@contextlib.contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Files in place of the three standard streams, for Python and, since the commands write past it, for the system."""
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(stdin)
        files[0].seek(0)
        for number, (name, file) in enumerate(zip(("stdin", "stdout", "stderr"), files, strict=True)):
            kept = os.dup(number)
            stack.callback(os.close, kept)
            stack.callback(os.dup2, kept, number)
            os.dup2(file.fileno(), number)
            stream = open(number, "rb" if number == 0 else "wb", closefd=False)  # noqa: SIM115
            stack.enter_context(patch.object(sys, name, stack.enter_context(io.TextIOWrapper(stream, "utf-8"))))
        yield files[1], files[2]


@contextlib.contextmanager
def _warned() -> Iterator[None]:
    """Warnings go to standard error, as they do where no test collects them."""
    with warnings.catch_warnings():
        warnings.resetwarnings()
        for category in SILENT:
            warnings.simplefilter("ignore", category)
        warnings.showwarning = lambda message, category, filename, lineno, file=None, line=None: sys.stderr.write(
            warnings.formatwarning(message, category, filename, lineno, line)
        )
        yield


def _read(stream: IO[bytes]) -> str:
    for each in (sys.stdout, sys.stderr):
        each.flush()
    stream.seek(0)
    return stream.read().decode()
