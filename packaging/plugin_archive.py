"""Builds the plugin for QGIS: as a zip for the plugin repository, or unpacked to run it from a checkout.

Standard library only, so that any Python can run it::

    python3 packaging/plugin_archive.py zip     # dist/xview2_qgis-<version>.zip
    python3 packaging/plugin_archive.py stage   # build/plugin/xview2_qgis
"""

from __future__ import annotations

import argparse
import configparser
import os
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

PACKAGE = "xview2_qgis"

#: Largest archive that the QGIS plugin repository takes.
LARGEST_BYTES = 25 * 1024 * 1024

_FORBIDDEN_FOLDERS = {"__pycache__", "__MACOSX", "tests"}
_FORBIDDEN_SUFFIXES = {".pyc", ".pyo"}
# the same content gives the same archive: zip cannot store an earlier moment than this
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PluginFile:
    """A file of the plugin: where it lies in the checkout, and under which name in the plugin."""

    source: Path
    name: PurePosixPath


def plugin_version(root: Path) -> str:
    """Return the version that ``metadata.txt`` of a checkout states."""
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(root / "metadata.txt", encoding="utf-8")
    return metadata["general"]["version"]


def plugin_files(root: Path) -> list[PluginFile]:
    """Return the files of the plugin in a checkout, sorted by name.

    QGIS expects ``metadata.txt``, ``LICENSE`` and the icon inside the package; the checkout has them beside it.
    """
    files = [PluginFile(root / name, PurePosixPath(PACKAGE, name)) for name in ("metadata.txt", "LICENSE")]
    for folder in (PACKAGE, "icons"):
        for source in (root / folder).rglob("*"):
            inside = source.relative_to(root)
            if source.is_file() and _wanted(inside):
                name = PurePosixPath(inside.as_posix())
                files.append(PluginFile(source, name if folder == PACKAGE else PurePosixPath(PACKAGE) / name))
    return sorted(files, key=lambda file: file.name)


def _wanted(path: Path) -> bool:
    if any(part in _FORBIDDEN_FOLDERS or part.startswith(".") for part in path.parts):
        return False
    return path.suffix not in _FORBIDDEN_SUFFIXES


def write_archive(root: Path, folder: Path) -> Path:
    """Write ``xview2_qgis-<version>.zip`` into a folder and return its path.

    Raises:
        ValueError: the archive is larger than the QGIS plugin repository allows; nothing is written then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{PACKAGE}-{plugin_version(root)}.zip"
    handle, working = tempfile.mkstemp(prefix=".plugin-", dir=folder)
    os.close(handle)
    try:
        with zipfile.ZipFile(working, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for file in plugin_files(root):
                entry = zipfile.ZipInfo(str(file.name), _MOMENT)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, file.source.read_bytes())
        size = os.path.getsize(working)
        if size > LARGEST_BYTES:
            raise ValueError(f"the plugin has {size} bytes, the plugin repository takes {LARGEST_BYTES}")
        os.chmod(working, 0o644)
        os.replace(working, target)
    finally:
        Path(working).unlink(missing_ok=True)
    return target


def stage(root: Path, folder: Path) -> Path:
    """Copy the plugin unpacked into ``folder / "xview2_qgis"``, replacing what is there, and return that path."""
    target = folder / PACKAGE
    shutil.rmtree(target, ignore_errors=True)
    for file in plugin_files(root):
        place = folder / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.source, place)
    return target


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Builds the plugin for QGIS.")
    parser.add_argument("form", choices=("zip", "stage"), help="an archive in dist/, or a folder in build/plugin/")
    form = parser.parse_args(arguments).form
    root = Path(__file__).resolve().parent.parent
    try:
        path = write_archive(root, root / "dist") if form == "zip" else stage(root, root / "build" / "plugin")
    except (OSError, ValueError) as error:
        print(f"error: the plugin cannot be built: {error}", file=sys.stderr)
        return 1
    print(path.relative_to(root))
    return 0


if __name__ == "__main__":
    sys.exit(main())
