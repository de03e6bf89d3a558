"""The models as release files (``dist/ID.xv2.zip``), and the facts about them that the plugin fetches them by.

Standard library only::

    python3 packaging/model_archives.py facts      # writes xview2_qgis/protocol/published_models.json
    python3 packaging/model_archives.py archives   # writes dist/compact.xv2.zip, dist/compact-int8.xv2.zip

The archives are stored, not compressed (weights hardly shrink): so their checksums, which the plugin knows, do not
depend on the zlib of whoever builds a release.
"""

from __future__ import annotations

import argparse
import configparser
import hashlib
import json
import re
import sys
import tempfile
from pathlib import Path

from reproducible_zip import write_zip

_MODELS = Path("xview2_qgis", "models")
_LICENCE = "LICENSE.txt"
FACTS = Path("xview2_qgis", "protocol", "published_models.json")
#: Largest file of a release that is worth fetching by a click.
LARGEST_BYTES = 25_000_000


def model_folders(root: Path) -> list[Path]:
    """Return the folders of the models in a checkout, sorted by name."""
    return sorted(path.parent for path in (root / _MODELS).glob("*/model.json"))


def write_model_archives(root: Path, folder: Path) -> list[Path]:
    """Write each model of a checkout, with its licence, as ``ID.xv2.zip`` into a folder and return the paths.

    Raises:
        ValueError: an archive would be too large.
        OSError: a file cannot be read or written.
    """
    return [
        write_zip(
            folder / f"{model.name}.xv2.zip",
            [
                *((path.name, path) for path in model.iterdir() if path.suffix in (".json", ".onnx")),
                (_LICENCE, root / _MODELS / _LICENCE),
            ],
            stored=True,
            largest_bytes=LARGEST_BYTES,
        )
        for model in model_folders(root)
    ]


def release_address(root: Path) -> str:
    """Return where the release of the version in ``metadata.txt`` has its files, without a slash at the end."""
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(root / "metadata.txt", encoding="utf-8")
    general = metadata["general"]
    return f"{general['repository']}/releases/download/v{general['version']}"


def facts_text(root: Path) -> str:
    """Return what ``published_models.json`` must hold for the models and the version of a checkout.

    Raises:
        ValueError: ``model.json`` is none, or the text of the licence names no address.
        OSError: a file cannot be read.
    """
    licence = (root / _MODELS / _LICENCE).read_text(encoding="utf-8")
    address = re.search(r"https://\S+", licence)
    if address is None:
        raise ValueError(f"{_MODELS / _LICENCE} names no address of the licence")
    models = []
    with tempfile.TemporaryDirectory() as folder:
        for archive in write_model_archives(root, Path(folder)):
            model_id = archive.name.removesuffix(".xv2.zip")
            card = json.loads((root / _MODELS / model_id / "model.json").read_text(encoding="utf-8"))
            content = archive.read_bytes()
            models.append(
                {
                    "id": model_id,
                    "title": card["title"],
                    "file": archive.name,
                    "address": f"{release_address(root)}/{archive.name}",
                    "size_bytes": len(content),
                    "sha256": f"sha256:{hashlib.sha256(content).hexdigest()}",
                    "licence": card["licence"],
                    "licence_address": address[0],
                    "training_data": card["training_data"],
                    "summary": card["summary"],
                    "scores": card["scores"],
                }
            )
    note = "written by: python3 packaging/model_archives.py facts"
    return json.dumps({"//": note, "models": models}, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="The models as files of a release.")
    parser.add_argument("form", choices=("facts", "archives"), help="what the plugin knows of them, or dist/*.xv2.zip")
    form = parser.parse_args(arguments).form
    root = Path(__file__).resolve().parent.parent
    try:
        if form == "archives":
            written = write_model_archives(root, root / "dist")
        else:
            written = [root / FACTS]
            written[0].write_bytes(facts_text(root).encode("utf-8"))
    except (OSError, ValueError, KeyError) as error:
        print(f"error: the files of the models cannot be made: {error}", file=sys.stderr)
        return 1
    for path in written:
        print(path.relative_to(root))
    return 0


if __name__ == "__main__":
    sys.exit(main())
