"""A file that appears only when it is complete, together with others or not at all."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Container, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from textwrap import shorten
from types import TracebackType

import pyogrio
from rasterio.errors import RasterioError

from ..access.gdal_errors import is_gdals_own
from ..errors import EngineError, InputError, RuntimeFailure
from .durable_file import PATIENCE_S, patiently
from .earlier_file import EarlierFile
from .file_rights import take_rights
from .working_folder import WorkingFolder

_DATABASE_SIDECARS = ("-journal", "-wal", "-shm")


_WRITE_ERRORS = (
    OSError, sqlite3.Error, RasterioError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, pyogrio.errors.FieldError, pyogrio.errors.CRSError,
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """Why a file may not take its place.

    Attributes:
        message: what is wrong.
        hint: what to do before the next run.
        code: short identifier.
    """

    message: str
    hint: str
    code: str


class StagedFile:
    """Writes into a private folder beside the file wanted, and takes its place at the end. A context manager.

    Inside the ``with`` block write to :attr:`part`; :func:`commit_together` puts it in place. Leaving the block without
    that, by an error or not, removes the part, and an earlier file stays as it was.

    Args:
        path: the file wanted.
        sidecars: endings of files that GDAL keeps beside it, for example ``.aux.xml``, put in place together with it.
        earlier: what stood there when the user allowed to replace it; by default what stands there now.

    Raises:
        InputError: on entering, the folder is missing or cannot be written to (``output-folder``).
        RuntimeFailure: on entering, the disk is full (``working-folder``).
    """

    def __init__(self, path: Path, sidecars: tuple[str, ...] = (), earlier: EarlierFile | None = None) -> None:
        self.path = path
        self._sidecars = sidecars
        self._earlier = earlier or EarlierFile.look(path)
        self.folder = WorkingFolder(path)
        self.part = path
        self._kept = False

    def __enter__(self) -> StagedFile:
        if self.path.is_dir():
            raise InputError(f"{self.path} is a folder", "give the name of a file", "output-folder")
        self.folder.__enter__()
        # short, because Windows counts the letters of the whole path; GDAL and QGIS go by the ending
        self.part = self.folder.path / f"result{self.path.suffix}"
        return self

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Give the part to complete. When the block ends well, what was written is on the disk.

        Raises:
            RuntimeFailure: as of :meth:`guard`.
        """
        with self.guard():
            yield self.part
            with self.part.open("rb+") as part:
                os.fsync(part.fileno())

    @contextmanager
    def guard(self) -> Iterator[Path]:
        """Give the part to write to, which other blocks go on with. Errors of writing name the file wanted.

        Raises:
            RuntimeFailure: the disk, GDAL or SQLite failed inside the block (``output-write``), or the working folder
                was moved (``working-folder``).
        """
        with write_failures(self.path.name):
            self.folder.check()
            yield self.part

    def refusal(self, inputs: Container[Path] = ()) -> Refusal | None:
        """Return why the part may not take its place, asked just before; None where it may.

        Args:
            inputs: files that the run read from.

        Raises:
            RuntimeFailure: the working folder was moved (``working-folder``).
        """
        self.folder.check()
        name = self.path.name
        if any(self._beside(self.path, ending) in inputs for ending in ("", *self._sidecars)):
            return Refusal(f"{name} is an input", "write the result under another name", "output-is-input")
        change = self._earlier.change()
        if change is not None:
            code = "output-in-use" if change == "is in use" else "output-changed"
            return Refusal(f"{name} {change}", f"look at {name} before the next run", code)
        try:
            if self.path.exists():
                patiently(lambda: os.replace(self.path, self.path))  # Windows refuses where a program has it open
        except OSError as error:
            return _in_use(name, error)
        return None

    def commit(self) -> Refusal | None:
        """Put the finished part in place of the file wanted; return why not, where that fails."""
        try:
            take_rights(self.part, self.path)
            if self._earlier.state is None or not self.path.exists():
                self._put_beside_others(self.path)
                return None
            _end_log(self.path)
            for ending in _DATABASE_SIDECARS:
                # the log of an earlier database would be played into the new one
                self._beside(self.path, ending).unlink(missing_ok=True)
            patiently(lambda: os.replace(self.part, self.path))
            self._put_sidecars(self.path)
        except FileExistsError:
            return Refusal(
                f"{self.path.name} appeared while the run went on", f"look at {self.path.name} before the next run",
                "output-changed",
            )  # fmt: skip
        except OSError as error:
            return _in_use(self.path.name, error)
        return None

    def keep(self, number: int) -> Path:
        """Give the part another name, and if even that fails, leave it as it is.

        Args:
            number: put behind the name that was wanted.

        Returns:
            Where it is now.

        Raises:
            FileExistsError: that name is taken.
        """
        free = self.numbered(number)
        with suppress(OSError):
            take_rights(self.part, self.path)
        try:
            self._put_beside_others(free)
        except FileExistsError:
            raise
        except OSError:
            self._kept = True
            self.folder.keep()
            return self.part
        return free

    def numbered(self, number: int) -> Path:
        """Return the name wanted with a number behind it."""
        return self.path.with_name(f"{self.path.stem}_{number}{self.path.suffix}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._kept:
            self.folder.remove()

    def _put_beside_others(self, path: Path) -> None:
        """Put the part under a name that must be free.

        Raises:
            FileExistsError: it is not.
        """
        for ending in _DATABASE_SIDECARS:
            if not os.path.lexists(path):
                self._beside(path, ending).unlink(missing_ok=True)
        patiently(lambda: _rename_to_free(self.part, path))
        self._put_sidecars(path)

    def _put_sidecars(self, path: Path) -> None:
        for ending in self._sidecars:
            beside = self._beside(self.part, ending)
            if beside.exists():
                take_rights(beside, path)
                os.replace(beside, self._beside(path, ending))
            else:
                self._beside(path, ending).unlink(missing_ok=True)

    @staticmethod
    def _beside(path: Path, ending: str) -> Path:
        return path.with_name(path.name + ending)


@contextmanager
def write_failures(name: str) -> Iterator[None]:
    """Word what fails inside the block.

    Args:
        name: of the file or folder wanted.

    Raises:
        RuntimeFailure: the disk, GDAL or SQLite failed (``output-write``).
    """
    try:
        yield
    except EngineError:
        raise
    except Exception as error:
        if not isinstance(error, _WRITE_ERRORS) and not is_gdals_own(error):
            raise
        # GDAL quotes whole statements of SQL
        brief = shorten(str(error), 150, placeholder=" …")
        raise RuntimeFailure(
            f"cannot write {name} ({brief})", "free space on that disk, or choose another", "output-write"
        ) from error


def commit_together(files: Sequence[StagedFile], inputs: Container[Path] = ()) -> None:
    """Put several finished files in place, in their order.

    Where one of them may not take its place, none does: all get other names, with the same number behind them, and the
    message names them. So files of one run stay together, and no computed result is lost.

    Args:
        files: what was written.
        inputs: files that the run read from.

    Raises:
        InputError: a file is in use (``output-in-use``), appeared or was changed while the run went on
            (``output-changed``), or has become an input (``output-is-input``).
        RuntimeFailure: a working folder was moved (``working-folder``).
    """
    refusals = [refusal for file in files if (refusal := file.refusal(inputs)) is not None]
    waiting = list(files)
    while not refusals and waiting:
        refusal = waiting[0].commit()
        if refusal is None:
            del waiting[0]
        else:
            refusals.append(refusal)  # some are in place already; the others stay together
    if refusals:
        kept = ", ".join(_named(path) for path in _keep(waiting))
        message = "; ".join(refusal.message for refusal in refusals)
        raise InputError(f"{message}; the result is in {kept}", refusals[0].hint, refusals[0].code)


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}" if ".work-" in path.parent.name else path.name


