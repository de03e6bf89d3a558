"""Files that packages bring along and the engine does not need: tests, sample data, headers."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath

from ..requirement_lock import FOLDER

#: Name of the list beside the locks: a pattern a line, from ``site-packages`` on; a folder goes with all in it.
NAME = "unneeded.txt"


def unneeded_patterns(folder: Path = FOLDER) -> list[str]:
    """Return the patterns of the plugin's list, none where there is no list."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [line for line in (text.partition("#")[0].strip() for text in lines) if line]


def remove_unneeded(packages: Path, patterns: list[str]) -> int:
    """Remove what patterns name, inside a folder only and through no link; return the number of bytes.

    A file that cannot be removed stays: the engine works with it, too.

    Args:
        packages: the folder ``site-packages``.
        patterns: with ``/`` and ``*``; one that leads out of the folder counts for nothing.
    """
    freed = 0
    for pattern in patterns:
        parts = PurePosixPath(pattern)
        if parts.is_absolute() or ".." in parts.parts or ":" in pattern or "\\" in pattern:
            continue
        for path in list(packages.glob(pattern)):
            if not _behind_link(path, packages):
                freed += _remove(path)
    return freed


def _behind_link(path: Path, folder: Path) -> bool:
    """Return whether a path is a link, or one leads to it: then it is something else than the list means."""
    while path != folder:
        if path.is_symlink():
            return True
        path = path.parent
    return False


def _remove(path: Path) -> int:
    size = 0
    if path.is_dir():
        size = sum(file.lstat().st_size for file in path.rglob("*") if file.is_file() and not file.is_symlink())
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            size = path.lstat().st_size
            path.unlink()
    return size


def packages_folder(environment: Path) -> Path | None:
    """Return the folder ``site-packages`` of an environment."""
    for pattern in ("lib/python3*/site-packages", "Lib/site-packages"):
        found = next(iter(environment.glob(pattern)), None)
        if found is not None:
            return found
    return None
