"""Untrusted zip files, read in little memory whatever sizes they claim.

Standard library only: the plugin looks into a bundle inside QGIS.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Largest number of files in a bundle.
MAXIMUM_FILES = 64
# The other methods (bzip2, LZMA) give out thousands of times what one reading takes in, without a limit to be set, and
# report damage by errors that look like those of a disk. Every program that makes zip files has these two.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_LARGEST_READ = 4 * 1024 * 1024


class DamagedArchiveError(ValueError):
    """An archive that cannot be read; the text describes what is wrong and follows its name in a message."""


class _LimitedFile(io.FileIO):
    """A file of which no more is read at once than a bundle's list of files can need, and nothing before its beginning.

    ``zipfile`` reads that list in one go, and its length stands in the archive, as the places of the files do.
    """

    def read(self, size: int | None = -1) -> bytes:
        size = _LARGEST_READ if size is None or size < 0 else size
        if size > _LARGEST_READ:
            raise zipfile.BadZipFile("its list of files is too long")
        return super().read(size) or b""

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        # a file's place stands in the archive; before the beginning, the system would call it a fault of the disk
        if whence == io.SEEK_SET and position < 0:
            raise zipfile.BadZipFile("a file is not where its list says")
        return super().seek(position, whence)


@contextmanager
def reading(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive.

    Raises:
        DamagedArchiveError: it is none, damaged, encrypted, packed in an unusual way, or holds too many files; also
            when that is noticed while it is read.
        OSError: it cannot be read, or whatever happens inside the ``with`` block.
    """
    try:
        with _LimitedFile(path) as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if not all(entry.filename for entry in entries):  # asked whether it is a folder, Python looks at its end
                raise DamagedArchiveError("holds a file without a name")
            if sum(not entry.is_dir() for entry in entries) > MAXIMUM_FILES or len(entries) > 2 * MAXIMUM_FILES:
                raise DamagedArchiveError(f"holds more than {MAXIMUM_FILES} files")
            if any(entry.compress_type not in _METHODS for entry in entries):
                raise DamagedArchiveError("is packed in an unusual way; pack it with the usual method of zip (deflate)")
            yield archive
    except DamagedArchiveError:
        raise
    except (
        zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error, OverflowError
    ) as error:  # fmt: skip
        # RuntimeError: encrypted, or of a later version of the format
        raise DamagedArchiveError(f"is no readable zip file ({str(error)[:120]})") from error


def manifest_prefix(names: list[str], manifest: str) -> str:
    """Return the path in front of the manifest in an archive: empty, or one folder with a slash.

    Args:
        names: of the files in the archive.
        manifest: name of the manifest.

    Raises:
        DamagedArchiveError: there is none, or there are several.
    """
    found = [name for name in names if re.fullmatch(rf"([^/\\]+/)?{re.escape(manifest)}", name)]
    if len(found) != 1:
        raise DamagedArchiveError(f"holds no {manifest}" if not found else f"holds several {manifest}")
    return found[0][: -len(manifest)]
