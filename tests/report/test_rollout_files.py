"""The starter: what it holds, that its bytes are always the same, and that it runs where it is unpacked."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from providers.wire import ANSWER, Wire, serving
from report.studies import PLAIN
from report.test_rollout import chosen, made, real

from framework.report.rollout import rollout
from framework.report.rollout_files import FOLDER, REQUIREMENTS, layer_files, requirements, starter, starter_zip

ROOT = Path(__file__).resolve().parents[2]
LAYER = ROOT / "framework" / "providers"
KEY = "sk-canary-7Q2xV9tR4mB1nZ8c"


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving(Wire()) as running:
        yield running


def test_the_zip_holds_the_layer_whole_and_what_runs_it() -> None:
    archive = opened(starter_zip(rollout(real())))
    names = archive.namelist()
    assert names == sorted(names)
    own = {f"{FOLDER}/{name}" for name in ("llm.yaml", ".env.example", "example.py", "requirements.txt", "README.md", "CHECKLIST.md")}
    copied = {f"{FOLDER}/providers/{path.name}": path for path in LAYER.iterdir() if path.is_file()}
    assert set(names) == own | set(copied)
    assert all(archive.read(name) == path.read_bytes() for name, path in copied.items())
    assert archive.read(f"{FOLDER}/.env.example") == b"OPENAI_API_KEY=\nANTHROPIC_API_KEY=\n"


def test_equal_rollouts_are_equal_bytes_without_the_time_of_day() -> None:
    first, second = starter_zip(rollout(real(), 0.1)), starter_zip(rollout(real(), 0.1))
    assert first == second
    assert {entry.date_time for entry in opened(first).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert starter_zip(rollout(real())) != first


def test_only_what_is_needed_is_required_in_the_versions_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(REQUIREMENTS.values()) <= {*project["dependencies"], *project["optional-dependencies"]["providers"]}
    assert requirements(rollout(chosen("groq/gpt-oss-120b"))) == ["openai>=2.54", "pyyaml>=6.0.3"]
    assert requirements(rollout(chosen("anthropic/claude-haiku-5-5"))) == ["anthropic>=2.12", "pyyaml>=6.0.3"]
    assert starter(rollout(chosen("google/gemini-3.8-flash")))[".env.example"] == b"GEMINI_API_KEY=\n"


def test_the_licence_travels_with_the_layer() -> None:
    assert (LAYER / "LICENSE.txt").read_text() == (ROOT / "LICENSE").read_text()
    assert layer_files()["providers/LICENSE.txt"].startswith(b"MIT License")


def test_whatever_the_zip_copies_is_packaged() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    assert all(Path(name).suffix == ".py" or f"*{Path(name).suffix}" in patterns for name in layer_files())


def test_a_hostile_name_makes_no_markup_in_the_readme() -> None:
    study = real(name="<img src=x> [a](javascript:b) | c")
    text = starter(rollout(study))["README.md"].decode()
    assert "<img" not in text and "[a](" not in text


def test_the_example_asks_for_no_more_than_the_workload_reserves_and_the_models_give() -> None:
    reserve = {**PLAIN["context"], "output_reserve_tokens": 999_999}
    assert b"max_tokens=500" in starter(rollout(real()))["example.py"]
    # GPT-6 Sol and Haiku 5.5 write 128,000 tokens at most.
    assert b"max_tokens=128000" in starter(rollout(real(context=reserve)))["example.py"]


def run(folder: Path) -> str:
    keys = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY, "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "example.py"], cwd=folder, env=keys, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def on_loopback(folder: Path, wire: Wire) -> Path:
    """The unpacked starter, told to ask the wire; only a caller can allow loopback, so the example is told as well."""
    config, example = folder / "llm.yaml", folder / "example.py"
    assert "\nproviders:\n" in config.read_text(), "its last block"
    config.write_text(
        f"{config.read_text()}  openai: {{base_url: '{wire.base}/v1', key_env: OPENAI_API_KEY}}\n"
        f"  anthropic: {{base_url: '{wire.base}', key_env: ANTHROPIC_API_KEY}}\n"
    )
    told = example.read_text().replace('.with_name("llm.yaml"))', '.with_name("llm.yaml"), allow_hosts=["127.0.0.1"])')
    assert "allow_hosts" in told
    example.write_text(told)
    return config


@pytest.mark.parametrize("streaming", [True, False])
def test_the_starter_runs_where_it_is_unpacked_and_one_line_switches_the_wire_format(tmp_path: Path, wire: Wire, streaming: bool) -> None:
    plan = rollout(real(budget={**PLAIN["budget"], "streaming": streaming}))
    opened(starter_zip(plan)).extractall(tmp_path)
    config = on_loopback(tmp_path / FOLDER, wire)
    said = run(tmp_path / FOLDER)
    assert ANSWER in said and "openai/gpt-6-sol: 20 tokens in, 7 out" in said
    assert wire.requests[-1]["messages"][0]["role"] == "system" and wire.requests[-1]["max_completion_tokens"] == 500
    assert wire.requests[-1]["reasoning_effort"] == "none", "as the study has it"
    before = config.read_text()
    config.write_text(before.replace("primary: openai/gpt-6-sol\n", "primary: anthropic/claude-haiku-5-5\n"))
    assert sum(a != b for a, b in zip(before.splitlines(), config.read_text().splitlines(), strict=True)) == 1
    said = run(tmp_path / FOLDER)
    assert ANSWER in said and "anthropic/claude-haiku-5-5: 20 tokens in, 7 out" in said
    assert wire.requests[-1]["system"] == "You answer in one sentence." and wire.requests[-1]["max_tokens"] == 500
    assert wire.requests[-1]["thinking"] == {"type": "disabled"} and "reasoning_effort" not in wire.requests[-1]
    assert KEY not in said


def test_a_study_without_a_fallback_has_no_checklist() -> None:
    alone = rollout(chosen("openai/gpt-6-luna", None, made(real=True, deep=False)))
    assert "CHECKLIST.md" not in starter(alone)
