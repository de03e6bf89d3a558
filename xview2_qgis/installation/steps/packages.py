"""Bringing the packages of a lock to this computer, one by one, and putting all of them into an environment."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...i18n.translation import tr
from ..requirement_lock import RequirementLock
from .child import Children
from .pip_failure import pip_failure
from .pip_variables import PipVariables, configured_options
from .unneeded import packages_folder

_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)")
_UNFINISHED = ".one-"
_BYTES = re.compile(r"^Progress (\d+) of (\d+)$")


@dataclass(frozen=True)
class PackageInstaller:
    """Installs the packages of a lock.

    Attributes:
        interpreter: Python of the environment, which has pip.
        children: starts pip.
        pip: variables for it.
        minor: minor version of that Python.
        wheels: folder of wheels; what lies there with the right checksum is not downloaded again.
    """

    interpreter: str
    children: Children
    pip: PipVariables
    minor: int
    wheels: Path

    def download(self, lock: RequirementLock, total_bytes: int, progress: Callable[[float], None]) -> None:
        """Bring all wheels into the folder.

        Each requirement is a run of pip of its own: what has come stays, wherever the work is interrupted.

        Args:
            lock: what to bring.
            total_bytes: size of all, 0 where it is not known.
            progress: takes the share that is there, 0 to 1.

        Raises:
            InstallationError, CancelledError: not all have come.
            OSError: the folder cannot be written.
        """
        self.wheels.mkdir(parents=True, exist_ok=True)
        for left_over in self.wheels.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        variables = self._online_variables()
        requirements = lock.requirements()
        for number, requirement in enumerate(requirements):
            name = re.split(r"[=\s;]", requirement, maxsplit=1)[0]
            self.children.listener.log(
                tr("Package {number} of {total}: {name}").format(number=number + 1, total=len(requirements), name=name)
            )

            before = self._there()

            def tell(done_bytes: int, number: int = number, before: int = before) -> None:
                if total_bytes:
                    progress((before + done_bytes) / total_bytes)
                else:
                    progress(number / len(requirements))

            tell(0)
            if self._has(requirement):
                continue
            self._download_one(requirement, variables, tell)
        progress(1.0)

    def install(self, lock: RequirementLock) -> None:
        """Put all packages into the environment, from the folder of wheels only.

        Raises:
            InstallationError, CancelledError: not all are in it, it has to be made anew.
        """
        options = ["--no-index", "--find-links", str(self.wheels), "--require-hashes", "--no-deps"]
        options += ["--only-binary", ":all:", "--no-cache-dir", "--progress-bar", "off", "-r", str(lock.path)]
        # what is never imported need not be compiled: less on the disk, and in half the time
        arguments = ["pip", "install", "--no-compile", "--no-warn-script-location", *options]
        ended = self.children.run_module(self.interpreter, arguments, self.pip.offline())
        if ended.code:
            raise pip_failure(ended.lines, ended.code)

    def _download_one(self, requirement: str, variables: dict[str, str], on_bytes: Callable[[int], None]) -> None:
        def take(line: str) -> bool:
            found = _BYTES.match(line)
            if found:
                on_bytes(int(found[1]))
            return bool(found)

        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=self.wheels) as folder:
            one = Path(folder) / "requirement.txt"
            one.write_text(f"{requirement}\n", encoding="utf-8")
            options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
            options += ["--progress-bar", self._bar()]
            log = Path(folder) / "pip.log"
            options += ["--log", str(log), "--find-links", str(self.wheels)]
            arguments = ["pip", "download", *options, "-d", folder, "-r", str(one)]
            ended = self.children.run_module(self.interpreter, arguments, variables, take)
            if ended.code:
                raise pip_failure((*ended.lines, *self._silent_reasons(log)), ended.code)
            for wheel in Path(folder).glob("*.whl"):
                wheel.replace(self.wheels / wheel.name)  # whole, or not at all

    def _silent_reasons(self, log: Path) -> list[str]:
        """Return why pip took nothing from an index: it goes on without that index, and tells its log file only."""
        with suppress(OSError):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            return [self.children.secrets.clean(line) for line in lines if "Could not fetch URL" in line]
        return []

    def _has(self, requirement: str) -> bool:
        """Return whether the wheel of a requirement that this Python takes has come before."""
        named = _PIN.match(requirement)
        if named is None:
            return False
        prefix = f"{re.sub('[-_.]+', '_', named[1])}-{named[2]}-".lower()
        return any(
            path.name.lower().startswith(prefix) and self._fits(path.name) and f"sha256:{_sha256(path)}" in requirement
            for path in self.wheels.glob("*.whl")
        )

    def _fits(self, wheel: str) -> bool:
        """Return whether a wheel for this computer is for this Python, too, which may be another than it came for."""
        stable = re.search(r"-cp3(\d+)-abi3-", wheel)
        if stable:
            return int(stable[1]) <= self.minor
        return "-none-" in wheel or f"-cp3{self.minor}-" in wheel

    def _bar(self) -> str:
        """Return how pip shows its progress: 24.1 is the first that can do it for programs."""
        packages = packages_folder(Path(self.interpreter).parent.parent)
        found = next(iter(packages.glob("pip-*.dist-info")), None) if packages else None
        version = re.findall(r"\d+", found.name)[:2] if found else []
        return "raw" if [int(number) for number in version] >= [24, 1] else "off"

    def _there(self) -> int:
        return sum(path.stat().st_size for path in self.wheels.glob("*.whl"))

    def _online_variables(self) -> dict[str, str]:
        listing: list[str] = []

        def take(line: str) -> bool:
            # a message instead of an option is for the log: that a file cannot be read
            is_option = re.match(r"\S+\.[a-z-]+=", line) is not None
            if is_option:
                listing.append(line)
            return is_option

        self.children.run_module(self.interpreter, ["pip", "config", "list"], self.pip.listing(), take)
        return self.pip.online(configured_options(listing), self._authorities())

    def _authorities(self) -> str:
        """Return the certificates that pip brings along: those of QGIS are added to them."""
        packages = packages_folder(Path(self.interpreter).parent.parent)
        file = packages / "pip" / "_vendor" / "certifi" / "cacert.pem" if packages else None
        return file.read_text(encoding="utf-8") if file and file.is_file() else ""


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def remove_downloads(folder: Path) -> None:
    """Remove the wheels when the engine works, as far as possible: they can be brought again."""
    shutil.rmtree(folder, ignore_errors=True)
