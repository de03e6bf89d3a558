"""Where a Python may be: that of QGIS, those of the system, and one of our own, in the order in which they are tried.

Never simply ``sys.executable``: in QGIS for Windows that is ``qgis-bin.exe``, in the one for macOS ``QGIS``, and
running it would open another QGIS.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..i18n.translation import tr

#: Newest first: what the locks are made for.
MINOR_VERSIONS = (14, 13, 12, 11)


@dataclass(frozen=True)
class PythonSystem:
    """What the search depends on.

    Attributes:
        system: as in ``sys.platform``.
        root: folder that stands for the root of the file system.
        home: the user's folder.
        variables: variables of the environment.
        executable: program that runs now, which need not be a Python.
        prefix: where the Python that runs now is installed (``sys.base_prefix``).
        registered: interpreters that Windows knows of, which the launcher ``py`` would find.
    """

    system: str
    root: Path
    home: Path
    variables: Mapping[str, str]
    executable: Path
    prefix: Path
    registered: tuple[str, ...] = ()

    @classmethod
    def this(cls) -> PythonSystem:
        """Return this computer, as QGIS's Python sees it."""
        root = Path(Path.cwd().anchor or "/")
        home = Path(os.path.expanduser("~"))
        return cls(sys.platform, root, home, os.environ, Path(sys.executable), Path(sys.base_prefix), _registered())

    @property
    def sandbox(self) -> str:
        """Name of the closed box that QGIS runs in, empty where it sees the whole system."""
        if self.variables.get("FLATPAK_ID") or (self.root / ".flatpak-info").exists():
            return "Flatpak"
        return "Snap" if self.variables.get("SNAP_NAME") else ""


@dataclass(frozen=True)
class Candidate:
    """A Python that may do.

    Attributes:
        path: the interpreter.
        origin: whose it is, for people.
    """

    path: Path
    origin: str


def candidates(system: PythonSystem, own: tuple[Path, ...] = ()) -> list[Candidate]:
    """Return the interpreters that exist, each once, in the order in which they are tried.

    Args:
        system: the computer.
        own: folders that hold a standalone Python, or interpreters, which come first.
    """
    found: dict[str, Candidate] = {}
    for place in own:
        _add(found, _in_folder(place), tr("the chosen Python"))
    _add(found, _of_qgis(system), tr("Python of QGIS"))
    title = tr("Python of the {}").format(system.sandbox) if system.sandbox else tr("Python of the system")
    _add(found, _of_system(system), title)
    return list(found.values())


def _add(found: dict[str, Candidate], paths: Iterator[Path], origin: str) -> None:
    for path in paths:
        if path.is_file():
            # python3 and python3.11 are one program
            found.setdefault(os.path.realpath(path), Candidate(path, origin))


def _in_folder(place: Path) -> Iterator[Path]:
    """Yield the interpreters of an installation of Python; its links inside a virtual environment stay as they are."""
    if place.is_file():
        yield place
    for name in ("python.exe", "python3.exe", "bin/python3", "bin/python", "install/bin/python3", "install/python.exe"):
        yield place / name


def _of_qgis(system: PythonSystem) -> Iterator[Path]:
    if system.system == "win32":
        yield from _in_folder(system.prefix)
        # qgis-bin.exe lies in <root>/bin or <root>/apps/qgis/bin, its Python in <root>/apps/Python312
        roots = [Path(system.variables[name]) for name in ("OSGEO4W_ROOT",) if system.variables.get(name)]
        for root in (*roots, *system.executable.parents[1:4]):
            for folder in sorted((root / "apps").glob("Python3*"), key=_number, reverse=True):
                yield from _in_folder(folder)
    elif system.system == "darwin":
        yield from _of_mac_bundle(system.executable)
        yield from _versions(system.prefix / "bin")
    else:
        yield from _versions(system.prefix / "bin")


