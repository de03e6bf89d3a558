"""Measures how large the engine is, for xview2_qgis/installation/locks/sizes.json: told before it is installed.

From the wheels of the locks and the list of what is not needed, for any machine::

    .venv/bin/python packaging/engine_size.py cpu macos                    # tables
    .venv/bin/python packaging/engine_size.py cpu --python 3.11 --write    # and into the file

``disk_bytes`` is what stays: the packages without what is not needed, and pip. ``peak_bytes`` is there for a moment:
all wheels beside all that is in them. Files that Python compiles are not counted: the installation makes none.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import lock_file
from lock_requirements import FOLDER, ROOT, VARIANTS
from lock_targets import PYTHONS, Target
from offline_package import BOOTSTRAP
from wheel_download import Wheel, download

#: Words in names of files that are licences: these are never removed.
LICENCE_WORDS = ("licen", "copying", "notice", "author")


@dataclass(frozen=True)
class PackageSize:
    """Bytes of one package.

    Attributes:
        name: name of the distribution.
        download: its wheel.
        whole: what is in the wheel.
        unneeded: of that, what is removed.
    """

    name: str
    download: int
    whole: int
    unneeded: int


def patterns(root: Path) -> list[str]:
    """Return the patterns of what is not needed, of a checkout."""
    lines = (root / FOLDER / "unneeded.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def unneeded_files(packages: Path, unneeded: list[str]) -> set[Path]:
    """Return the files in a folder of packages that patterns name.

    Raises:
        ValueError: a licence is among them.
    """
    named = {path for pattern in unneeded for path in packages.glob(pattern)}
    found = {file for path in named for file in (path.rglob("*") if path.is_dir() else (path,)) if file.is_file()}
    for file in sorted(found):
        if any(word in file.name.lower() for word in LICENCE_WORDS) and file.suffix not in (".py", ".pyi"):
            raise ValueError(f"a licence would be removed: {file.relative_to(packages)}")
    return found


def measure(found: list[Wheel], unneeded: list[str]) -> list[PackageSize]:
    """Return the sizes of wheels, the largest first; they are unpacked one by one.

    Raises:
        ValueError: a licence would be removed.
        OSError, zipfile.BadZipFile: a wheel cannot be unpacked.
    """
    sizes = []
    for wheel in found:
        with tempfile.TemporaryDirectory(prefix="xview2-size-") as name:
            with zipfile.ZipFile(wheel.path) as archive:
                archive.extractall(name)
                whole = sum(entry.file_size for entry in archive.infolist())
            removed = sum(file.stat().st_size for file in unneeded_files(Path(name), unneeded))
        sizes.append(PackageSize(wheel.name, wheel.path.stat().st_size, whole, removed))
    return sorted(sizes, key=lambda size: size.unneeded - size.whole)


def table(sizes: list[PackageSize]) -> str:
    """Return sizes as lines, in MB."""
    total = PackageSize(
        "all", *(sum(getattr(size, kind) for size in sizes) for kind in ("download", "whole", "unneeded"))
    )
    lines = [f"{'MB':24}{'download':>10}{'in it':>10}{'unneeded':>10}{'stays':>10}"]
    for size in (*sizes, total):
        figures = (size.download, size.whole, size.unneeded, size.whole - size.unneeded)
        lines.append(f"{size.name:24}" + "".join(f"{value / 1e6:10.1f}" for value in figures))
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measures how large the engine is.")
    parser.add_argument("variants", nargs="+", choices=[variant.name for variant in VARIANTS])
    parser.add_argument("--platform", help="such as windows-x86_64; default: the first that the variant serves")
    parser.add_argument("--python", choices=[f"3.{minor}" for minor in PYTHONS], default="3.12")
    parser.add_argument("--write", action="store_true", help="into sizes.json")
    options = parser.parse_args(arguments)
    file = ROOT / FOLDER / "sizes.json"
    values = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for variant in (variant for variant in VARIANTS if variant.name in options.variants):
        target = Target(options.platform or variant.targets[0].platform, int(options.python.partition(".")[2]))
        try:
            sizes = _sizes(variant.name, target)
        except (OSError, ValueError, subprocess.CalledProcessError, zipfile.BadZipFile) as error:
            print(f"error: {variant.name} cannot be measured: {error}", file=sys.stderr)
            return 1
        sums = Counter[str]()
        for size in sizes:
            sums.update(download=size.download, whole=size.whole, stays=size.whole - size.unneeded)
        values[variant.name] = {
            "download_bytes": sums["download"],
            "disk_bytes": sums["stays"],
            "peak_bytes": sums["download"] + sums["whole"],
            "measured_on": f"{target.platform}, Python {target.python}",
        }
        print(f"{variant.name} on {target.platform}, Python {target.python}\n{table(sizes)}")
    if options.write:
        file.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    return 0


def _sizes(variant: str, target: Target) -> list[PackageSize]:
    packages = lock_file.parse((ROOT / FOLDER / f"{variant}.txt").read_text(encoding="utf-8"))
    pip = [pin for pin in lock_file.parse((ROOT / BOOTSTRAP).read_text(encoding="utf-8")) if pin.name == "pip"]
    with tempfile.TemporaryDirectory(prefix="xview2-size-") as folder:
        return measure(download([*packages, *pip], target, Path(folder)), patterns(ROOT))


if __name__ == "__main__":
    sys.exit(main())
