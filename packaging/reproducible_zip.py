"""Zip files whose bytes follow from their content alone: not from times, modes, owners, order or place of the files.

Standard library only.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

# zip cannot store an earlier moment than this
_MOMENT = (1980, 1, 1, 0, 0, 0)
_UNIX = 3  # whose modes are given; else the system that packs would stand there
_PLAIN_FILE = 0o100644


def write_zip(target: Path, files: Iterable[tuple[str, Path]], *, stored: bool, largest_bytes: int) -> Path:
    """Write an archive and return its path; what was there before stays until the new one is whole.

    Args:
        target: the archive.
        files: name in the archive and place of each file.
        stored: do not compress. Compressed bytes depend on the version of zlib besides, stored ones on nothing.
        largest_bytes: what the archive may have.

    Raises:
        ValueError: the archive is larger than that; nothing is written then.
        OSError: a file cannot be read, or the archive not be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    handle, working = tempfile.mkstemp(prefix=".zip-", dir=target.parent)
    os.close(handle)
    try:
        with zipfile.ZipFile(working, "w", method) as archive:
            for name, source in sorted(files):
                entry = zipfile.ZipInfo(name, _MOMENT)
                entry.compress_type = method
                entry.create_system = _UNIX
                entry.external_attr = _PLAIN_FILE << 16
                archive.writestr(entry, source.read_bytes(), compresslevel=None if stored else 9)
        size = os.path.getsize(working)
        if size > largest_bytes:
            raise ValueError(f"{target.name} would have {size} bytes, {largest_bytes} are allowed")
        os.chmod(working, 0o644)  # whatever the umask
        os.replace(working, target)
    finally:
        Path(working).unlink(missing_ok=True)
    return target
