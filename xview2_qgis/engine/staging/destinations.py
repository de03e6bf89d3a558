"""Destinations: may the results be written where the user wants them?

Checked before anything expensive happens: a missing folder is reported at once and not after an hour.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...protocol.codes import ErrorCode
from ...protocol.stored_result import DamagedError, InUseError, foreign_tables, reviewed_buildings
from ..errors import InputError, UsageError
from .earlier_file import EarlierFile

# bytes of folder and name: SQLite opens no path beyond 511, and its working files are 41 longer; systems end at 4095
_LONGEST_PATH = {".gpkg": 465}
_LONGEST_OTHER_PATH = 4000
_LONGEST_NAME = 200  # bytes; 255 on most disks, and parts of a file have longer names


@dataclass(frozen=True)
class Destination:
    """A file that a run is to write.

    Attributes:
        path: its name.
        suffixes: what the name may end in, lower case; the usual one first.
        sidecars: endings of files beside it that are replaced together with it.
    """

    path: Path
    suffixes: tuple[str, ...]
    sidecars: tuple[str, ...] = ()

    @property
    def replaced(self) -> tuple[Path, ...]:
        """All files whose place it takes."""
        return tuple(self.path.with_name(self.path.name + ending) for ending in ("", *self.sidecars))


def check_destinations(destinations: Iterable[Destination]) -> None:
    """Check the names and folders of all outputs of a run.

    Raises:
        UsageError: a wrong suffix, a name that cannot be written (``output-name``), twice the same file.
        InputError: a folder that is missing or cannot be written (``output-folder``).
    """
    seen: set[Path] = set()
    for destination in destinations:
        path, suffixes = destination.path, destination.suffixes
        if path.suffix.lower() not in suffixes:
            raise UsageError(f"{path.name} does not end in {suffixes[0]}", "change the name of the output", "suffix")
        _check_name(path)
        resolved = _resolved(path)
        if resolved in seen:
            raise UsageError(f"two outputs are called {path}", "give every output its own name", "same-output")
        seen.add(resolved)
        _check_folder(path)


def earlier_files(paths: Iterable[Path], *, overwrite: bool, replace_reviewed: bool) -> list[EarlierFile]:
    """Return what stands under the names of the outputs, all of which may be replaced.

    To be called when no other run can write them any more.

    Args:
        paths: the outputs.
        overwrite: whether files that exist may be replaced.
        replace_reviewed: whether these may be results with reviewed buildings.

    Raises:
        UsageError: an output exists and none shall be replaced (``output-exists``), or is a GeoPackage with other
            layers (``output-foreign``) or with reviewed buildings (``output-reviewed``).
        InputError: another program holds an earlier output (``output-in-use``), or it is damaged (``output-damaged``).
    """
    outputs = list(paths)
    for path in outputs:
        if path.is_dir():
            raise UsageError(f"{path} is a folder", "give a file name", "output-exists")
        if path.exists() and not overwrite:
            raise UsageError(f"{path} exists", "add --overwrite or choose another name", "output-exists")
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is a pipe or a device", "give the name of a file", "output-exists")
        if path.exists():
            _check_replaceable(path, replace_reviewed)
    return [EarlierFile.look(path) for path in outputs]


def real_path(path: Path) -> Path:
    """Return where a symbolic link leads; other paths as they are.

    Raises:
        UsageError: the link leads to itself, or another user created it (``output-name``).
    """
    if not os.path.islink(path):  # what cannot be asked is none, and refused by the checks of names and folders
        return path
    # as Linux does where everybody may write: a link counts if it is ours or of whom the folder belongs to
    if os.name != "nt" and path.lstat().st_uid not in (os.geteuid(), path.parent.stat().st_uid):
        raise UsageError(
            f"{path} is a link that another user laid", "write the result under another name", "output-name"
        )
    return _resolved(path)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError before Python 3.13
        raise UsageError(
            f"{path} is a link that leads to itself", "write the result under another name", "output-name"
        ) from error


def _check_replaceable(path: Path, replace_reviewed: bool) -> None:
    try:
        os.replace(path, path)  # Windows refuses where a program has the file open; elsewhere nothing happens
    except PermissionError as error:
        raise InputError(
            f"{path.name} is in use", "remove it from the project and close other programs that show it, or choose"
            " another name", "output-in-use",
        ) from error  # fmt: skip
    if path.suffix.lower() != ".gpkg":
        return
    try:
        foreign, reviewed = foreign_tables(path), reviewed_buildings(path)
    except InUseError as error:
        raise InputError(
            f"{path.name} is in use ({error})",
            "close the programs that show it, or choose another name",
            "output-in-use",
        ) from error
    except DamagedError as error:
        raise InputError(
            f"{path.name} is damaged, and what is in it cannot be told ({error})",
            "choose another name, or remove it yourself",
            "output-damaged",
        ) from error
    if foreign:
        raise UsageError(
            f"{path.name} holds other layers, which would be lost",
            "write the result under another name",
            "output-foreign",
        )
    if reviewed and not replace_reviewed:
        raise UsageError(
            f"{path.name} holds {reviewed} reviewed building{'s' if reviewed > 1 else ''}",
            "write the result under another name, add --keep-reviews to carry the reviews over, or --discard-reviews to"
            " lose them",
            ErrorCode.OUTPUT_REVIEWED,
        )


def _check_name(path: Path) -> None:
    """Refuse names that the libraries cannot write to, or not under the name of a part of the file."""
    try:
        length = len(path.name.encode())
        str(path.absolute()).encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{path.name!r} or the name of its folder is not a name of letters",
            "write the result under another name, or into another folder",
            "output-name",
        ) from error
    if length > _LONGEST_NAME:
        raise UsageError(
            f"the name {path.name[:20]}… is too long",
            f"choose one of at most {_LONGEST_NAME} bytes (fewer letters where they have accents)",
            "output-name",
        )
    longest = _LONGEST_PATH.get(path.suffix.lower(), _LONGEST_OTHER_PATH)
    if os.name != "nt" and len(os.fsencode(_resolved(path))) > longest:
        raise UsageError(
            f"the folder of {path.name} has too long a name",
            f"choose one with which the whole path has at most {longest} bytes",
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
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"the folder {folder} cannot be written", "choose a folder of your own", "output-folder")
