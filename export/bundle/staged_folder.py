"""A folder that appears only when it is complete."""

from __future__ import annotations

import errno
import glob
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xview2_qgis.engine.errors import InputError, RuntimeFailure
from xview2_qgis.engine.staging.output_lock import OutputLocks
from xview2_qgis.engine.staging.working_folder import WorkingFolder
from xview2_qgis.protocol.model_json import MANIFEST_NAME

#: Only writing fails like this.
_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


#: What a working folder holds: the new folder, and for a moment the earlier one.
_NEW, _EARLIER = "new", "earlier"


@contextmanager
def staged_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which takes the place of ``folder`` when the block ends without an error.

    After an error nothing is left behind, and an earlier folder stays as it was. What a killed process left goes when
    the next one writes the same folder; an earlier one that it had just moved aside comes back.

    Args:
        folder: the folder wanted; an earlier one is replaced if it is empty or holds a bundle and nothing else.

    Raises:
        InputError: ``folder`` is something else or holds more than a bundle, its parent cannot be written, or another
            process is writing it.
        RuntimeFailure: the disk failed or is full; other errors of the block, also of files that it reads, pass.
    """
    folder = folder.absolute()
    _refuse_foreign(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot write into {folder.parent} ({error.strerror})", "choose another --output", "output-folder"
        ) from error
    with OutputLocks([folder]) as locks:
        _bring_back(folder)
        locks.remove_stale_files()
        _refuse_foreign(folder)
        with WorkingFolder(folder) as working:
            work = working.path / _NEW
            try:
                work.mkdir()
                yield work
            except OSError as error:
                if _from_writing(error, work):
                    raise _not_written(folder, error) from error
                raise
            _refuse_foreign(folder)  # the block takes minutes, in which files may have come
            try:
                working.check()
                _replace(work, folder)
            except OSError as error:
                raise _not_written(folder, error) from error


def _from_writing(error: OSError, work: Path) -> bool:
    """Tell whether an error inside the block is of the folder, or of a file that is read from somewhere else."""
    if error.errno in _WRITING:
        return True
    return isinstance(error.filename, str | os.PathLike) and Path(error.filename).absolute().is_relative_to(work)


def _not_written(folder: Path, error: OSError) -> RuntimeFailure:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    hint = "free space on the disk" if full else "check the disk and its permissions, or choose another --output"
    return RuntimeFailure(f"cannot write {folder} ({error.strerror or error})", hint, "output-write")


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder} is no folder", "choose another --output", "output-exists")
    try:
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        named = _named_files(folder / MANIFEST_NAME) if found else set()
    except OSError as error:
        raise InputError(
            f"{folder} cannot be read ({error.strerror})", "choose another --output", "output-exists"
        ) from error
    if named is None:
        raise InputError(f"{folder} exists and holds no bundle", "choose another --output", "output-exists")
    for path in found:
        if path.name not in named or not path.is_file():
            raise InputError(
                f"{folder} holds {path.name}, which is no part of the bundle there",
                f"move {path.name} out of it, or choose another --output",
                "output-exists",
            )


def _named_files(manifest: Path) -> set[str] | None:
    """Return the names of a bundle's files, its manifest among them; None if this is no manifest."""
    try:
        content = json.loads(manifest.read_bytes())
        return {manifest.name, *(str(entry["file"]) for entry in content["networks"])}
    except (FileNotFoundError, IsADirectoryError, ValueError, RecursionError, LookupError, TypeError):
        return None  # other programs have files of this name, too


def _replace(work: Path, folder: Path) -> None:
    if not folder.exists():
        work.rename(folder)
        return
    # a folder cannot be renamed onto a full one: the old one steps aside, and comes back if that fails
    aside = work.with_name(_EARLIER)
    folder.rename(aside)
    try:
        work.rename(folder)
    except BaseException:
        aside.rename(folder)
        raise


def _bring_back(folder: Path) -> None:
    """Put an earlier folder back that a process had moved aside when it was killed; no other process writes it now."""
    if folder.exists():
        return
    with suppress(OSError):
        for earlier in folder.parent.glob(f"{glob.escape(f'.{folder.name}.work-')}*/{_EARLIER}"):
            earlier.rename(folder)
            return