def _keep(files: Sequence[StagedFile]) -> list[Path]:
    number, kept = 2, list[Path]()
    while len(kept) < len(files):
        while any(os.path.lexists(file.numbered(number)) for file in islice(files, len(kept), None)):
            number += 1
        with suppress(FileExistsError):  # another process took the name
            for file in islice(files, len(kept), None):
                kept.append(file.keep(number))
    return kept


def _in_use(name: str, error: OSError) -> Refusal:
    return Refusal(
        f"cannot replace {name} ({error.strerror})",
        f"close {name} in QGIS and other programs before the next run",
        "output-in-use",
    )


def _rename_to_free(part: Path, path: Path) -> None:
    """Rename, but never onto a file: two programs may find a name free at the same time."""
    try:
        os.link(part, path, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError) as error:  # disks without hard links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, "exists", str(path)) from error
        os.rename(part, path)
    else:
        os.unlink(part)


def _end_log(path: Path) -> None:
    """Write the log of a database into it: killed in the next moment, the earlier result is still whole.

    Raises:
        OSError: another program holds the database.
    """
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as database:
            (busy, *_) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        raise OSError(errno.EBUSY, str(error)) from error
    except sqlite3.DatabaseError:  # it is none, or broken: its log is worth nothing
        return
    if busy:
        raise OSError(errno.EBUSY, "database is locked")
