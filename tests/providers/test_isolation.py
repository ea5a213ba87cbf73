"""The folder stands on its own: it loads nothing early, imports nothing of ours, and works under another name."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from providers.makers import KEY
from providers.wire import ANSWER, Wire

from framework import providers
from framework.providers import AnthropicProvider, LLMProvider, MissingPackage, OpenAIProvider

FOLDER = Path(providers.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))


def python(code: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_package_loads_no_sdk_and_no_frame_library() -> None:
    heavy = "('openai', 'anthropic', 'pandas', 'numpy', 'pydantic', 'yaml', 'httpx', 'httpx2', 'asyncio')"
    code = f"import framework.providers, sys; print([name for name in {heavy} if name in sys.modules])"
    assert python(code, FOLDER.parents[1]) == "[]"


def test_reading_every_public_name_loads_no_sdk() -> None:
    code = (
        "import framework.providers as p, sys; [getattr(p, name) for name in p.__all__];"
        "print([name for name in ('openai', 'anthropic', 'pandas', 'pydantic', 'yaml') if name in sys.modules])"
    )
    assert python(code, FOLDER.parents[1]) == "[]"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_the_standard_library_its_neighbours_and_one_package_at_most(path: Path) -> None:
    owned = {"openai": "openai", "anthropic": "anthropic", "config": "yaml"}
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level <= 1, "above its own folder"
            names = [] if node.level else [node.module or ""]
        for name in names:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names or top == owned.get(path.stem), f"{path.name} imports {name}"


def test_a_copy_under_another_name_answers(tmp_path: Path, wire: Wire) -> None:
    shutil.copytree(FOLDER, tmp_path / "our_llm", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "llm.yaml").write_text(
        f"primary: openai/m\nfallback: [anthropic/m]\nproviders:\n  openai: {{base_url: '{wire.base}/v1', key_env: OUR_KEY}}\n"
        f"  anthropic: {{base_url: '{wire.base}', key_env: OUR_KEY}}\n"
    )
    code = f"""
import asyncio, os, sys
os.environ["OUR_KEY"] = {KEY!r}
from our_llm import load_provider
async def main():
    async with load_provider("llm.yaml", allow_hosts=["127.0.0.1"]) as llm:
        print((await llm.complete("", "plain")).content)
asyncio.run(main())
assert "framework" not in sys.modules
"""
    assert python(code, tmp_path) == ANSWER


@pytest.mark.parametrize(("made", "package"), [(OpenAIProvider, "openai"), (AnthropicProvider, "anthropic")])
def test_a_missing_sdk_is_named_with_what_to_install(made, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackage) as caught:
        made("m", api_key=KEY)
    assert f'the package {package} is not installed; pip install {package}, or pip install "fouraxes[providers]"' in str(caught.value)


def test_a_public_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = providers.Nonsense


def test_every_public_name_is_there_and_listed_once() -> None:
    assert [name for name in providers.__all__ if not hasattr(providers, name)] == []
    assert dir(providers) == sorted(set(providers.__all__)) == sorted(providers.__all__)


def test_the_interface_cannot_be_used_half_finished() -> None:
    with pytest.raises(TypeError, match="abstract"):
        LLMProvider()  # type: ignore[abstract]