def _of_mac_bundle(executable: Path) -> Iterator[Path]:
    """Yield the interpreters of QGIS.app, which has had several layouts."""
    contents = next((folder for folder in executable.parents if folder.name == "Contents"), None)
    if contents is None:
        return
    for folder in ("MacOS/bin", "MacOS", "Resources/python/bin", "Frameworks/bin"):
        yield from _versions(contents / folder)
    versions = contents / "Frameworks" / "Python.framework" / "Versions"
    for version in sorted(versions.glob("3.*"), key=_number, reverse=True):
        yield from _versions(version / "bin")


def _of_system(system: PythonSystem) -> Iterator[Path]:
    if system.system == "win32":
        yield from _of_windows(system)
    elif system.system == "darwin":
        # not /usr/bin/python3: without Apple's tools it is a program that asks to install gigabytes
        for name in ("opt/homebrew/bin", "usr/local/bin", "opt/local/bin"):
            yield from _versions(system.root / name)
        for minor in MINOR_VERSIONS:
            framework = system.root / "Library" / "Frameworks" / "Python.framework" / "Versions" / f"3.{minor}"
            yield framework / "bin" / "python3"
    else:
        names = ("usr/bin", "usr/local/bin")
        on_path = [entry for entry in system.variables.get("PATH", "").split(os.pathsep) if os.path.isabs(entry)]
        for folder in (*(system.root / name for name in names), *map(Path, on_path)):
            yield from _versions(folder)
    yield from _standalone(system)


def _of_windows(system: PythonSystem) -> Iterator[Path]:
    yield from map(Path, system.registered)
    folders = [
        Path(system.variables.get("LOCALAPPDATA", ""), "Programs", "Python"),
        Path(system.variables.get("ProgramFiles", "")),
    ]
    for folder in folders:
        if folder.is_absolute():
            for place in sorted(folder.glob("Python3*"), key=_number, reverse=True):
                yield place / "python.exe"
    for entry in system.variables.get("PATH", "").split(os.pathsep):
        # what lies in WindowsApps is no Python but opens the shop that has one
        if os.path.isabs(entry) and "windowsapps" not in entry.lower():
            yield Path(entry) / "python.exe"


def _standalone(system: PythonSystem) -> Iterator[Path]:
    """Yield those that managers of Python versions keep in the user's folder."""
    folders = (".local/share/uv/python", ".pyenv/versions", "AppData/Roaming/uv/python", ".pyenv/pyenv-win/versions")
    for name in folders:
        for minor in MINOR_VERSIONS:
            for pattern in (f"cpython-3.{minor}.*", f"3.{minor}.*"):
                for folder in sorted((system.home / name).glob(pattern), key=_number, reverse=True):
                    yield from _in_folder(folder)


def _versions(folder: Path) -> Iterator[Path]:
    yield folder / "python3"  # what the system prefers
    for minor in MINOR_VERSIONS:
        yield folder / f"python3.{minor}"
    yield folder / "python"


def _number(folder: Path) -> list[int]:
    """Return the numbers in a name: Python312 is newer than Python39."""
    parts = "".join(sign if sign.isdigit() else " " for sign in folder.name).split()
    digits = "".join(parts) if folder.name.startswith("Python3") else ""
    return [int(digits[0]), int(digits[1:] or 0)] if digits else [int(part) for part in parts]


def _registered() -> tuple[str, ...]:
    """Return the interpreters in the registry of Windows, newest first."""
    if sys.platform != "win32":
        return ()
    import winreg

    found: list[tuple[str, str]] = []
    for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        try:
            with winreg.OpenKey(hive, r"Software\Python\PythonCore") as versions:
                tags = [winreg.EnumKey(versions, number) for number in range(winreg.QueryInfoKey(versions)[0])]
        except OSError:
            continue
        for tag in tags:
            try:
                with winreg.OpenKey(hive, rf"Software\Python\PythonCore\{tag}\InstallPath") as place:
                    found.append((tag, str(winreg.QueryValueEx(place, "ExecutablePath")[0])))
            except OSError:
                continue
    return tuple(path for _, path in sorted(found, key=lambda entry: _number(Path(entry[0])), reverse=True))
