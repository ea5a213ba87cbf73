"""`fouraxes prices` as a command: exit codes, width, JSON, and nothing written unasked."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from catalogue.price_lists import MAP, catalogue_folder, changed, map_file
from command import ROOT, fouraxes

ON = ("--on", "2026-11-23")
DEARER = changed(beta_bolt__mini={"input_cost_per_token": 2.6e-06})


def prices(*arguments: object) -> subprocess.CompletedProcess[str]:
    return fouraxes("prices", *arguments, *ON)


def small(tmp_path: Path, rows: object, command: str, *more: object) -> subprocess.CompletedProcess[str]:
    folder = tmp_path / "pricing"
    if not folder.exists():
        catalogue_folder(tmp_path)
    return prices(command, "--no-genai", "--litellm", map_file(tmp_path, rows), "--pricing", folder, *more)


def test_the_shipped_catalogue_has_no_unexplained_difference() -> None:
    done = prices("compare", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No unexplained difference." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_a_difference_is_exit_code_1_and_shown(tmp_path: Path) -> None:
    done = small(tmp_path, DEARER, "compare")
    assert done.returncode == 1 and done.stderr == ""
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("beta/bolt-mini")]
    assert line.split() == ["beta/bolt-mini", "standard", "base", "input", "0.2", "2.6", "+1200%!", "2026-11-23"]
    assert done.stdout.endswith("1 unexplained difference.\n")


def test_the_same_as_json(tmp_path: Path) -> None:
    done = small(tmp_path, DEARER, "compare", "--format", "json")
    content = json.loads(done.stdout)
    assert (content["unexplained"], content["on"], content["stale_pins"]) == (1, "2026-11-23", [])
    (cell,) = [cell for cell in content["sources"][0]["cells"] if cell["verdict"] == "conflict"]
    assert (cell["offer"], cell["ours"], cell["theirs"], cell["jump"]) == ("beta/bolt-mini", 0.2, 2.6, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--no-genai",), "nothing to compare with"),
        (("--no-genai", "--update", "--litellm", "x"), "leave out --no-genai"),
        (("--litellm", "absent.json"), "cannot be read"),
        (("--litellm", "http://lists.example/x.json"), "only https://"),
        (("--pricing", "absent"), "cannot be read"),
    ],
)
@pytest.mark.parametrize("command", ["compare", "update"])
def test_wrong_input_is_exit_code_2_and_one_message(command: str, arguments: tuple[str, ...], says: str) -> None:
    done = prices(command, *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert says in done.stderr and "Traceback" not in done.stderr


def test_a_changed_layout_is_exit_code_2(tmp_path: Path) -> None:
    done = small(tmp_path, {name: {**row, "input_cost_per_token": "1"} for name, row in MAP.items()}, "compare")
    assert done.returncode == 2 and "the layout is not the one known" in done.stderr


def test_an_update_without_anything_new_says_so(tmp_path: Path) -> None:
    done = small(tmp_path, MAP, "update", "--write")
    assert (done.returncode, done.stdout) == (0, "Nothing has changed.\n")


def without_argon(tmp_path: Path) -> tuple[Path, Path]:
    """The shipped catalogue without Gemini 4 Argon's price from 2026-12-01, which genai-prices lists; and the file it is missing in."""
    folder = tmp_path / "pricing"
    shutil.copytree(ROOT / "pricing", folder)
    path = folder / "providers" / "google.yaml"
    text = path.read_text()
    start = text.index("      - effective: 2026-12-01")
    path.write_text(text[:start] + text[text.index("  - id: google/", start) :])
    return folder, path


def test_an_update_appends_once_and_the_second_run_finds_nothing(tmp_path: Path) -> None:
    folder, path = without_argon(tmp_path)
    before = path.read_text()
    shown = prices("update", "--accept", "--pricing", folder)
    assert shown.returncode == 1 and path.read_text() == before
    assert "+      - effective: 2026-12-01\n+        revocable: true\n+        input_mtok: 4\n+        output_mtok: 20\n" in shown.stdout
    assert "would append: google/gemini-4-argon from 2026-12-01: standard base input 2 -> 4" in shown.stdout
    written = prices("update", "--accept", "--write", "--pricing", folder)
    assert written.returncode == 0 and "\nappended: google/gemini-4-argon from 2026-12-01" in written.stdout
    after = path.read_bytes()
    again = prices("update", "--accept", "--write", "--pricing", folder)
    assert (again.returncode, again.stdout, path.read_bytes()) == (0, "Nothing has changed.\n", after)


def test_without_accept_a_doubled_price_is_left_to_a_person(tmp_path: Path) -> None:
    folder, path = without_argon(tmp_path)
    before = path.read_text()
    done = prices("update", "--write", "--pricing", folder)
    assert done.returncode == 1 and path.read_text() == before
    assert done.stdout.startswith("left to you: google/gemini-4-argon: standard base input is 2 here and 4 there, a jump of over 30 %")


def test_an_update_leaves_to_a_person_what_it_cannot_date(tmp_path: Path) -> None:
    done = small(tmp_path, DEARER, "update", "--write")
    assert done.returncode == 1 and done.stdout.startswith("left to you: beta/bolt-mini: ")
    assert (tmp_path / "pricing" / "providers" / "beta.yaml").read_text() == (
        ROOT / "tests/catalogue/fixtures/small/providers/beta.yaml"
    ).read_text()
