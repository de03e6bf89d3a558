"""An offline package: a folder, or a zip of it, with all packages of a variant for one kind of computer.

Its file ``manifest.json`` says what it is for and has the checksum of every other file. Nothing in it is run before the
checksums are right; they find damage, while it is the hashes of the plugin's own lock that decide what is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..i18n.translation import tr
from .outcome import InstallationError
from .variant import Variant

#: Name of the manifest.
MANIFEST = "manifest.json"

_PYTHON = "python/"
_LARGEST_MANIFEST = 1 << 20
_BLOCK = 1 << 20


@dataclass(frozen=True)
class OfflinePackage:
    """What the manifest says.

    Attributes:
        path: folder or zip.
        variant: what is in it.
        platform: kind of computer, such as ``linux-x86_64``, ``windows-x86_64`` or ``macos-arm64``.
        pythons: versions of Python it serves, such as ``3.12``.
        lock_sha256: checksum of the lock that it was made by.
        files: checksum of every file, by its path within the package.
    """

    path: Path
    variant: Variant
    platform: str
    pythons: tuple[str, ...]
    lock_sha256: str
    files: dict[str, str]

    @property
    def has_python(self) -> bool:
        """Whether there is a standalone Python in it, in the folder ``python``."""
        return any(name.startswith(_PYTHON) for name in self.files)

    def python_within(self, interpreter: str) -> PurePosixPath | None:
        """Return where an interpreter lies within the package's Python, None for another one."""
        try:
            inside = Path(os.path.realpath(interpreter)).relative_to(os.path.realpath(self.path / _PYTHON))
        except ValueError:
            return None
        return PurePosixPath(inside.as_posix())

    def unpack(self, folder: Path, beat: Callable[[int, int], None]) -> None:
        """Copy the files into a folder, each checked against the manifest.

        Args:
            folder: where they go; the names of the package are kept.
            beat: called with the number of files done and that of all; ends the work by an exception.

        Raises:
            InstallationError: a file is missing or damaged.
            OSError: the folder cannot be written.
        """
        for done, (name, checksum) in enumerate(sorted(self.files.items())):
            beat(done, len(self.files))
            target = folder / PurePosixPath(name)
            if target.is_file() and _sha256(target) == checksum:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            working = target.with_name(f".{target.name}.part")
            try:
                self._copy(name, working)
            except (LookupError, FileNotFoundError, RuntimeError, zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise _damaged(self.path, name) from error
            if _sha256(working) != checksum:
                raise _damaged(self.path, name)
            if name.startswith(_PYTHON):
                working.chmod(0o755)  # programs and libraries; a zip does not keep that
            working.replace(target)
        beat(len(self.files), len(self.files))

    def _copy(self, name: str, target: Path) -> None:
        if self.path.is_dir():
            shutil.copyfile(self.path / PurePosixPath(name), target)
            return
        with zipfile.ZipFile(self.path) as archive:
            whole = _prefix(archive) + name
            with archive.open(whole) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file, _BLOCK)


def read_offline_package(path: Path) -> OfflinePackage:
    """Return what the manifest of an offline package says; its files are not checked yet.

    Raises:
        InstallationError: it is no offline package, or a damaged one.
    """
    try:
        values = json.loads(_manifest_text(path))
        files = {str(name): str(checksum) for name, checksum in dict(values["files"]).items()}
        if not all(_is_inside(name) for name in files):
            raise ValueError("a path leads out of the package")
        return OfflinePackage(
            path,
            Variant(values["variant"]),
            str(values["platform"]),
            tuple(str(version) for version in values["pythons"]),
            str(values["lock_sha256"]),
            files,
        )
    except (
        OSError, ValueError, LookupError, TypeError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error
    ) as error:  # fmt: skip
        raise InstallationError(
            tr("“{}” is no offline package of the engine, or a damaged one.").format(path.name),
            tr("Choose the folder or zip made for this system, or copy it again."),
        ) from error


def note_package(file: Path, package: OfflinePackage | None) -> None:
    """Note which package an installation uses, None for the index, so that it goes on with it when it is interrupted.

    Raises:
        OSError: it cannot be written.
    """
    if package is None:
        file.unlink(missing_ok=True)
    else:
        file.write_text(str(package.path.absolute()), encoding="utf-8", errors="surrogateescape")


def noted_package(file: Path) -> Path | None:
    """Return the package that was noted; None for the index, or where the package is gone."""
    try:
        path = Path(file.read_text(encoding="utf-8", errors="surrogateescape"))
        return path if path.is_absolute() and path.exists() else None
    except (OSError, ValueError):  # the latter of a path that no system has
        return None


def _manifest_text(path: Path) -> str:
    if path.is_dir():
        with (path / MANIFEST).open("rb") as file:
            return file.read(_LARGEST_MANIFEST).decode("utf-8")
    with zipfile.ZipFile(path) as archive, archive.open(_prefix(archive) + MANIFEST) as entry:
        return entry.read(_LARGEST_MANIFEST).decode("utf-8")


def _prefix(archive: zipfile.ZipFile) -> str:
    """Return the folder within a zip that the package lies in: programs that make zips like to add one."""
    names = [name for name in archive.namelist() if PurePosixPath(name).name == MANIFEST]
    if not names:
        raise LookupError(MANIFEST)
    return min(names, key=len)[: -len(MANIFEST)]


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not set('\\:*?"<>|') & set(name)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _damaged(path: Path, name: str) -> InstallationError:
    return InstallationError(
        tr("The offline package “{package}” is damaged: {file}.").format(package=path.name, file=name),
        tr("Copy the package again."),
    )
