"""A file that appears only when it is complete."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyogrio
from rasterio.errors import RasterioError

from .errors import EngineError, InputError, RuntimeFailure

_DATABASE_SIDECARS = ("-journal", "-wal", "-shm")
_WRITE_ERRORS = (
    OSError, sqlite3.Error, RasterioError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, pyogrio.errors.FieldError, pyogrio.errors.CRSError,
)  # fmt: skip


class StagedFile:
    """Writes beside the file wanted, and takes its place at the end. A context manager.

    Inside the ``with`` block write to :attr:`part`; :meth:`commit` puts it in place. Leaving the block without that,
    by an error or not, removes the part, and an earlier file stays as it was. Errors of the disk, of GDAL and of
    SQLite leave the block as :class:`RuntimeFailure`.

    Args:
        path: the file wanted.
        sidecars: endings of files that GDAL keeps beside it, for example ``.aux.xml``, put in place together with it.

    Raises:
        InputError: on entering, the folder is missing or cannot be written to (``output-folder``); on committing, the
            earlier file is in use (``output-in-use``).
        RuntimeFailure: writing failed (``output-write``).
    """

    def __init__(self, path: Path, sidecars: tuple[str, ...] = ()) -> None:
        self.path = path
        self._sidecars = sidecars
        # the ending stays last, because GDAL and QGIS look at it
        self.part = path.with_name(f".{path.stem}.part-{os.getpid()}{path.suffix}")
        self._committed = False

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

    def commit(self) -> None:
        """Put the finished part in place of the file wanted."""
        try:
            for ending in _DATABASE_SIDECARS:
                # the log of an earlier database would be played into the new one
                self._beside(self.path, ending).unlink(missing_ok=True)
            os.replace(self.part, self.path)
        except PermissionError as error:
            raise InputError(
                f"cannot replace {self.path.name}", "close it in QGIS and other programs", "output-in-use"
            ) from error
        self._committed = True
        for ending in self._sidecars:
            if self._beside(self.part, ending).exists():
                os.replace(self._beside(self.part, ending), self._beside(self.path, ending))
            else:
                self._beside(self.path, ending).unlink(missing_ok=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._clean()
        if isinstance(error, _WRITE_ERRORS) and not isinstance(error, EngineError):
            raise RuntimeFailure(
                f"cannot write {self.path.name} ({error})", "free space on that disk, or choose another", "output-write"
            ) from error

    def _clean(self) -> None:
        for ending in ("", ".aux.xml", *_DATABASE_SIDECARS, *self._sidecars):
            self._beside(self.part, ending).unlink(missing_ok=True)

    @staticmethod
    def _beside(path: Path, ending: str) -> Path:
        return path.with_name(path.name + ending)
