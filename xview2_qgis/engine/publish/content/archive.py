"""ZIP archives that are the same, to the byte, for the same content."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment of the format
_MODE = 0o644 << 16


def write_archive(path: Path, files: Mapping[str, Path | bytes]) -> None:
    """Write an archive.

    Args:
        path: the file.
        files: names in the archive with their files, or their content, in their order.

    Raises:
        OSError: it cannot be written.
    """
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, _MODE
            if isinstance(content, bytes):
                archive.writestr(entry, content)
                continue
            large = content.stat().st_size >= 2**31
            with content.open("rb") as source, archive.open(entry, "w", force_zip64=large) as target:
                shutil.copyfileobj(source, target, 2**20)
