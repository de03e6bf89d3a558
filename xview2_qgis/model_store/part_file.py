"""What has arrived of a download: kept in the cache when it stops, so that the next try goes on from there.

A server is asked for the rest only together with the mark that it gave the file (``ETag``, or else its date): where the
file has changed meanwhile the server sends all of it, and the download starts over (RFC 9110, section 13.1.5).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from qgis.PyQt.QtCore import QLockFile

from ..i18n.translation import tr
from ..protocol.locations import cache_folder
from .refusal import ModelStoreError

_PART, _MARK, _LOCK = "part", "mark.json", "lock"
_UNUSED_S = 30 * 86400.0  # as the engine keeps unpacked bundles
_LONGEST_MARK = 1000  # bytes


class PartFile:
    """The file of one address. Opened by one program at a time.

    Args:
        address: identifies the file; only its checksum is stored, since it may hold a password.
        name: how the complete file is called.
        folder: of all downloads; that in the cache without one.
    """

    def __init__(self, address: str, name: str, folder: Path | None = None) -> None:
        self._downloads = folder or cache_folder() / "downloads"
        key = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._folder = self._downloads / key
        self._name = name
        self._lock: QLockFile | None = None
        self._file: IO[bytes] | None = None
        self.received = 0
        self.mark = ""

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return self._folder / _PART

    def open(self) -> None:
        """Find what has arrived before.

        Raises:
            ModelStoreError: another window or program fetches the same file.
            OSError: the cache cannot be written.
        """
        _tidy(self._downloads)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = QLockFile(str(self._folder / _LOCK))
        lock.setStaleLockTime(0)  # a download may take hours: only a lock whose program has ended is void
        if not lock.tryLock(0):
            if lock.error() == QLockFile.LockError.LockFailedError:
                raise ModelStoreError(
                    tr("This file is being downloaded by another QGIS."), tr("Wait until it has arrived there.")
                )
            raise OSError(13, tr("cannot be written"), str(self._folder))
        self._lock = lock
        whole = self._folder / self._name
        if whole.is_file() and not self.path.exists():
            whole.rename(self.path)  # complete, but it could not be installed
        self.mark = self._stored_mark()
        # without a mark nobody knows whether the rest would be of the same file
        self._file = self.path.open("ab" if self.mark else "wb")
        self.received = self.path.stat().st_size

    def begin(self, mark: str) -> None:
        """Start with an empty file.

        Args:
            mark: by which the server knows this version of the file; may be empty.

        Raises:
            OSError: the cache cannot be written.
        """
        if self._file is None:
            return
        self._file.truncate(0)
        self._file.seek(0)
        self.received = 0
        self.mark = mark if len(mark) <= _LONGEST_MARK else ""
        with (self._folder / _MARK).open("w", encoding="utf-8") as file:
            json.dump(self.mark, file)

    def append(self, data: bytes) -> None:
        """Add what has arrived.

        Raises:
            OSError: the disk is full.
        """
        if self._file is not None and data:
            self._file.write(data)
            self.received += len(data)

    def free_bytes(self) -> int:
        """Return how much the disk still takes.

        Raises:
            OSError: nobody knows.
        """
        return shutil.disk_usage(self._folder).free

    def complete(self) -> Path:
        """Return the path of the file, now that all of it has arrived.

        Raises:
            OSError: the disk is full.
        """
        if self._file is not None:
            self._file.close()
            self._file = None
        return self.path.rename(self._folder / self._name)

    def close(self) -> None:
        """Keep what has arrived for another try."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def discard(self) -> None:
        """Remove everything."""
        mine = self._lock is not None
        self.close()
        if mine:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _stored_mark(self) -> str:
        try:
            with (self._folder / _MARK).open(encoding="utf-8") as file:
                mark = json.loads(file.read(_LONGEST_MARK * 6 + 2))
        except (OSError, ValueError):
            return ""
        return mark if isinstance(mark, str) else ""


def _tidy(downloads: Path) -> None:
    """Remove downloads that nobody has gone on with for a month."""
    with suppress(OSError):
        for folder in list(downloads.iterdir()):
            with suppress(OSError):
                newest = max((path.stat().st_mtime for path in folder.iterdir()), default=folder.stat().st_mtime)
                if time.time() - newest > _UNUSED_S:
                    shutil.rmtree(folder, ignore_errors=True)
