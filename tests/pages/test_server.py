import tomllib
from pathlib import Path

from pages.ui.server import SETTINGS, inline_script_hashes, security_headers

ROOT = Path(__file__).resolve().parents[2]


def test_the_settings_of_a_wheel_are_those_of_the_configuration_file():
    file = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    for name, value in SETTINGS.items():
        section, key = name.split(".")
        assert file[section][key] == value


def test_the_script_policy_is_made_from_the_installed_page():
    assert inline_script_hashes().startswith("'sha256-")
    policy = security_headers()["Content-Security-Policy"]
    assert inline_script_hashes() in policy and "unsafe-inline" not in policy.split("style-src")[0]
