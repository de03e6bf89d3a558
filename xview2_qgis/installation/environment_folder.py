"""The interpreter in a folder that somebody chose: of a virtual environment, of conda, on any system."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..i18n.translation import tr
from .outcome import InstallationError

_WITHIN = (
    "python.exe",  # conda on Windows; the folder Scripts itself
    "Scripts/python.exe",
    "bin/python",
    "bin/python3",
    "python",  # the folder bin itself
    "python3",
)
#: Names that people give to an environment inside the folder of a project.
_BELOW = (".venv", "venv", "env", ".pixi/envs/default")


def interpreter_of(folder: Path) -> Path:
    """Return the Python interpreter of an environment.

    Args:
        folder: the environment, the folder ``bin`` or ``Scripts`` in it, the folder of a project that has an
            environment, or the interpreter itself.

    Raises:
        InstallationError: there is none.
    """
    for candidate in _candidates(folder):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            # not resolved: the link inside a virtual environment is what makes Python use that environment
            return Path(os.path.abspath(candidate))
    raise InstallationError(
        tr("There is no Python environment in “{}”.").format(folder),
        tr("Choose the folder of a virtual or conda environment: it contains a folder “bin” or “Scripts”."),
    )


def _candidates(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    for place in (folder, *(folder / name for name in _BELOW)):
        for name in _WITHIN:
            yield place / name
