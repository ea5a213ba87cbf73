"""`fouraxes rollout` as a command: a folder, a zip, a file, and what it refuses."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml
from command import ROOT, fouraxes

WORKLOAD = "name: Chat\nneeds: {class: balanced, providers: [openai, anthropic]}\ntiers: {openai: launch, anthropic: scale}\n"


@pytest.fixture(scope="module")
def workload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rollout") / "workload.yaml"
    path.write_text(WORKLOAD)
    return path


def rollout(*arguments: object) -> subprocess.CompletedProcess[str]:
    return fouraxes("rollout", *arguments, "--on", "2026-11-23")


def test_a_folder_is_written_whole_and_not_over_another_one(workload: Path, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "llm"
    done = rollout(workload, "-o", target, "--split", 0.2)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Roll out ") and done.stdout.endswith(f"{target}\n")
    assert (target / "providers" / "config.py").read_bytes() == (ROOT / "framework" / "providers" / "config.py").read_bytes()
    found = yaml.safe_load((target / "llm.yaml").read_text())
    assert list(found["split"].values()) == [0.2] and found["fallback"] == list(found["split"])
    again = rollout(workload, "-o", target)
    assert again.returncode == 2 and "--force" in again.stderr
    assert rollout(workload, "-o", target, "--force").returncode == 0
    assert "split" not in yaml.safe_load((target / "llm.yaml").read_text())


def test_a_zip_and_the_bare_file_hold_the_same_configuration(workload: Path, tmp_path: Path) -> None:
    assert rollout(workload, "-o", tmp_path / "llm.zip").returncode == 0
    assert rollout(workload, "-o", tmp_path / "llm.yaml").returncode == 0
    with zipfile.ZipFile(tmp_path / "llm.zip") as archive:
        assert archive.read("llm-rollout/llm.yaml") == (tmp_path / "llm.yaml").read_bytes()
    assert rollout(workload, "-o", tmp_path / "llm.zip").returncode == 2


@pytest.mark.parametrize("share", ["1", "-0.1", "nan"])
def test_a_share_that_is_no_part_of_the_calls_is_wrong_input(workload: Path, tmp_path: Path, share: str) -> None:
    done = rollout(workload, "-o", tmp_path / "x.zip", f"--split={share}")
    assert done.returncode == 2 and "give a share of the calls" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "x.zip").exists()


def test_a_choice_that_cannot_be_called_and_no_choice_at_all_write_nothing(tmp_path: Path) -> None:
    for text, says in (
        ("needs: {class: balanced, providers: [bedrock]}\nbudget: {ttft_s: 60, response_s: 600}\n", "the abstraction layer cannot call it"),
        ("budget: {monthly_usd: 0.0001}\n", "Nothing to roll out yet"),
    ):
        (tmp_path / "workload.yaml").write_text(text)
        done = rollout(tmp_path / "workload.yaml", "-o", tmp_path / "out")
        assert done.returncode == 3 and says in done.stderr and "Traceback" not in done.stderr
        assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_told_in_one_message(workload: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    done = rollout(workload, "-o", tmp_path / "taken" / "llm")
    assert done.returncode == 2 and "choose another folder" in done.stderr and "Traceback" not in done.stderr
