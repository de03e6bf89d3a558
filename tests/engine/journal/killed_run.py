"""Runs ``xview2`` and kills it, without any farewell, at the n-th operation on a file of its unfinished run.

``python -m tests.engine.journal.killed_run N kill|power ARGUMENTS``. With ``power`` the power fails at that moment:
of files that were not synchronised with the disk only the beginning is left, and names that were not are those of
before.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FOLDER = ".unfinished"


class Disk:
    """Counts operations on files of the unfinished run, and remembers what of them has reached the disk."""

    def __init__(self, last: int, *, power: bool) -> None:
        self._left, self._power, self._begun = last, power, time.time()
        # an operation and what is remembered of it are one: the power fails between two of them, in whichever thread
        self._whole = threading.RLock()
        self._synced: dict[Path, int] = {}  # bytes of a file that are safe
        self._pending: list[tuple[Path, Path, bytes | None]] = []  # renamed, and not yet in the folder on the disk
        self._removed: list[tuple[Path, bytes]] = []
        self._folder: Path | None = None

    def watch(self) -> None:
        """Put this in the way of what a run does with files."""
        os.replace = self._around(os.replace, self._renaming)
        os.fsync = self._around(os.fsync, self._syncing)
        os.unlink = self._around(os.unlink, self._removing)
        os.open = self._around(os.open, lambda *_: None)
        os.mkdir = self._around(os.mkdir, lambda *_: None)
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and self._mine(arguments[0]):
            with self._whole:
                self._step()

    def _around(self, function: Callable[..., Any], before: Callable[..., None]) -> Callable[..., Any]:
        def instead(*arguments: Any, **options: Any) -> Any:
            if not self._mine(arguments[0]):
                return function(*arguments, **options)
            with self._whole:
                self._step()
                before(*arguments)
                return function(*arguments, **options)

        return instead

    def _mine(self, file: object) -> bool:
        if isinstance(file, int):
            return True
        return isinstance(file, (str, Path)) and _FOLDER in str(file)

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            run = os.getpid()
            # another process does to the files what is done to them, and no thread of the run goes on meanwhile: the
            # one that asks dies holding the lock. Who waits for the output of the run waits for that process, too
            if self._power and os.fork() == 0:
                os.kill(run, signal.SIGKILL)
                while os.getppid() == run:
                    time.sleep(0.001)
                self._lose()
                os._exit(0)
            os.kill(run, signal.SIGKILL)

    def _renaming(self, source: str | Path, target: str | Path) -> None:
        old = Path(target).read_bytes() if Path(target).exists() else None
        self._pending.append((Path(source), Path(target), old))
        self._synced[Path(target)] = self._synced.pop(Path(source), 0)
        self._folder = Path(target).parent

    def _removing(self, file: str | Path, *_: object) -> None:
        if Path(file).is_file():
            self._removed.append((Path(file), Path(file).read_bytes()))

    def _syncing(self, descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if path.is_dir():  # of its own names, and of none in the folders within
            self._pending = [(source, target, old) for source, target, old in self._pending if target.parent != path]
            self._removed = [(file, content) for file, content in self._removed if file.parent != path]
        elif path.exists():
            self._synced[path] = path.stat().st_size

    def _lose(self) -> None:
        """Do to the files what the end of the power does, at its worst."""
        removed = tuple(self._removed)  # what is undone below is not removed by the run
        for _, target, old in reversed(self._pending):
            if target.exists():
                target.unlink() if old is None else target.write_bytes(old)
        for file, content in removed:
            file.write_bytes(content)
        if self._folder is None or not self._folder.is_dir():
            return
        for file in self._folder.iterdir():
            found = file.stat()
            # an earlier part of the run has synchronised its files
            safe = self._synced.get(file, found.st_size if found.st_mtime < self._begun else 0)
            os.truncate(file, min(safe, found.st_size))


def main() -> int:
    """Run and be killed."""
    last, kind, *arguments = sys.argv[1:]
    from xview2_qgis.engine.cli import main as xview2

    Disk(int(last), power=kind == "power").watch()
    return xview2(arguments)


if __name__ == "__main__":
    sys.exit(main())
