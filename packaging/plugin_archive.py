"""Builds the plugin for QGIS: as zips to be installed, or unpacked to run it from a checkout.

Standard library only, so that any Python can run it::

    python3 packaging/plugin_archive.py zip     # dist/xview2_qgis-<version>.zip and …-with-models.zip
    python3 packaging/plugin_archive.py stage   # build/plugin/xview2_qgis

Two zips, because the program and the weights have different licences: docs/releasing.md.
"""

from __future__ import annotations

import argparse
import configparser
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from handbook.fresh_site import bring_up_to_date
from handbook.pages import shipped_files
from model_archives import FACTS, facts_text
from reproducible_zip import write_zip

PACKAGE = "xview2_qgis"

#: Largest archive in bytes that the QGIS plugin repository takes.
LARGEST_BYTES = 25_000_000

#: Kinds of files that belong into the plugin, and the folder below the package that each may be in.
KINDS = {
    ".py": "",
    ".txt": "",  # metadata, requirements, licences
    ".json": "",
    ".html": "",
    ".qml": "",  # styles
    ".svg": "",
    ".png": "handbook",
    ".css": "handbook",
    ".po": "i18n",  # translations
    ".js": "handbook",  # of the site: its search and its menus
    ".md": "handbook",
    ".onnx": "models",
}
_WITHOUT_ENDING = {"LICENSE"}
_MODELS = PurePosixPath(PACKAGE, "models")
_FORBIDDEN_FOLDERS = {"__pycache__", "__MACOSX", "tests"}
_FORBIDDEN_SUFFIXES = {".pyc", ".pyo"}


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
    """Return the files of the plugin in a checkout, the models and the handbook too, sorted by name.

    QGIS expects ``metadata.txt``, ``LICENSE`` and the icon inside the package; the checkout has them beside it.
    """
    files = [PluginFile(root / name, PurePosixPath(PACKAGE, name)) for name in ("metadata.txt", "LICENSE")]
    for folder in (PACKAGE, "icons"):
        for source in (root / folder).rglob("*"):
            inside = source.relative_to(root)
            if source.is_file() and _wanted(inside):
                name = PurePosixPath(inside.as_posix())
                files.append(PluginFile(source, name if folder == PACKAGE else PurePosixPath(PACKAGE) / name))
    files += [PluginFile(source, PurePosixPath(PACKAGE, "handbook") / name) for source, name in shipped_files(root)]
    return sorted(files, key=lambda file: file.name)


def without_models(files: list[PluginFile]) -> list[PluginFile]:
    """Return the files without the models; the text of their licence stays, it is shown before one is fetched."""
    return [file for file in files if _MODELS not in file.name.parent.parents]


def _wanted(path: Path) -> bool:
    if any(part in _FORBIDDEN_FOLDERS or part.startswith(".") for part in path.parts):
        return False
    return path.suffix not in _FORBIDDEN_SUFFIXES


def _belongs(name: PurePosixPath) -> bool:
    if not name.suffix:
        return name.name in _WITHOUT_ENDING
    folder = KINDS.get(name.suffix)
    return folder is not None and PurePosixPath(PACKAGE, folder) in name.parents


def write_archives(root: Path, folder: Path) -> list[Path]:
    """Write ``xview2_qgis-<version>.zip`` and ``…-with-models.zip`` into a folder and return the paths.

    The same checkout gives the same bytes, wherever it lies and whenever its files were made, with the same zlib.

    Raises:
        ValueError: a file is of a kind that does not belong into the plugin, or an archive is larger than the QGIS
            plugin repository takes; that archive is not written then.
        OSError: a file cannot be read or written.
    """
    files = plugin_files(root)
    strange = [str(file.name) for file in files if not _belongs(file.name)]
    if strange:
        raise ValueError(
            f"these files do not belong into it (see KINDS in {Path(__file__).name}): {', '.join(strange)}"
        )
    name = f"{PACKAGE}-{plugin_version(root)}"
    return [
        write_zip(
            folder / archive,
            [(str(file.name), file.source) for file in chosen],
            stored=False,
            largest_bytes=LARGEST_BYTES,
        )
        for archive, chosen in ((f"{name}.zip", without_models(files)), (f"{name}-with-models.zip", files))
    ]


def require_current_facts(root: Path) -> None:
    """Check that the plugin knows the models of this checkout, in this version.

    Raises:
        ValueError: it knows others; what to do is in the text.
        OSError: a file cannot be read.
    """
    if (root / FACTS).read_bytes() != facts_text(root).encode("utf-8"):
        raise ValueError(f"{FACTS} is not up to date: run python3 packaging/model_archives.py facts")


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
    parser.add_argument("form", choices=("zip", "stage"), help="archives in dist/, or a folder in build/plugin/")
    form = parser.parse_args(arguments).form
    root = Path(__file__).resolve().parent.parent
    try:
        if form == "zip":
            require_current_facts(root)
            if not bring_up_to_date(root):
                print("the handbook goes in as Markdown only: make handbook builds its site", file=sys.stderr)
            written = write_archives(root, root / "dist")
        else:
            written = [stage(root, root / "build" / "plugin")]
    except (OSError, ValueError) as error:
        print(f"error: the plugin cannot be built: {error}", file=sys.stderr)
        return 1
    for path in written:
        print(path.relative_to(root))
    return 0


if __name__ == "__main__":
    sys.exit(main())
