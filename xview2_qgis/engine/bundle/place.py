"""The place of installed models: they are put there and taken away whole, and none is lost if the process dies.

A folder cannot be exchanged for another in one step on every system. So the former one moves into the working folder
before the new one takes its place; if the process dies in between, the next one that lists the models moves it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ..staging.held_folder import dead_folder, held_folder
from ..staging.lock_file import release_and_remove

_WORKING = ".installing-"
_FORMER = "former"  # in a working folder: the model that was there before, under its name
_REMOVED = "removed"
_LOCK = ".exchange"  # held for the moments in which a name may stand for no model
_PATIENCE_S = 30.0


@contextmanager
def model_working_folder(models: Path) -> Iterator[Path]:
    """Make a hidden folder on the disk of the models, removed afterwards; tidy up what dead processes left.

    Raises:
        OSError: it cannot be made.
    """
    restore_interrupted(models)
    with held_folder(models, _WORKING) as work:
        yield work


def put_in_place(new: Path, target: Path, work: Path) -> None:
    """Let a model stand under its name, in place of the one that may be there.

    Args:
        new: its folder, inside ``work``.
        target: where it belongs.
        work: of :func:`model_working_folder`.

    Raises:
        OSError: it cannot be moved; then the former one is where it was.
    """
    former = work / _FORMER / target.name
    former.parent.mkdir(exist_ok=True)
    with _exchanging(target.parent):
        if target.exists():
            target.rename(former)
        try:
            new.rename(target)
        except OSError:
            if former.exists():
                former.rename(target)
            raise


def take_away(target: Path, work: Path) -> None:
    """Move a model into the working folder, so that its name never stands for a half-removed one.

    Raises:
        OSError: it cannot be moved.
    """
    (work / _REMOVED).mkdir(exist_ok=True)
    with _exchanging(target.parent):
        target.rename(work / _REMOVED / target.name)


def restore_interrupted(models: Path) -> None:
    """Tidy up after processes that were killed while they installed: bring back former models, remove the rest."""
    with suppress(OSError):
        for folder in [path for path in models.iterdir() if path.name.startswith(_WORKING)]:
            # what cannot be put back stays for the next process
            with suppress(OSError), dead_folder(folder) as dead:
                if dead:
                    _restore(folder / _FORMER, models)


def _restore(former: Path, models: Path) -> None:
    if not former.is_dir():
        return
    with _exchanging(models):
        for path in former.iterdir():
            if not (models / path.name).exists():
                path.rename(models / path.name)


@contextmanager
def _exchanging(models: Path) -> Iterator[None]:
    """Hold the lock of the models; its file goes with it."""
    lock = FileLock(models / _LOCK, timeout=_PATIENCE_S, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise OSError("another process is exchanging models") from error
    except NotImplementedError:  # no locks here
        pass
    try:
        yield
    finally:
        release_and_remove(lock)
