"""Locks of outputs: one run at a time writes a file.

A lock of the operating system (library ``filelock``) ends with its process, however that ends. A process id says less:
in containers the next run has that of the run before it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from filelock import BaseFileLock, FileLock, Timeout

from ..errors import InputError
from .disk_room import is_full, no_room_beside
from .lock_file import release_and_remove
from .stale_files import remove_stale_files

_PATIENCE_S = 0.5  # a run that ends just now removes its lock
_UNKNOWN = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)


class OutputLocks:
    """Holds the locks of all outputs of a run. A context manager.

    Args:
        outputs: the files, in existing folders. The locks lie beside them, hidden, and go at the end.

    Attributes:
        held: whether the locks are real: some network drives know none, and there the run goes on without.
    """

    def __init__(self, outputs: Iterable[Path]) -> None:
        # in the same order everywhere: of two runs that begin at once, one gets all
        self._outputs = sorted(outputs, key=lambda path: str(path.absolute()))
        self._locks: list[BaseFileLock] = []
        self.held = True

    def __enter__(self) -> OutputLocks:
        """Lock the outputs.

        Raises:
            InputError: another run writes one of them (``output-locked``), or a folder is missing
                (``output-folder``).
            RuntimeFailure: the disk is full (``working-folder``).
        """
        try:
            for output in self._outputs:
                self._lock(output)
        except BaseException:
            self.release()
            raise
        return self

    def remove_stale_files(self) -> None:
        """Delete the working folders of killed runs beside the outputs, see :func:`.stale_files.remove_stale_files`."""
        remove_stale_files(self._outputs, locked=self.held)

    def release(self) -> None:
        """Give the locks back and remove their files."""
        while self._locks:
            release_and_remove(self._locks.pop())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _lock(self, output: Path) -> None:
        place = output.with_name(f".{output.name}.lock")
        if not output.parent.is_dir():  # the library would create it
            raise InputError(
                f"cannot write into the folder {output.absolute().parent}", "create it first", "output-folder"
            )
        lock = FileLock(place, timeout=_PATIENCE_S, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise InputError(
                f"another run is writing {output.name}", "wait until it has ended, or choose another name",
                "output-locked",
            ) from error  # fmt: skip
        except NotImplementedError:
            self.held = False
            return
        except OSError as error:
            if error.errno in _UNKNOWN:
                self.held = False
                return
            if is_full(error):
                raise no_room_beside(output.name, error) from error
            raise InputError(
                f"cannot lock {output.name} ({error.strerror})",
                f"another user may be writing it; if not, remove {place.name} beside it, or choose another name",
                "output-locked",
            ) from error
        self._locks.append(lock)
