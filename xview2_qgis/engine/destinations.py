"""Destinations: may the results be written where the user wants them?

Asked before anything expensive happens, so that nobody waits an hour to learn of a missing folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import InputError, RuntimeFailure, UsageError
from .parameters import AssessmentParameters

_SUFFIXES = {"output": (".gpkg",), "damage_raster": (".tif", ".tiff"), "report": (".html", ".htm")}


def check_destinations(parameters: AssessmentParameters) -> None:
    """Check all outputs of a run.

    Raises:
        UsageError: a wrong suffix, an output that exists (``output-exists``), twice the same file, or an input.
        InputError: a folder that is missing or cannot be written (``output-folder``).
    """
    seen: set[Path] = set()
    sources = {Path(p).resolve() for p in (parameters.pre, parameters.post, parameters.aoi, parameters.footprints) if p}
    for name, suffixes in _SUFFIXES.items():
        path: Path | None = getattr(parameters, name)
        if path is None:
            continue
        if path.suffix.lower() not in suffixes:
            raise UsageError(f"{path.name} does not end in {suffixes[0]}", "change the name of the output", "suffix")
        resolved = path.resolve()
        if resolved in seen:
            raise UsageError(f"two outputs are called {path}", "give every output its own name", "same-output")
        if resolved in sources:
            raise UsageError(f"{path} is an input", "write the result under another name", "output-is-input")
        seen.add(resolved)
        _check_folder(path)
        if path.is_dir():
            raise UsageError(f"{path} is a folder", "give a file name", "output-exists")
        if path.exists() and not parameters.overwrite:
            raise UsageError(f"{path} exists", "add --overwrite or choose another name", "output-exists")


def _check_folder(path: Path) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"the folder {folder} of {path.name} does not exist", "create it first", "output-folder")
    if not os.access(folder, os.W_OK):
        raise InputError(f"the folder {folder} cannot be written", "choose a folder of your own", "output-folder")


@contextmanager
def working_folder(output: Path) -> Iterator[Path]:
    """Give a temporary folder beside the output, on the same disk; it is removed whatever happens.

    Raises:
        RuntimeFailure: the folder cannot be made (disk full).
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{output.stem}-", dir=output.parent))
    except OSError as error:
        raise RuntimeFailure(
            f"cannot write beside {output.name} ({error.strerror})", "free space on this disk", "working-folder"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
