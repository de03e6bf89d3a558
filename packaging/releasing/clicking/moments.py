"""Moments of an installation, seen from beside it, and what goes wrong at each."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PACKAGES = 23  # about as many are installed

#: Name of the file that fills the disk.
BALLAST = "ballast.bin"


@dataclass(frozen=True)
class Sight:
    """What is seen of an installation from outside.

    Attributes:
        engine: folder of the engine when it is complete.
    """

    engine: Path

    def _beside(self, name: str) -> Path:
        return self.engine.with_name(f"{self.engine.name}-{name}")

    def step(self) -> str:
        """Return the step that the record of the unfinished engine names, empty where there is none."""
        try:
            return str(json.loads((self._beside("unfinished") / "xview2-installation.json").read_bytes())["step"])
        except (OSError, ValueError, LookupError):
            return ""

    def making(self) -> bool:
        """Return whether the environment is being made."""
        return self._beside("unfinished").is_dir() and not self.step()

    def wheels(self) -> int:
        """Return how many packages have come."""
        return len(list((self._beside("downloads") / "wheels").glob("*.whl")))

    def unpacked(self) -> int:
        """Return how many packages are in the unfinished engine."""
        return len(list(self._beside("unfinished").glob("lib/python3*/site-packages/*.dist-info")))

    def in_place(self) -> bool:
        """Return whether the engine is in its place."""
        return self.engine.is_dir()


#: Each moment, by name.
MOMENTS: dict[str, Callable[[Sight], bool]] = {
    "environment": Sight.making,
    "first packages": lambda sight: sight.step() == "environment" and sight.wheels() >= 4,
    "half of the packages": lambda sight: sight.step() == "environment" and sight.wheels() >= _PACKAGES // 2,
    "last packages": lambda sight: sight.step() == "environment" and sight.wheels() >= _PACKAGES - 1,
    "unpacking begins": lambda sight: sight.step() == "unpacking" and sight.unpacked() >= 3,
    "unpacking": lambda sight: sight.step() == "unpacking" and sight.unpacked() >= _PACKAGES // 2,
    "unpacking ends": lambda sight: sight.step() == "unpacking" and sight.unpacked() >= _PACKAGES - 2,
    "test": lambda sight: sight.step() == "packages",
    "test ends": lambda sight: sight.step() == "tested",
    "in its place": Sight.in_place,
}


def at_moment(name: str, sight: Sight, act: Callable[[], bool]) -> threading.Event:
    """Do something at a moment, in a thread of its own; again until it says that it was done.

    Returns:
        what is set when it has been done.
    """
    done = threading.Event()

    def watch() -> None:
        while True:
            with suppress(OSError):
                if MOMENTS[name](sight) and act():
                    done.set()
                    return
            time.sleep(0.002)

    threading.Thread(target=watch, daemon=True).start()
    return done


def kill_qgis() -> bool:
    """End QGIS as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)
    return True


def kill_child() -> bool:
    """End the program that the installation waits for as ``kill -9`` does; return whether there is one."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                words = (folder / "cmdline").read_bytes().split(b"\0")
                ours = any(word.endswith((b"child_start.py", b"engine_start.py")) for word in words)
                if parent == os.getpid() and ours:
                    os.kill(int(folder.name), signal.SIGKILL)
                    return True
    return False


def fill_disk(folder: Path) -> bool:
    """Take all room on the disk of a folder."""
    with (folder / BALLAST).open("ab") as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(folder).free)
    with (folder / BALLAST).open("ab") as file, suppress(OSError):
        while True:
            os.write(file.fileno(), bytes(4096))
    return True
