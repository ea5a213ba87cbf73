"""A command given in this process answers, leaves and fails as the same command does as a process of its own."""

import os
import sys
import warnings
from pathlib import Path

import command
import pytest
from command import fouraxes


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (("price", "openai/gpt-6-sol", "--input", 1000, "--output", 0, "--on", "2026-11-23"), b"", 0),
        (("tokens", "-", "--models", "gpt-5.4"), "grüß".encode(), 0),
        (("decide", "poor.yaml", "--format", "csv", "--on", "2026-11-23"), b"", 3),
        (("decide", "nowhere.yaml"), b"", 2),
    ],
)
def test_code_and_words_are_the_same_apart_and_here(arguments, stdin, code, tmp_path):
    (tmp_path / "poor.yaml").write_text("budget: {monthly_usd: 0.01}\n")
    here, apart = (fouraxes(*arguments, cwd=tmp_path, stdin=stdin, apart=apart) for apart in (False, True))
    assert (here.returncode, here.stdout, here.stderr) == (apart.returncode, apart.stdout, apart.stderr)
    assert here.returncode == code and here.stdout + here.stderr


def test_nothing_of_a_command_stays_behind(tmp_path, monkeypatch, capfd):
    seen = []
    monkeypatch.setattr(command, "main", lambda: seen.append((sys.argv, os.environ["OUR_OWN"], Path.cwd())))
    before = (sys.argv, sys.stdin, sys.stdout, sys.stderr, Path.cwd(), dict(os.environ))
    assert fouraxes("check", cwd=tmp_path, env={"OUR_OWN": "1"}).returncode == 0
    assert seen == [(["fouraxes", "check"], "1", tmp_path)]
    assert (sys.argv, sys.stdin, sys.stdout, sys.stderr, Path.cwd(), dict(os.environ)) == before
    os.write(1, b"out")
    os.write(2, b"err")
    assert capfd.readouterr() == ("out", "err")


def test_what_nobody_expected_is_a_traceback_and_exit_code_1(monkeypatch):
    def fails():
        print("half", flush=True)
        os.write(1, b" done")
        warnings.warn("odd", RuntimeWarning, stacklevel=1)
        raise ValueError("unexpected")

    monkeypatch.setattr(command, "main", fails)
    done = fouraxes("check")
    assert (done.returncode, done.stdout) == (1, "half\n done")
    assert "RuntimeWarning: odd" in done.stderr and done.stderr.endswith("ValueError: unexpected\n")
