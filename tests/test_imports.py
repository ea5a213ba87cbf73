"""The walls of the house: who may import whom, and which outside package has which owner."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

CLI = tuple(sorted(f"framework.{path.stem}" for path in (ROOT / "framework").glob("cli*.py")))
LAYERS = (
    {
        "framework.errors",
        "framework.vocabulary",
        "framework.wording",
        "framework.quantities",
        "framework.explain",
        "framework.part",
        "framework.memory",
        "framework.providers",
    },
    {"framework.documents", "framework.draws", "framework.output"},
    {
        "framework.workload",
        "framework.billing",
        "framework.clients",
        "framework.evals",
        "framework.measured",
        "framework.plans",
        "framework.priorities",
        "framework.token_counts",
    },
    {
        "framework.catalogue",
        "framework.load",
        "framework.flat",
        "framework.presets",
        "framework.workload_file",
        "framework.link",
        "framework.link_words",
        "framework.naming",
        "framework.counting",
        "framework.texts",
    },
    {"framework.simulation"},
    {"framework.axes", "framework.recorded"},
    {"framework.scoring"},
    {
        "framework.study",
        "framework.planning",
        "framework.forecast",
        "framework.replayed",
        "framework.queued",
        "framework.outage",
        "framework.outage_year",
        "framework.pair",
        "framework.latency_fixes",
    },
    {"framework.report", "framework.decisions", "framework.usage"},
    {*CLI, "framework.__main__", "framework"},
    {"pages", "app"},
)
OWNERS = {
    "streamlit": ("app", "pages"),
    "plotly": ("pages",),
    "starlette": ("pages.ui.server",),
    "yaml": ("framework.documents", "framework.providers.config"),
    "sqlalchemy": ("framework.decisions",),
    "ibis": ("framework.usage",),
    "openai": ("framework.providers.openai",),
    "anthropic": ("framework.providers.anthropic",),
    "typst": ("framework.report.typesetter",),
    "scipy": ("framework.quantities",),
    "numba": ("framework.simulation.compiling",),
    "pyarrow": ("framework.simulation.parquet",),
    "tiktoken": ("framework.counting.tokenizers",),
    "pypdf": ("framework.texts.pdf_pages",),
    "typer": CLI,
    "uvicorn": ("framework.cli",),
}
AXES = ("cost", "latency", "rate_limits", "context_window")


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = sorted([ROOT / "app.py", *(ROOT / "framework").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # Teams copy the folder of the providers under a name of their own, so its modules know each other relatively.
            assert node.level == 0 or (node.level == 1 and path.parent.name == "providers"), f"{path}: relative import"
            home = ".".join(filter(None, ("framework.providers" if node.level else "", node.module)))
            found += [f"{home}.{alias.name}" for alias in node.names]
    return found


def layer(module: str) -> int | None:
    best = max((name for names in LAYERS for name in names if module == name or module.startswith(name + ".")), key=len, default=None)
    return next((i for i, names in enumerate(LAYERS) if best in names), None)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_no_module_imports_from_a_higher_layer(path):
    own = layer(module_of(path))
    assert own is not None, f"{module_of(path)} has no place in the house: add it to LAYERS"
    for name in imports(path):
        theirs = layer(name) if name.split(".")[0] in ("framework", "pages", "app") else None
        assert theirs is None or theirs <= own, f"{module_of(path)} imports {name}, which stands above it"


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_an_outside_package_is_imported_only_by_its_owner(path):
    module = module_of(path)
    for name in imports(path):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or any(module == owner or module.startswith(owner + ".") for owner in owners), f"{module} imports {name}"


@pytest.mark.parametrize("path", [path for path in FILES if module_of(path).startswith("framework.providers")], ids=module_of)
def test_the_providers_import_nothing_of_ours_but_each_other(path):
    ours = [name for name in imports(path) if name.split(".")[0] in ("framework", "pages", "app")]
    assert not [name for name in ours if not name.startswith("framework.providers.")]


@pytest.mark.parametrize("axis", AXES)
def test_an_axis_does_not_import_another_axis(axis):
    path = ROOT / "framework" / "axes" / f"{axis}.py"
    others = {f"framework.axes.{other}" for other in AXES if other != axis}
    assert not [name for name in imports(path) if any(name == other or name.startswith(other + ".") for other in others)]


@pytest.mark.parametrize("path", [path for path in FILES if module_of(path).startswith("framework")], ids=module_of)
def test_the_framework_never_asks_what_day_it_is_below_the_edge(path):
    if module_of(path) == "framework.cli_options":
        return
    text = path.read_text()
    assert "date.today" not in text and "datetime.now" not in text


@pytest.mark.parametrize("path", [path for path in FILES if "random" in path.read_text()], ids=module_of)
def test_random_numbers_come_only_from_the_draws_and_the_arrivals(path):
    drawn = [name for name in imports(path) if name.split(".")[0] == "random" or name.startswith("numpy.random")]
    uses = "np.random" in path.read_text()
    # The wait between two attempts varies so that clients do not come back together; no result depends on it, so it has no seed.
    assert not (drawn or uses) or module_of(path) in ("framework.draws", "framework.simulation.arrivals", "framework.providers.retry")


def test_the_top_level_holds_exactly_what_the_house_names():
    allowed = {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "Makefile",
        "requirements.txt",
        "requirements-dev.txt",
        "app.py",
        "pages",
        "framework",
        "pricing",
        "tests",
    }
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and not path.name.endswith((".egg-info", "__pycache__"))}
    assert found - {"build", "dist", "test-results"} <= allowed
