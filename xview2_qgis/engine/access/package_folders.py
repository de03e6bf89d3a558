"""Where an installed package lies, found without importing it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def package_folders(name: str) -> list[Path]:
    """Return the folders of a package, none where it is not installed."""
    specification = find_spec(name)
    return list(map(Path, (specification.submodule_search_locations or []) if specification else []))
