"""What an installation would do: shown before it begins."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsSettings

from ..engine_process.environment import managed_folder
from ..i18n.translation import tr
from .interpreter import FoundInterpreter, find_interpreter
from .offline_package import OfflinePackage, read_offline_package
from .outcome import InstallationError
from .places import InstallationPlaces
from .requirement_lock import RequirementLock, Sizes
from .variant import Variant, offered_variants

#: Setting that names a Python to make the engine's environment with: the interpreter, or its folder.
PYTHON_SETTING = "xview2/base_python"

_DOWNLOAD_BYTES_PER_S = 3e6  # a line of 24 Mbit/s
_UNPACK_BYTES_PER_S = 8e6  # many small files, looked at by a virus scanner
_PREPARE_S = 20.0

# how packages for a Python are called, by what the system calls itself
_PLATFORMS = (
    ("linux-x86_64", "linux-x86_64"),
    ("linux-aarch64", "linux-aarch64"),
    ("win-amd64", "windows-x86_64"),
    ("macosx-", "macos-arm64"),
)


@dataclass(frozen=True)
class InstallationPlan:
    """What would be installed.

    Attributes:
        variant: which packages.
        interpreter: Python that the environment is made with.
        folder: where the engine will be.
        offline: folder or zip that the packages come from, None for the package index.
        download_bytes: size of the download in bytes; 0 where it was not measured, or nothing is downloaded.
        disk_bytes: size of the installed engine in bytes; 0 where it was not measured.
        minutes: about how long it takes on an ordinary computer and line; 0 where that is not known.
        licences: licences of what is installed, as a sentence for people.
    """

    variant: Variant
    interpreter: FoundInterpreter
    folder: Path
    offline: Path | None
    download_bytes: int
    disk_bytes: int
    minutes: int
    licences: str


def make_plan(variant: Variant | None = None, offline: Path | None = None) -> InstallationPlan:
    """Return what an installation would do. Nothing is changed yet.

    Looks for a Python by running candidates, which takes half a second, on a slow computer several.

    Args:
        variant: which packages; those of the offline package or the recommended ones by default.
        offline: folder or zip that the packages come from.

    Raises:
        InstallationError: it cannot be installed like that; message and hint are for people.
    """
    places = InstallationPlaces(managed_folder())
    package = None if offline is None else read_offline_package(offline)
    if package is not None:
        if variant not in (None, package.variant):
            raise InstallationError(
                tr("The offline package has the variant “{}”.").format(package.variant.title),
                tr("Choose that variant, or another package."),
            )
        variant = package.variant
    elif variant is None:
        variant = next(iter(offered_variants()), None)
    if variant is None:
        raise InstallationError(
            tr("The engine cannot be installed on this kind of computer: ONNX Runtime is not made for it any more."),
            tr("Use another computer, or an environment that you make yourself."),
        )
    lock = RequirementLock.of(variant)
    interpreter = _interpreter(places, package)
    sizes = Sizes.of(variant)
    plan = InstallationPlan(
        variant=variant,
        interpreter=interpreter,
        folder=places.engine,
        offline=offline,
        download_bytes=0 if package else sizes.download_bytes,
        disk_bytes=sizes.disk_bytes,
        minutes=_minutes(0 if package else sizes.download_bytes, sizes.disk_bytes),
        licences=_licences(variant),
    )
    if package is not None:
        check_package(package, interpreter, lock)
    check_room(places, sizes)
    return plan


def platform_of(interpreter: FoundInterpreter) -> str:
    """Return how packages for a Python are called; what it calls itself where none are made."""
    return next((name for tag, name in _PLATFORMS if interpreter.platform.startswith(tag)), interpreter.platform)


def check_package(package: OfflinePackage, interpreter: FoundInterpreter, lock: RequirementLock) -> None:
    """See to it that an offline package is for this computer and this version of the plugin.

    Raises:
        InstallationError: it is for another one.
    """
    hint = tr("Choose a package made for {platform} and Python {version}.").format(
        platform=platform_of(interpreter), version=".".join(map(str, interpreter.version[:2]))
    )
    if package.platform != platform_of(interpreter):
        message = tr("The offline package is for {}, this computer is {}.")
        raise InstallationError(message.format(package.platform, platform_of(interpreter)), hint)
    if ".".join(map(str, interpreter.version[:2])) not in package.pythons:
        message = tr("The offline package is for Python {}, here is {}.")
        raise InstallationError(message.format(", ".join(package.pythons), interpreter.title), hint)
    if package.lock_sha256 != lock.sha256:
        raise InstallationError(
            tr("The offline package belongs to another version of the plugin."),
            tr("Get the offline package of this version, or install from the package index."),
        )


def check_room(places: InstallationPlaces, sizes: Sizes) -> None:
    """See to it that there is room on the disk.

    Raises:
        InstallationError: there is too little.
    """
    # downloads and what is made of them are there at the same time; what has come before counts no more
    come = sum(path.stat().st_size for path in places.downloads.rglob("*.whl"))
    peak = sizes.peak_bytes or sizes.download_bytes + sizes.disk_bytes
    needed = max(peak - come, sizes.disk_bytes)
    there = next(folder for folder in (places.engine, *places.engine.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        raise InstallationError(
            tr("Too little room on the disk: {needed} MB are needed, {free} MB are free.").format(
                needed=math.ceil(needed / 1e6), free=math.floor(free / 1e6)
            ),
            tr("Free space on the disk of “{}” and try again.").format(there),
        )


def _interpreter(places: InstallationPlaces, package: OfflinePackage | None) -> FoundInterpreter:
    try:
        return find_interpreter(own=_own_pythons(places, package))
    except InstallationError as error:
        if package is None or not package.has_python or package.path.is_dir():
            raise
        hint = tr("The package has one: unpack the zip and choose the folder.")
        raise InstallationError(error.message, hint) from error


def _own_pythons(places: InstallationPlaces, package: OfflinePackage | None) -> tuple[Path, ...]:
    named = str(QgsSettings().value(PYTHON_SETTING, "") or "").strip()
    own = [Path(named)] if named else []
    if package is not None and package.has_python and package.path.is_dir():
        own.append(package.path / "python")
    return (*own, places.python)


def _minutes(download_bytes: int, disk_bytes: int) -> int:
    if not disk_bytes:
        return 0
    seconds = _PREPARE_S + download_bytes / _DOWNLOAD_BYTES_PER_S + disk_bytes / _UNPACK_BYTES_PER_S
    return math.ceil(seconds / 60)


def _licences(variant: Variant) -> str:
    text = tr(
        "Free software: NumPy, SciPy, GDAL, rasterio, GeoPandas, OpenCV, ONNX Runtime and others (BSD, MIT, Apache)."
    )
    if variant is Variant.CUDA:
        text += " " + tr("CUDA and cuDNN are NVIDIA's, under its own licence, which their packages contain.")
    return text
