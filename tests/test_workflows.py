"""The workflows cannot be run here; that they are YAML, name real commands and hold valid shell can be checked."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def scripts(path: Path) -> list[str]:
    jobs = yaml.safe_load(path.read_text())["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_step_is_valid_shell(path: Path) -> None:
    assert scripts(path)
    for script in scripts(path):
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, timeout=10, check=False)
        assert (done.returncode, done.stderr) == (0, ""), script


def test_the_weekly_update_holds_no_token_it_does_not_need() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/prices.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["update"]["permissions"] == {"contents": "write", "pull-requests": "write"}


def test_the_weekly_update_calls_commands_that_there_are() -> None:
    text = "\n".join(scripts(ROOT / ".github/workflows/prices.yml"))
    commands = set(re.findall(r"fouraxes ((?:prices )?[a-z]+)", text))
    assert commands == {"prices update", "prices compare", "check"}
    options = set(re.findall(r"fouraxes prices [a-z]+ (.*?) [$>]", text))
    assert options == {'--update --litellm "$LITELLM" --write', '--update --litellm "$LITELLM"'}
    assert (ROOT / "tests/catalogue/test_published.py").is_file()
