"""A bundle as one file, ``NAME.xv2.zip``: unpacked once into a cache, named by the checksum of the archive.

Archives come from anywhere. Only plain files with plain names leave them, only into a fresh folder, and never more
bytes than a bundle may have: neither ``../`` nor a link nor a zip bomb gets further.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import time
import zipfile
from contextlib import suppress
from pathlib import Path

from ...protocol.archive_reading import DamagedArchiveError, manifest_prefix, reading
from ...protocol.locations import cache_folder
from ...protocol.model_json import MANIFEST_NAME
from ..errors import ModelError, RuntimeFailure
from ..staging.held_folder import dead_folder, held_folder
from .names import is_file_name

_MAXIMUM_BYTES = 4 * 1024**3
_UNPACKING = "unpacking-"
_UNUSED_S = 30 * 86400.0
_CHUNK = 1024 * 1024
_HINT = "fetch the file again, or ask its author"


def file_checksum(path: Path) -> str:
    """Return the sha256 of a file, lower-case hexadecimal.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def unpacked(archive: Path, *, anew: bool = False) -> Path:
    """Return the folder with the unpacked archive; unpack it if that has not been done.

    Args:
        archive: the zip file.
        anew: unpack even if an earlier copy is there.

    Raises:
        ModelError: the archive is damaged or holds what a bundle must not hold.
        RuntimeFailure: the cache cannot be written.
    """
    try:
        folder = cache_folder() / "bundles" / file_checksum(archive)
    except OSError as error:
        raise ModelError(f"cannot read {archive} ({error.strerror})", "check the path", "model-archive") from error
    try:
        if folder.is_dir() and not anew:
            os.utime(folder)  # used now, see tidy_cache
            return folder
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        tidy_cache()
        with held_folder(folder.parent, _UNPACKING) as work:
            copy = work / "bundle"
            copy.mkdir()
            unpack(archive, copy)
            if anew:
                shutil.rmtree(folder, ignore_errors=True)
            try:
                copy.rename(folder)
            except OSError:
                if not folder.is_dir():  # else another process was faster, which is as well
                    raise
    except OSError as error:
        raise RuntimeFailure(
            f"cannot unpack the model into {folder.parent} ({error.strerror or error})",
            "free space there, or set XVIEW2_CACHE to a folder that can be written",
            "cache-folder",
        ) from error
    return folder


def forget_unpacked(folder: Path) -> None:
    """Remove an unpacked archive in which no sound model was found."""
    shutil.rmtree(folder, ignore_errors=True)


def tidy_cache() -> None:
    """Remove what killed processes left while they unpacked, and unpacked archives that were not used for a month."""
    with suppress(OSError):
        for path in list((cache_folder() / "bundles").iterdir()):
            with suppress(OSError):
                if path.name.startswith(_UNPACKING):
                    with dead_folder(path):
                        pass
                elif time.time() - path.stat().st_mtime > _UNUSED_S and re.fullmatch("[0-9a-f]{64}", path.name):
                    forget_unpacked(path)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into an existing empty folder; a folder around all files in the archive is left out.

    Raises:
        ModelError: the archive is damaged or holds what a bundle must not hold.
        OSError: the folder cannot be written.
    """
    try:
        with reading(archive) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            prefix = manifest_prefix([entry.filename for entry in entries], MANIFEST_NAME)
            if len({entry.filename.lower() for entry in entries}) != len(entries):
                raise _refused("holds a file twice")
            left = _MAXIMUM_BYTES
            for entry in entries:
                left = _unpack_entry(packed, entry, folder / _plain_name(entry, prefix), left)
    except DamagedArchiveError as error:
        raise ModelError(f"{archive.name} {error}", _HINT, "model-archive") from error


def _plain_name(entry: zipfile.ZipInfo, prefix: str) -> str:
    name = entry.filename.removeprefix(prefix)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if not is_file_name(name) or kind not in (0, stat.S_IFREG):
        raise _refused(f"holds {entry.filename[:60]!r}, which is not a plain file of a bundle")
    return name


def _unpack_entry(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Write one file and return how many bytes may still come. What is written counts, not what is declared."""
    with packed.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _refused(f"unpacks to more than {_MAXIMUM_BYTES // 1024**3} GiB")
            file.write(chunk)
    return left


def _refused(what: str) -> ModelError:
    return ModelError(f"the model archive {what}", _HINT, "model-archive")
