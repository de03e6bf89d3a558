"""Makes an offline package: all that the engine's installation brings from the network, as a folder and as a zip of it.

Made where there is a network, for a machine without one that may be of another kind::

    .venv/bin/python packaging/offline_package.py --variant cpu --platform windows-x86_64 --python 3.12

``manifest.json`` says what it is for, with a checksum of every other file; the plugin checks them, and takes
folder or zip.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import lock_file
from lock_requirements import FOLDER, ROOT, VARIANTS
from lock_targets import PYTHONS, Target
from wheel_download import Wheel, download, wheels

#: What installs the rest where a Python has no pip or makes no environments: a lock of pure Python packages.
BOOTSTRAP = Path("xview2_qgis", "installation", "bootstrap.txt")

# the same content gives the same archive
_MOMENT = (1980, 1, 1, 0, 0, 0)

_README = """xView2 for QGIS: the engine's packages for {platform} with Python {python}, variant "{variant}".

In QGIS: Settings > Options > xView2 > Offline package..., and choose this folder or its zip.
It needs Python {python} on that machine. What each package is licensed under stands in LICENCES.txt.
"""


@dataclass(frozen=True)
class OfflineRequest:
    """What to make.

    Attributes:
        variant: name of the lock.
        target: machine and Python that it is for.
    """

    variant: str
    target: Target

    @property
    def name(self) -> str:
        """Name of the folder."""
        return f"xview2-engine-{self.variant}-{self.target.platform}-python{self.target.python}"


def make(root: Path, request: OfflineRequest, folder: Path, options: tuple[str, ...] = ()) -> Path:
    """Make the package and return its folder; the zip lies beside it.

    Args:
        root: the checkout, with the locks.
        request: what to make.
        folder: where folder and zip go; wheels of an earlier run are used again.
        options: further options of pip.

    Raises:
        ValueError: the variant is not made for the target.
        subprocess.CalledProcessError: a wheel could not be had, or has another checksum.
        OSError: a lock cannot be read, or the folder cannot be written.
    """
    served = next((variant.targets for variant in VARIANTS if variant.name == request.variant), ())
    if request.target not in served:
        there = ", ".join(dict.fromkeys(target.platform for target in served)) or "nothing"
        raise ValueError(f"the variant {request.variant} is made for {there}, not for {request.target.platform}")
    lock = root / FOLDER / f"{request.variant}.txt"
    packages = lock_file.parse(lock.read_text(encoding="utf-8"))
    bootstrap = lock_file.parse((root / BOOTSTRAP).read_text(encoding="utf-8"))
    wanted = {checksum for locked in (*packages, *bootstrap) for checksum in locked.hashes}
    package = folder / request.name
    for part in (packages, bootstrap):  # some packages are in both, perhaps in two versions
        download(part, request.target, package / "wheels", options)
    for path in (package / "wheels").glob("*.whl"):
        if sha256(path) not in wanted:  # of an earlier lock
            path.unlink()
    found = wheels(package / "wheels")
    shutil.copyfile(lock, package / lock.name)
    (package / "LICENCES.txt").write_text(_licences(found), encoding="utf-8")
    values = {"platform": request.target.platform, "python": request.target.python, "variant": request.variant}
    (package / "README.txt").write_text(_README.format(**values), encoding="utf-8")
    _write_manifest(package, request, lock)
    _write_zip(package)
    return package


def sha256(path: Path) -> str:
    """Return the checksum of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _licences(found: list[Wheel]) -> str:
    lines = [f"{wheel.name} {wheel.version}: {wheel.licence or 'see its files'}" for wheel in found]
    return "What the packages say of their licences; the texts are inside the wheels.\n\n" + "\n".join(lines) + "\n"


def _write_manifest(package: Path, request: OfflineRequest, lock: Path) -> None:
    manifest = package / "manifest.json"
    files = sorted(path for path in package.rglob("*") if path.is_file() and path != manifest)
    names = {path.relative_to(package).as_posix(): path for path in files}
    values = {
        "variant": request.variant,
        "platform": request.target.platform,
        "pythons": [request.target.python],
        # as the plugin counts it: programs that copy may change ends of lines
        "lock_sha256": hashlib.sha256(lock.read_bytes().replace(b"\r\n", b"\n")).hexdigest(),
        "bytes": sum(path.stat().st_size for path in files),
        "files": {name: sha256(path) for name, path in names.items()},
        "sizes": {name: path.stat().st_size for name, path in names.items()},
    }
    manifest.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _write_zip(package: Path) -> None:
    working, target = package.with_name(f".{package.name}.zip"), package.with_name(f"{package.name}.zip")
    try:
        with zipfile.ZipFile(working, "w", zipfile.ZIP_STORED) as archive:  # wheels are compressed
            for path in sorted(path for path in package.rglob("*") if path.is_file()):
                entry = zipfile.ZipInfo(f"{package.name}/{path.relative_to(package).as_posix()}", _MOMENT)
                entry.external_attr = 0o100644 << 16
                entry.file_size = path.stat().st_size
                with path.open("rb") as source, archive.open(entry, "w") as copy:
                    shutil.copyfileobj(source, copy, 1 << 20)
        working.replace(target)
    finally:
        working.unlink(missing_ok=True)


def this_platform() -> str:
    """Return the name of this machine's platform, as targets are named; it may be one that nothing is made for."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return f"{system}-{'x86_64' if machine == 'amd64' else machine}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Makes an offline package of the engine.")
    parser.add_argument(
        "--variant", choices=[variant.name for variant in VARIANTS], help="default: what the machine takes"
    )
    parser.add_argument("--platform", default=this_platform(), help="such as windows-x86_64; default: this machine")
    parser.add_argument("--python", choices=[f"3.{minor}" for minor in PYTHONS], default="3.12", help="of that machine")
    options = parser.parse_args(arguments)
    variant = options.variant or ("macos" if options.platform.startswith("macos") else "cpu")
    target = Target(options.platform, int(options.python.partition(".")[2]))
    try:
        package = make(ROOT, OfflineRequest(variant, target), ROOT / "dist")
    except (OSError, ValueError, subprocess.CalledProcessError, zipfile.BadZipFile) as error:
        print(f"error: the package cannot be made: {error}", file=sys.stderr)
        return 1
    size = package.with_name(f"{package.name}.zip").stat().st_size
    print(f"{package.relative_to(ROOT)} and {package.name}.zip, {size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
