"""The empty environment with a pip: by the module ``venv`` where that works, else by virtualenv from the index."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...i18n.translation import tr
from ..interpreter import FoundInterpreter
from ..outcome import InstallationError
from .child import Children, Ended
from .folders import remove_folder
from .index_wheels import PinnedWheel, pinned_wheels
from .pip_failure import known_failure
from .pip_variables import PipVariables
from .unneeded import packages_folder

#: What virtualenv imports.
VIRTUALENV = ("virtualenv", "distlib", "filelock", "packaging", "platformdirs", "python-discovery")


@dataclass(frozen=True)
class EnvironmentMaker:
    """Makes environments.

    Attributes:
        interpreter: Python that they are made with.
        children: starts the programs.
        pip: variables for them.
        wheel: brings a wheel to this computer and returns where it lies; raises ``InstallationError``.
    """

    interpreter: FoundInterpreter
    children: Children
    pip: PipVariables
    wheel: Callable[[PinnedWheel], Path]

    def make(self, folder: Path) -> None:
        """Make an environment that has pip; what is in the folder goes.

        Raises:
            InstallationError, CancelledError: it was not made.
            OSError: the folder cannot be written.
        """
        remove_folder(folder)
        found = self.interpreter
        try:
            wheel = self.wheel(pinned_wheels()["pip"])
        except InstallationError as error:
            if not (found.makes_environments and found.has_pip):
                raise
            # an older one does, too; perhaps it knows by its own configuration how the index is reached
            self.children.listener.log(tr("The pip of this Python is used: {}").format(error.message))
            _check(self._venv(folder, []))
            return
        if found.makes_environments:
            _check(self._venv(folder, ["--without-pip"]))
        else:
            self._virtualenv(folder)
        _unpack(wheel, folder)

    def _venv(self, folder: Path, options: list[str]) -> Ended:
        return self.children.run_module(self.interpreter.path, ["venv", *options, str(folder)], self.pip.offline())

    def _virtualenv(self, folder: Path) -> None:
        wheels = pinned_wheels()
        paths = os.pathsep.join(str(self.wheel(wheels[name])) for name in VIRTUALENV)
        # a user's own choices, such as the packages of the system in every environment, do not count
        given = {
            name: value for name, value in self.pip.offline().items() if not name.upper().startswith("VIRTUALENV_")
        }
        data = self.pip.folder / "virtualenv"  # what it would keep in the user's home
        _check(
            self.children.run_module(
                self.interpreter.path,
                [paths, "virtualenv", "--no-seed", "--no-download", "--no-vcs-ignore", str(folder)],
                {**given, "VIRTUALENV_CONFIG_FILE": os.devnull, "VIRTUALENV_OVERRIDE_APP_DATA": str(data)},
            )
        )


def _unpack(wheel: Path, environment: Path) -> None:
    """Put a wheel of pure Python into an environment: that is to unpack it."""
    packages = packages_folder(environment)
    if packages is None:
        raise InstallationError(
            tr("The Python environment could not be made: {}").format(environment),
            tr("Look at the details, then try again, or choose another Python."),
        )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)  # its checksum is that of the list, and no name in it leads out


def _check(ended: Ended) -> None:
    if ended.code:
        raise known_failure(ended.lines) or InstallationError(
            tr("The Python environment could not be made: {}").format(ended.lines[-1] if ended.lines else ended.code),
            tr("Look at the details, then try again, or choose another Python."),
        )
