"""A working folder: hidden, private, and on the disk of the output beside which it lies.

Parts of results and working files lie in it. Where others may write to the folder of the output, only its user can
create a link under the name of a file in it.
"""

from __future__ import annotations

import os
import platform
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from ..errors import InputError, RuntimeFailure
from .disk_room import is_full, no_room_beside

#: The file in a working folder that says whose it is.
NOTE = "owner"
#: The file in a working folder that must stay, because a result is in it which could not be put anywhere else.
KEPT = "kept"


class WorkingFolder:
    """Makes the folder; it goes when the block ends, whatever happens. A context manager.

    Args:
        output: the file beside which it lies.
    """

    def __init__(self, output: Path) -> None:
        self._output = output
        self._note = f"{secrets.token_hex(16)}\n{machine()}\n"
        self.path = output.with_name(f".{output.name}.work-")

    def __enter__(self) -> WorkingFolder:
        """Make the folder.

        Raises:
            InputError: the folder of the output is missing or cannot be written (``output-folder``).
            RuntimeFailure: the disk is full (``working-folder``).
        """
        try:
            self.path = Path(tempfile.mkdtemp(prefix=self.path.name, dir=self._output.parent))  # mode 700
            (self.path / NOTE).write_text(self._note, encoding="utf-8")
        except OSError as error:
            self.remove()
            if is_full(error):
                raise no_room_beside(self._output.name, error) from error
            raise InputError(
                f"cannot write into the folder {self._output.absolute().parent}",
                "create it, or choose a folder you may write to", "output-folder",
            ) from error  # fmt: skip
        return self

    def check(self) -> None:
        """Make sure that it is still the folder that was made.

        Raises:
            RuntimeFailure: another folder is in its place, or it is gone (``working-folder``).
        """
        try:
            if not self.path.is_symlink() and (self.path / NOTE).read_text(encoding="utf-8") == self._note:
                return
        except (OSError, UnicodeDecodeError):
            pass
        raise RuntimeFailure(
            f"the working folder beside {self._output.name} was moved or removed",
            "run again with the output in a folder that no other program cleans up", "working-folder",
        )  # fmt: skip

    def keep(self) -> None:
        """Let later runs leave the folder alone."""
        with suppress(OSError):
            (self.path / KEPT).touch()

    def remove(self) -> None:
        """Delete the folder and all that is in it; what cannot be deleted is left to a later run."""
        if self.path.is_dir() and not self.path.is_symlink():
            shutil.rmtree(self.path, ignore_errors=True)
            with suppress(OSError):  # to look into a folder takes an open file, of which there may be none left
                (self.path / NOTE).unlink(missing_ok=True)
                self.path.rmdir()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def machine() -> str:
    """Return what identifies the running system; its name does not, since containers on one machine may share it."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{platform.node()} {platform.system()}"


def made_on_this_machine(folder: Path) -> bool:
    """Return whether a working folder was made by a run of this machine."""
    return (read_note(folder) or "").split("\n")[1:2] == [machine()]


def read_note(folder: Path) -> str | None:
    """Return what a working folder says of its owner; None where that cannot be read."""
    try:
        descriptor = os.open(folder / NOTE, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(descriptor, encoding="utf-8") as file:
            return file.read(1000)
    except (OSError, UnicodeDecodeError):
        return None
