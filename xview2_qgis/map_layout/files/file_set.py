"""Files that appear at once or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from ...i18n.translation import tr


class NotWrittenError(Exception):
    """A file cannot be written; the text says which, and why."""


class CancelledError(Exception):
    """The user has cancelled; nothing was written."""


class FileSet:
    """Files that are made in a folder beside their places, and put there together.

    Args:
        cancelled: asked before each file.
    """

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._folders: dict[Path, Path] = {}
        self._made: list[tuple[Path, Path]] = []

    def add(self, path: Path, write: Callable[[Path], None]) -> None:
        """Make a file, and those that are written beside it under the same name.

        Args:
            path: its place.
            write: writes it to another place.

        Raises:
            CancelledError: the user has cancelled.
            NotWrittenError: it cannot be written.
        """
        if self._cancelled():
            raise CancelledError
        try:
            folder = self._folder(path.parent)
            write(folder / path.name)
        except OSError as error:
            raise NotWrittenError(
                tr("“{}” cannot be written: {}").format(path.name, error.strerror or error)
            ) from error
        for made in sorted(folder.glob(f"{_literal(path.stem)}.*")):
            if (made, path.parent / made.name) not in self._made:
                self._made.append((made, path.parent / made.name))

    def commit(self) -> None:
        """Put all files in their places; where one cannot be, none is.

        Raises:
            NotWrittenError: one of the places is held by another program.
        """
        done: list[tuple[Path, Path | None]] = []
        for made, place in self._made:
            earlier = made.with_name(f"{made.name}.earlier") if place.exists() else None
            try:
                if earlier is not None:
                    os.replace(place, earlier)
                done.append((place, earlier))
                os.replace(made, place)
            except OSError as error:
                _take_back(done)
                raise NotWrittenError(
                    tr("“{}” cannot be replaced: is it open in another program?").format(place.name)
                ) from error

    def clear(self) -> None:
        """Remove what is not in its place."""
        for folder in self._folders.values():
            shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, parent: Path) -> Path:
        if parent not in self._folders:
            parent.mkdir(parents=True, exist_ok=True)
            self._folders[parent] = Path(tempfile.mkdtemp(prefix=".xview2_map_", dir=parent))
        return self._folders[parent]


def _take_back(done: list[tuple[Path, Path | None]]) -> None:
    for place, earlier in reversed(done):
        with contextlib.suppress(OSError):
            if earlier is None:
                place.unlink(missing_ok=True)
            else:
                os.replace(earlier, place)


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "[]*?" else letter for letter in name)
