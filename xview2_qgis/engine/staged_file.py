"""A file that appears only when it is complete, together with others or not at all."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from textwrap import shorten
from types import TracebackType

import pyogrio
from rasterio.errors import RasterioError

from .errors import EngineError, InputError, RuntimeFailure

_DATABASE_SIDECARS = ("-journal", "-wal", "-shm")
_PATIENCE_S = 3.0  # virus scanners and synchronised folders hold a new file for a moment
_WRITE_ERRORS = (
    OSError, sqlite3.Error, RasterioError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, pyogrio.errors.FieldError, pyogrio.errors.CRSError,
)  # fmt: skip


class StagedFile:
    """Writes beside the file wanted, and takes its place at the end. A context manager.

    Inside the ``with`` block write to :attr:`part`; :meth:`commit` puts it in place. Leaving the block without that,
    by an error or not, removes the part, and an earlier file stays as it was.

    Args:
        path: the file wanted.
        sidecars: endings of files that GDAL keeps beside it, for example ``.aux.xml``, put in place together with it.

    Raises:
        InputError: on entering, the folder is missing or cannot be written to (``output-folder``).
    """

    def __init__(self, path: Path, sidecars: tuple[str, ...] = ()) -> None:
        self.path = path
        self._sidecars = sidecars
        # the ending stays last, because GDAL and QGIS look at it
        self.part = path.with_name(f".{path.stem}.part-{os.getpid()}{path.suffix}")
        self._kept = False

    def __enter__(self) -> StagedFile:
        if self.path.is_dir():
            raise InputError(f"{self.path} is a folder", "give the name of a file", "output-folder")
        try:
            self._clean()
            self.part.touch()
            self.part.unlink()
        except OSError as error:
            raise InputError(
                f"cannot write into the folder {self.path.absolute().parent}",
                "create it, or choose a folder you may write to",
                "output-folder",
            ) from error
        return self

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Give the part to write to. When the block ends well, what was written is on the disk.

        Raises:
            RuntimeFailure: the disk, GDAL or SQLite failed inside the block (``output-write``).
        """
        try:
            yield self.part
            with self.part.open("rb+") as part:
                os.fsync(part.fileno())
        except EngineError:
            raise
        except Exception as error:
            # rasterio lets GDAL's own exceptions through, which have no public base class
            if not isinstance(error, _WRITE_ERRORS) and not type(error).__module__.startswith("rasterio"):
                raise
            raise RuntimeFailure(
                f"cannot write {self.path.name} ({_brief(error)})",
                "free space on that disk, or choose another",
                "output-write",
            ) from error

    def commit(self) -> None:
        """Put the finished part in place of the file wanted.

        Raises:
            InputError: the earlier file is in use (``output-in-use``). The new one has another name then, which the
                message tells: nobody computes for an hour and has nothing.
        """
        try:
            for ending in _DATABASE_SIDECARS:
                # the log of an earlier database would be played into the new one
                self._beside(self.path, ending).unlink(missing_ok=True)
            self._put(self.path)
        except OSError as error:
            kept = self._keep()
            raise InputError(
                f"cannot replace {self.path.name} ({error.strerror}), the result is in {kept.name}",
                f"close {self.path.name} in QGIS and other programs before the next run",
                "output-in-use",
            ) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept:
            return
        with suppress(OSError):
            self._clean()

    def _keep(self) -> Path:
        """Give the part another name, and if even that fails, leave it as it is; return where it is."""
        self._kept = True
        free = _free_name(self.path)
        try:
            self._put(free)
        except OSError:
            return self.part
        return free

    def _put(self, path: Path) -> None:
        _replace(self.part, path)
        self._put_sidecars(path)

    def _put_sidecars(self, path: Path) -> None:
        for ending in self._sidecars:
            if self._beside(self.part, ending).exists():
                os.replace(self._beside(self.part, ending), self._beside(path, ending))
            else:
                self._beside(path, ending).unlink(missing_ok=True)

    def _clean(self) -> None:
        for ending in ("", ".aux.xml", *_DATABASE_SIDECARS, *self._sidecars):
            self._beside(self.part, ending).unlink(missing_ok=True)

    @staticmethod
    def _beside(path: Path, ending: str) -> Path:
        return path.with_name(path.name + ending)


def commit_together(files: Sequence[StagedFile]) -> None:
    """Put several finished files in place, all of them also where one cannot replace its earlier one.

    Raises:
        InputError: some are in use, see :meth:`StagedFile.commit`.
    """
    refused: list[InputError] = []
    for file in files:
        try:
            file.commit()
        except InputError as error:
            refused.append(error)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        message = "; ".join(error.message for error in refused)
        raise InputError(
            message, "close the earlier files in QGIS and other programs before the next run", "output-in-use"
        )


def _replace(part: Path, path: Path) -> None:
    """Rename, and try again for some seconds where another program holds one of the files."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            os.replace(part, path)
            return
        except OSError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.2)


def _free_name(path: Path) -> Path:
    number = 2
    while (free := path.with_name(f"{path.stem}_{number}{path.suffix}")).exists():
        number += 1
    return free


def _brief(error: Exception) -> str:
    """Return the beginning of a message: GDAL quotes whole statements of SQL."""
    return shorten(str(error), 150, placeholder=" …")
