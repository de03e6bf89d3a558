"""Destinations: may the results be written where the user wants them?

Asked before anything expensive happens, so that nobody waits an hour to learn of a missing folder.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from .errors import InputError, RuntimeFailure, UsageError
from .geopackage import ASSESSED_AREA_LAYER, DAMAGE_LAYER, RUN_TABLE
from .parameters import AssessmentParameters

_LONGEST_NAME = 200  # bytes; 255 on most disks, and parts of a file have longer names
_JOINT = re.compile(r"[:,?=&]")
_OURS = {DAMAGE_LAYER, ASSESSED_AREA_LAYER, RUN_TABLE, "layer_styles"}
_SUFFIXES = {"output": (".gpkg",), "damage_raster": (".tif", ".tiff"), "report": (".html", ".htm")}


def check_destinations(parameters: AssessmentParameters) -> None:
    """Check all outputs of a run.

    Raises:
        UsageError: a wrong suffix, a name that cannot be written (``output-name``), an output that exists
            (``output-exists``) or is a GeoPackage of something else (``output-foreign``), twice the same file, or an
            input.
        InputError: a folder that is missing or cannot be written (``output-folder``), or an earlier output that
            another program holds (``output-in-use``, Windows).
    """
    given = (parameters.pre, parameters.post, parameters.aoi, parameters.footprints)
    keep_inputs(parameters, [source for source in given if source])
    seen: set[Path] = set()
    for name, suffixes in _SUFFIXES.items():
        path: Path | None = getattr(parameters, name)
        if path is None:
            continue
        if path.suffix.lower() not in suffixes:
            raise UsageError(f"{path.name} does not end in {suffixes[0]}", "change the name of the output", "suffix")
        resolved = _resolved(path)
        if resolved in seen:
            raise UsageError(f"two outputs are called {path}", "give every output its own name", "same-output")
        seen.add(resolved)
        _check_name(path)
        _check_folder(path)
        if path.is_dir():
            raise UsageError(f"{path} is a folder", "give a file name", "output-exists")
        if path.exists() and not parameters.overwrite:
            raise UsageError(f"{path} exists", "add --overwrite or choose another name", "output-exists")
        if path.exists():
            _check_replaceable(path)


def keep_inputs(parameters: AssessmentParameters, sources: Iterable[str]) -> None:
    """Refuse outputs that would replace a file that the run reads from.

    Args:
        parameters: of the run.
        sources: paths and GDAL addresses; of opened rasters all files they consist of.

    Raises:
        UsageError: an output is one of them (``output-is-input``).
    """
    files: set[Path] = set()
    for source in sources:
        for file in _files(source):
            with suppress(OSError, RuntimeError, ValueError):  # what is no path is no output either
                files.add(file.resolve())
    for path in parameters.outputs:
        if _resolved(path) in files:
            raise UsageError(f"{path} is an input", "write the result under another name", "output-is-input")


def at_real_places(parameters: AssessmentParameters) -> AssessmentParameters:
    """Return the parameters with the files that symbolic links among the outputs lead to.

    A link stays a link then, and what is written lies on the disk where it is wanted.

    Raises:
        UsageError: a link leads to itself (``output-name``).
    """
    return replace(
        parameters,
        output=_followed(parameters.output),
        damage_raster=None if parameters.damage_raster is None else _followed(parameters.damage_raster),
        report=None if parameters.report is None else _followed(parameters.report),
    )


def _followed(path: Path) -> Path:
    return _resolved(path) if path.is_symlink() else path


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError before Python 3.13
        raise UsageError(
            f"{path} is a link that leads to itself", "write the result under another name", "output-name"
        ) from error


def _files(source: str) -> list[Path]:
    """Return the files that a source may be in.

    QGIS adds ``|layername=…``, GDAL has ``DRIVER:file:part``, ``vrt://file?…``, ``/vsisubfile/0_9,file`` and
    ``/vsicached?file=…``: whatever begins or ends at one of these signs may be the file.
    """
    plain = source.split("|")[0].removeprefix("vrt://")
    begins = [0, *(found.end() for found in _JOINT.finditer(plain))]
    ends = [len(plain), *(found.start() for found in _JOINT.finditer(plain))]
    names = {plain[begin:end].strip('"') for begin in begins for end in ends if begin < end}
    return [Path(name) for name in sorted(names)]


def _check_replaceable(path: Path) -> None:
    try:
        os.replace(path, path)  # Windows refuses where a program has the file open; elsewhere nothing happens
    except PermissionError as error:
        raise InputError(
            f"{path.name} is in use", "remove it from the project and close other programs that show it, or choose"
            " another name", "output-in-use",
        ) from error  # fmt: skip
    if path.suffix.lower() == ".gpkg" and not _tables(path) <= _OURS:
        raise UsageError(
            f"{path.name} holds other layers, which would be lost",
            "write the result under another name",
            "output-foreign",
        )


def _tables(path: Path) -> set[str]:
    """Return the layers and tables of a GeoPackage, nothing for a file that is none."""
    place = path.absolute().as_posix()
    log = path.with_name(path.name + "-wal")
    # without a log to look at, SQLite shall not begin one
    mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    address = f"file://{'' if place.startswith('/') else '/'}{quote(place)}?{mode}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=1.0)) as database:
            names = {str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.OperationalError as error:
        raise InputError(
            f"{path.name} is in use ({error})",
            "close the programs that show it, or choose another name",
            "output-in-use",
        ) from error
    except sqlite3.DatabaseError:
        return set()
    return {name for name in names if not name.startswith(("gpkg_", "rtree_", "sqlite_"))}


def _check_name(path: Path) -> None:
    """Refuse names that the libraries cannot write to, or not under the name of a part of the file."""
    try:
        length = len(path.name.encode())
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{path.name!r} is not a name of letters", "write the result under another name", "output-name"
        ) from error
    if length > _LONGEST_NAME:
        raise UsageError(
            f"the name {path.name[:20]}… is too long",
            f"choose one of at most {_LONGEST_NAME} bytes (fewer letters where they have accents)",
            "output-name",
        )
    if any(ord(letter) < 32 for letter in str(path.absolute())):
        raise UsageError(
            f"{str(path)!r} holds a tab or a line break", "choose a name and a folder without", "output-name"
        )
    if ";" in path.name and path.suffix.lower() == ".gpkg":  # SQLite would write to a file of the name before it
        raise UsageError(f"{path.name} holds a semicolon", "write the result under another name", "output-name")
    # the library that writes layers takes what stands before it for an archive
    if "!" in str(path.absolute()):
        raise UsageError(f"{path} holds an exclamation mark", "choose a name and a folder without one", "output-name")


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
        folder = Path(tempfile.mkdtemp(prefix=f".{output.stem}.work-{os.getpid()}-", dir=output.parent))
    except OSError as error:
        raise RuntimeFailure(
            f"cannot write beside {output.name} ({error.strerror})", "free space on this disk", "working-folder"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
