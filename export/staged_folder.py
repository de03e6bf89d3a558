"""A folder that appears only when it is complete."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xview2_qgis.engine.errors import InputError, RuntimeFailure
from xview2_qgis.engine.model_manifest import MANIFEST_NAME


@contextmanager
def staged_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which takes the place of ``folder`` when the block ends without an error.

    After an error nothing is left behind, and an earlier folder stays as it was.

    Args:
        folder: the folder wanted; an earlier one is replaced if it is empty or holds a bundle.

    Raises:
        InputError: ``folder`` is something else, or its parent cannot be written.
        RuntimeFailure: the disk failed or is full.
    """
    folder = folder.absolute()
    _refuse_foreign(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise InputError(
            f"cannot write into {folder.parent} ({error.strerror})", "choose another --output", "output-folder"
        ) from error
    try:
        yield work
        work.chmod(0o755)
        _replace(work, folder)
    except OSError as error:
        raise RuntimeFailure(f"cannot write {folder} ({error})", "free space on the disk", "output-write") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder} is no folder", "choose another --output", "output-exists")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST_NAME).is_file():
        raise InputError(f"{folder} exists and holds no bundle", "choose another --output", "output-exists")


def _replace(work: Path, folder: Path) -> None:
    if not folder.exists():
        work.rename(folder)
        return
    # a folder cannot be renamed onto a full one: the old one steps aside, and comes back if that fails
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent)) / "replaced"
    try:
        folder.rename(aside)
        try:
            work.rename(folder)
        except BaseException:
            aside.rename(folder)
            raise
    finally:
        shutil.rmtree(aside.parent, ignore_errors=True)
