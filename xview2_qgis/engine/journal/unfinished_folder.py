"""The folder of an unfinished run: hidden, private, beside the output, and under a name that the next run finds.

Whoever holds the lock of the output has this folder, too. Where locks of other machines may be invisible, as on some
network drives, the time of the last write says whether another machine is at work.
"""

from __future__ import annotations

import platform
import secrets
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from ...protocol.journal.unfinished_run import JOURNAL, finished_rows, is_own_folder, unfinished_folder
from ..errors import InputError, RuntimeFailure
from ..staging.disk_room import is_full, no_room_beside
from ..staging.durable_file import sync_folder, write_durably
from ..staging.working_folder import NOTE, machine, read_note

_QUIET_S = 3600.0  # a run on another machine that shares the folder writes more often


class UnfinishedFolder:
    """Finds, makes and removes the folder.

    Args:
        output: the file beside which it lies, whose lock this run holds.
        locked: whether that lock is real: some network drives know none.
    """

    def __init__(self, output: Path, *, locked: bool = True) -> None:
        self._output, self._locked = output, locked
        self._note = f"{secrets.token_hex(16)}\n{machine()}\n{platform.node()}\n"
        self._private = True
        self.path = unfinished_folder(output)

    @property
    def rows(self) -> int:
        """Rows of tiles that are finished in it; 0 where it does not exist, or has no journal."""
        try:
            return finished_rows(self.path) if is_own_folder(self.path) and (self.path / JOURNAL).exists() else 0
        except OSError:
            return 0

    @property
    def lasting(self) -> bool:
        """Whether a later run would take it for one of this user.

        False where the disk keeps no owners or modes, as some that are shared with other systems. What is in it serves
        this run all the same.
        """
        return self._private

    def make(self) -> None:
        """Make it anew, in the place of what an earlier run has left.

        Raises:
            InputError: a run of another machine may be at work in it (``output-locked``), something else has its name
                or it cannot be made (``output-folder``).
            RuntimeFailure: the disk is full (``working-folder``).
        """
        self._refuse_others()
        try:
            if self.path.exists():
                self._end_run()
                shutil.rmtree(self.path)
            self.path.mkdir(mode=0o700)
            self._private = is_own_folder(self.path)
            self._sign()
            sync_folder(self.path.parent)
        except OSError as error:
            self.remove()
            if is_full(error):
                raise no_room_beside(self._output.name, error) from error
            raise InputError(
                f"cannot make the folder {self.path.name} beside {self._output.name} ({error.strerror})",
                "remove what has this name, or choose another folder for the output", "output-folder",
            ) from error  # fmt: skip

    def take_over(self) -> None:
        """Go on in it.

        Raises:
            InputError: as of :meth:`make`.
        """
        self._refuse_others()
        try:
            self._sign()
        except OSError as error:
            if is_full(error):
                raise no_room_beside(self._output.name, error) from error
            raise InputError(
                f"cannot write into the folder {self.path.name} ({error.strerror})",
                "check the permissions of the folder of the output", "output-folder",
            ) from error  # fmt: skip

    def check(self) -> None:
        """Make sure that it is still the folder that was made or taken over.

        Raises:
            RuntimeFailure: another folder is in its place, or it is gone (``working-folder``).
        """
        with suppress(OSError):
            if (is_own_folder(self.path) or self._is_open()) and read_note(self.path) == self._note:
                return
        raise RuntimeFailure(
            f"the folder {self.path.name} beside {self._output.name} was moved or removed",
            "run again with the output in a folder that no other program cleans up", "working-folder",
        )  # fmt: skip

    def remove(self) -> None:
        """Delete it and all that is in it."""
        with suppress(OSError):
            # where the disk keeps no owners, the note tells whose it is; it may not have been written yet
            if is_own_folder(self.path) or (self._is_open() and read_note(self.path) in (self._note, None)):
                with suppress(OSError):
                    self._end_run()
                shutil.rmtree(self.path, ignore_errors=True)

    def _sign(self) -> None:
        write_durably(self.path / NOTE, self._note.encode())

    def _is_open(self) -> bool:
        """Return whether there is a folder, and the one that this run made here was never private."""
        return not self._private and stat.S_ISDIR(self.path.lstat().st_mode)

    def _was_left_in_the_open(self) -> bool:
        """Return whether a run that was killed may have left the folder on a disk that keeps no owners or modes."""
        if not stat.S_ISDIR(self.path.lstat().st_mode) or read_note(self.path) is None:
            return False
        with TemporaryDirectory(prefix=f"{self.path.name}-", dir=self.path.parent) as made_now:
            return not is_own_folder(Path(made_now))

    def _end_run(self) -> None:
        """Remove the journal for good: what is left of a folder after that is no unfinished run."""
        (self.path / JOURNAL).unlink(missing_ok=True)
        sync_folder(self.path)

    def _refuse_others(self) -> None:
        """Refuse a folder in which another machine may be at work, and what is no folder of this user."""
        try:
            own = is_own_folder(self.path) or self._was_left_in_the_open()
        except FileNotFoundError:
            return
        except OSError:
            own = False
        if not own:
            raise InputError(
                f"{self.path.name} beside {self._output.name} is not a private folder of yours",
                "remove it, or write the result under another name", "output-folder",
            )  # fmt: skip
        _, *made_by = (read_note(self.path) or "").split("\n")
        # after a restart the system is another one, but has its name
        here = made_by[:1] == [machine()] or made_by[1:2] == [platform.node()]
        if not (here and self._locked) and time.time() - self._written() < _QUIET_S:
            raise InputError(
                f"another run may be writing {self._output.name}: {self.path.name} beside it has just been changed",
                "wait until it has ended; if there is none, an hour", "output-locked",
            )  # fmt: skip

    def _written(self) -> float:
        """Return when something was last written to the folder, seconds since 1970."""
        return max(float(entry.lstat().st_mtime) for entry in (self.path, *self.path.iterdir()))
