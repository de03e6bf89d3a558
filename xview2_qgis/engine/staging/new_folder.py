"""A new folder that appears only when all of its files are written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import InputError, RuntimeFailure, UsageError
from .output_lock import OutputLocks
from .working_folder import WorkingFolder


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which becomes ``folder`` when the block ends without an error.

    After an error nothing is left behind; what a killed process left goes when the next one writes the same folder.

    Args:
        folder: the folder wanted; may exist if it is empty.

    Raises:
        UsageError: it exists and is not an empty folder (``output-exists``).
        InputError: its parent cannot be written (``output-folder``), or another process is writing it
            (``output-locked``).
        RuntimeFailure: the disk failed or is full (``output-write``, ``working-folder``).
    """
    folder = folder.absolute()
    _refuse_full(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot write into {folder.parent} ({error.strerror})", "choose another --output", "output-folder"
        ) from error
    with OutputLocks([folder]) as locks:
        locks.remove_stale_files()
        with WorkingFolder(folder) as working:
            work = working.path / "new"
            try:
                work.mkdir()
                yield work
                working.check()
                _refuse_full(folder)  # the block takes minutes, in which files may have come
                if folder.exists():
                    folder.rmdir()
                work.rename(folder)
            except OSError as error:
                if not _from_writing(error, work, folder):
                    raise
                full = error.errno in (errno.ENOSPC, errno.EDQUOT)
                raise RuntimeFailure(
                    f"cannot write {folder} ({error.strerror or error})",
                    "free space on the disk" if full else "check the disk and its permissions", "output-write",
                ) from error  # fmt: skip


def _from_writing(error: OSError, work: Path, folder: Path) -> bool:
    """Tell whether an error is of the folder, or of a file that is read from somewhere else."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG):
        return True
    if not isinstance(error.filename, str | os.PathLike):
        return False
    place = Path(error.filename).absolute()
    return place == folder or place.is_relative_to(work)


def _refuse_full(folder: Path) -> None:
    try:
        empty = not folder.is_symlink() and (not folder.exists() or (folder.is_dir() and not any(folder.iterdir())))
    except OSError as error:
        raise InputError(
            f"{folder} cannot be read ({error.strerror})", "choose another --output", "output-folder"
        ) from error
    if not empty:
        raise UsageError(
            f"{folder} exists and is not an empty folder", "choose a new folder as --output", "output-exists"
        )
