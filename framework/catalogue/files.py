"""The files under `pricing/`, found and read: every name is known, every file is small, regular and readable."""

from __future__ import annotations

import stat
from pathlib import Path

from framework import documents
from framework.documents import Document
from framework.errors import CatalogueError, DocumentError

FOLDERS = ("models", "providers", "latency")
OTHERS = ("README.md", "schema.json", "deviations.yaml", "gateways.yaml")
BESIDE = ("traces", "uptime.yaml")
"""Stand in the same folder and are no part of the catalogue: traffic and outages, read by the simulation."""


def pricing_directory() -> Path:
    """The `pricing/` folder beside this package: in a clone as in site-packages."""
    return Path(__file__).resolve().parents[2] / "pricing"


def listing(directory: Path) -> dict[str, list[Path]]:
    """The YAML files of each folder in order of name; anything else that lies there stops the load."""
    for name in _names(directory):
        if name not in (*FOLDERS, *OTHERS, *BESIDE):
            known = ", ".join((*FOLDERS, *OTHERS))
            raise CatalogueError(f"{_printable(name)}: not a part of the catalogue, which holds {known}; move or delete it")
    return {folder: [directory / folder / name for name in _yaml_names(directory, folder)] for folder in FOLDERS}


def _names(directory: Path) -> list[str]:
    try:
        return sorted(path.name for path in directory.iterdir() if not path.name.startswith("."))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{directory}: this folder cannot be read ({_reason(error)}); name an existing, readable folder") from None


def _yaml_names(directory: Path, folder: str) -> list[str]:
    names = _names(directory / folder)
    for name in names:
        if not name.endswith(".yaml"):
            raise CatalogueError(f"{folder}/{_printable(name)}: only .yaml files belong here; rename, move or delete it")
    return names


def read(path: Path) -> Document:
    """One file as a document named `folder/file.yaml`; every fault of file or form is a `CatalogueError`."""
    name = _printable(f"{path.parent.name}/{path.name}")
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise CatalogueError(f"{name}: not an ordinary file; replace or delete it")
        with path.open("rb") as file:
            raw = file.read(documents.MAX_BYTES + 1)
    except OSError as error:
        raise CatalogueError(f"{name}: cannot be read ({_reason(error)}); repair or delete it") from None
    try:
        document = documents.parse(raw, name)
    except DocumentError as error:
        raise CatalogueError(str(error)) from None
    if not isinstance(document.data, dict):
        raise CatalogueError(f"{name}:1: must be a mapping of keys to values, not {documents.shown(document.data)}")
    return document


def _printable(name: str) -> str:
    # A file name may hold bytes that are no text; an error message must not fail on it.
    return name.encode("utf-8", "backslashreplace").decode()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
