"""An installation from its beginning to the engine in its place; it goes on where an earlier one stopped.

Whatever ends it at whatever moment, an engine that worked before works still: the new one is made in a folder beside it
and takes its place, by a change of name, when it has passed its test.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ...engine_process.environment import interpreter_in
from ...i18n.translation import tr
from ...resources.plugin_metadata import metadata
from ..network import PUBLIC_INDEX, NetworkSettings
from ..offline_package import OfflinePackage, note_package, read_offline_package
from ..outcome import InstallationError
from ..places import InstallationPlaces
from ..plan import InstallationPlan, check_package, check_room
from ..requirement_lock import FOLDER, RequirementLock, Sizes
from ..state_file import Record, Step, read_record, write_record
from .child import Children
from .environment import EnvironmentMaker
from .folders import remove_folder
from .held_lock import held_lock
from .index_wheels import PinnedWheel, fetch
from .listener import Listener
from .packages import PackageInstaller, remove_downloads
from .pip_variables import PipVariables
from .secrets import Secrets
from .trial import try_engine
from .unneeded import packages_folder, remove_unneeded, unneeded_patterns

# where each part of the work begins and ends, as shares of all
_ENVIRONMENT, _DOWNLOADED, _INSTALLED, _TESTED = 0.05, 0.65, 0.9, 1.0
_COPIED = 0.25  # of an installation without a download

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Installation:
    """What an installation needs.

    Attributes:
        plan: what to install.
        network: how packages are reached.
        listener: whom it tells how far it is.
        locks: folder of the locks.
    """

    plan: InstallationPlan
    network: NetworkSettings
    listener: Listener
    locks: Path = FOLDER

    def run(self) -> None:
        """Install the engine.

        Raises:
            InstallationError: it failed; one more run goes on.
            CancelledError: the user stopped it; one more run goes on.
        """
        places = InstallationPlaces(self.plan.folder)
        with plain_errors(places.engine), held_lock(places.lock):
            self.listener.stage(tr("Python found"))
            self.listener.log(f"{self.plan.interpreter.title}: {self.plan.interpreter.path}")
            lock = RequirementLock.of(self.plan.variant, self.locks)
            package = read_offline_package(self.plan.offline) if self.plan.offline else None
            if package is not None:
                check_package(package, self.plan.interpreter, lock)
            Work(self, places, lock, package).run()


class Work:
    """One run of an installation, in places that are held.

    Args:
        installation: what to do.
        places: where.
        lock: what is installed.
        package: where it comes from; None for the index.
    """

    def __init__(
        self,
        installation: Installation,
        places: InstallationPlaces,
        lock: RequirementLock,
        package: OfflinePackage | None,
    ) -> None:
        self._base = installation.plan.interpreter
        self._network = installation.network
        self._locks = installation.locks
        self._listener = installation.listener
        self._places = places
        self._lock = lock
        self._package = package
        self._environment_made = _ENVIRONMENT if package is None else _COPIED
        self._downloaded = _DOWNLOADED if package is None else _COPIED
        self._children = Children(self._listener, Secrets.of(self._network.addresses()))
        self._pip = PipVariables.of(self._network, places.downloads)
        self._record = Record(
            plugin_version=metadata("version"),
            lock_sha256=lock.sha256,
            variant=lock.variant.value,
            base=self._base.path,
            folder=str(places.engine),
            step=Step.STARTED,
        )

    def run(self) -> None:
        """Do what is not done yet."""
        places = self._places
        if self._still_right():
            return
        if places.replaced.exists() and not places.engine.exists():
            _rename(places.replaced, places.engine)  # a run was killed between two changes of name
        remove_folder(places.replaced)
        self._wheels.mkdir(parents=True, exist_ok=True)
        note_package(places.source, self._package)
        step = self._step_reached()
        if step is None:
            check_room(places, Sizes.of(self._lock.variant, self._locks))
        self._listener.stage(tr("Environment"))
        if self._package is not None and step not in (Step.PACKAGES, Step.TESTED):
            self._package.unpack(places.downloads, self._beat)
            self._keep_python(self._package)
        if step is None:
            self._make_environment()
            step = Step.ENVIRONMENT
        self._listener.stage(tr("Packages"))
        if step is Step.ENVIRONMENT:
            self._install_packages()
        self._listener.stage(tr("Test"))
        self._listener.progress(_INSTALLED)
        self._test()
        self._put_in_place()
        self._listener.progress(_TESTED)

    def _still_right(self) -> bool:
        """Return whether the engine of another version of the plugin does for this one, after a test of it."""
        record = read_record(self._places.engine)
        if record is None or record.plugin_version == self._record.plugin_version:
            return False
        wanted = replace(self._record, step=Step.TESTED)
        if replace(record, plugin_version=wanted.plugin_version) != wanted:
            return False
        self._listener.stage(tr("Test"))
        try:
            try_engine(str(interpreter_in(self._places.engine)), self._children)
        except InstallationError as error:
            self._listener.log(error.message)
            return False
        write_record(self._places.engine, wanted)
        return True

    def _keep_python(self, package: OfflinePackage) -> None:
        """Put the package's Python, if it is used, where it stays when the package is taken away."""
        inside = package.python_within(self._base.path)
        if inside is None:
            return
        remove_folder(self._places.python)
        os.rename(self._places.downloads / "python", self._places.python)
        self._base = replace(self._base, path=str(self._places.python / inside))
        self._record = replace(self._record, base=self._base.path)

    @property
    def _wheels(self) -> Path:
        return self._places.downloads / "wheels"

    @property
    def _interpreter(self) -> str:
        return str(interpreter_in(self._places.unfinished))

    def _step_reached(self) -> Step | None:
        """Return how far an earlier run came whose work can be used, None where all begins anew."""
        record = read_record(self._places.unfinished)
        if record is None or replace(record, step=Step.STARTED) != self._record:
            return None
        usable = record.step in (Step.ENVIRONMENT, Step.PACKAGES, Step.TESTED)
        if not usable or not os.path.isfile(self._interpreter):
            return None
        self._listener.log(tr("An earlier installation goes on."))
        return record.step

    def _note(self, step: Step) -> None:
        write_record(self._places.unfinished, replace(self._record, step=step))

    def _beat(self, done: int, total: int) -> None:
        self._listener.check()
        self._listener.part(0.0, self._environment_made)(done / max(total, 1))

    def _wheel(self, pin: PinnedWheel) -> Path:
        place = pin.place(self._wheels)
        if place is not None:
            return place
        if self._package is not None:
            raise InstallationError(
                tr("The offline package lacks {}.").format(f"{pin.name} {pin.version}"),
                tr("Choose a complete package, or a Python that has pip and venv."),
            )
        self._listener.log(f"{pin.name} {pin.version}")
        index = self._network.index_url or os.environ.get("PIP_INDEX_URL") or PUBLIC_INDEX
        return fetch(pin, index, self._wheels, self._listener.cancelled)

    def _make_environment(self) -> None:
        maker = EnvironmentMaker(self._base, self._children, self._pip, self._wheel)
        maker.make(self._places.unfinished)
        self._note(Step.ENVIRONMENT)
        self._listener.progress(self._environment_made)

    def _install_packages(self) -> None:
        installer = PackageInstaller(self._interpreter, self._children, self._pip, self._base.version[1], self._wheels)
        if self._package is None:
            total = Sizes.of(self._lock.variant, self._locks).download_bytes
            installer.download(self._lock, total, self._listener.part(self._environment_made, self._downloaded))
        self._listener.progress(self._downloaded)
        self._note(Step.UNPACKING)
        self._listener.log(tr("Unpacking the packages"))
        installer.install(self._lock)
        folder = packages_folder(self._places.unfinished)
        if folder is not None:
            freed = remove_unneeded(folder, unneeded_patterns(self._locks))
            if freed:
                self._listener.log(tr("Not needed and removed: {} MB").format(round(freed / 1e6)))
        self._note(Step.PACKAGES)

    def _test(self) -> None:
        try:
            try_engine(self._interpreter, self._children)
        except InstallationError:
            # the next run makes it anew: what does not work now will not do so then
            with suppress(OSError):
                self._note(Step.UNPACKING)
            raise
        self._note(Step.TESTED)

    def _put_in_place(self) -> None:
        places = self._places
        self._listener.check()
        # before: who is killed in between would find an engine that works, and nobody would look for what is left
        remove_downloads(places.downloads)
        if places.engine.exists() or places.engine.is_symlink():
            _rename(places.engine, places.replaced)
        try:
            _rename(places.unfinished, places.engine)
        except InstallationError:
            if places.replaced.exists():
                _rename(places.replaced, places.engine)
            raise
        # the engine works from here on, whatever happens to what is left over
        with suppress(InstallationError, OSError):
            remove_folder(places.replaced)


def _rename(old: Path, new: Path) -> None:
    try:
        os.rename(old, new)
    except OSError as error:
        raise InstallationError(
            tr("The engine is in use and cannot be replaced: {}.").format(error.strerror),
            tr("Let runs end, close other windows of QGIS, and try again."),
        ) from error


@contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """Turn errors of the file system into those for people.

    Args:
        folder: where the engine is, for the message.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise InstallationError(
                tr("The disk is full."),
                tr("Free space on the disk of “{}” and try again: it goes on where it stopped.").format(folder.parent),
            ) from error
        raise InstallationError(
            tr("“{path}” cannot be written: {reason}.").format(
                path=error.filename or folder.parent, reason=error.strerror or error
            ),
            tr("Get the right to write there, or start QGIS with another profile, then try again."),
        ) from error
