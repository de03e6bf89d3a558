"""The wheels of a lock for a machine and a Python that need not be those of this one."""

from __future__ import annotations

import email
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lock_file import Locked
from lock_targets import Target


@dataclass(frozen=True)
class Wheel:
    """A wheel on the disk.

    Attributes:
        path: the file.
        name: name of the distribution, as it writes it itself.
        version: its version.
        licence: what it says of its licence, in one line; empty where it says nothing.
    """

    path: Path
    name: str
    version: str
    licence: str


def requirements(packages: list[Locked], target: Target) -> str:
    """Return what a target needs of a lock, without markers: pip judges them by the Python that it runs in."""
    lines = {package.without_marker().line(): None for package in packages if package.serves(target)}
    return "".join(f"{line}\n" for line in lines)


def download(packages: list[Locked], target: Target, folder: Path, options: tuple[str, ...] = ()) -> list[Wheel]:
    """Bring the wheels of a lock into a folder and return all that lie there, by name.

    Args:
        packages: the lock.
        target: what they are for.
        folder: where they go; wheels that are there already are not brought again.
        options: further options of pip, such as another index.

    Raises:
        subprocess.CalledProcessError: not all could be had, or one has another checksum; pip has said which.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--progress-bar", "off"]
    pip += [
        "--only-binary",
        ":all:",
        "--no-deps",
        "--require-hashes",
        "--dest",
        str(folder),
        "--find-links",
        str(folder),
    ]
    pip += ["--implementation", "cp", "--python-version", target.python]
    pip += [part for abi in (f"cp3{target.minor}", "abi3", "none") for part in ("--abi", abi)]
    pip += [part for platform in target.platforms() for part in ("--platform", platform)]
    with tempfile.TemporaryDirectory(prefix="xview2-wheels-") as name:
        wanted = Path(name, "requirements.txt")
        wanted.write_text(requirements(packages, target), encoding="utf-8")
        subprocess.run([*pip, *options, "--requirement", str(wanted)], check=True)
    return wheels(folder)


def wheels(folder: Path) -> list[Wheel]:
    """Return the wheels of a folder, by name, with what they say of themselves.

    Raises:
        OSError, zipfile.BadZipFile: one cannot be read.
    """
    return sorted((_wheel(path) for path in folder.glob("*.whl")), key=lambda wheel: wheel.name.lower())


def _wheel(path: Path) -> Wheel:
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1]
        said = email.message_from_bytes(archive.read(inside[0]))
    classes = [value.rpartition(":: ")[2] for value in said.get_all("Classifier", []) if value.startswith("License ::")]
    # newer metadata has an expression; the older field may hold a whole licence
    licence = (
        said.get("License-Expression") or "; ".join(classes) or (said.get("License") or "").strip().partition("\n")[0]
    )
    return Wheel(path, str(said["Name"]), str(said["Version"]), licence)
