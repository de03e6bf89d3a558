"""Makes every product of a result in a real QGIS window, by keys and clicks: a development tool.

In an empty profile, on the drawn town: the event is typed in, the town assessed; then zones, map, report and each
schema of *Publish as…* are made from the button *Deliver* and from the layer's context menu. Each screen is
photographed, and each product is read by a program that is not ours, whose counts must be those of the layer. Needs
``Xvfb``, ``import`` (ImageMagick), QGIS with its Python, the zip with models of ``make plugin``, and an interpreter
with the engine's packages, DuckDB and openpyxl::

    .venv/bin/xview2 demo build/demo
    python3 packaging/releasing/delivering.py dist/xview2_qgis-0.1.0-with-models.zip build/demo build/delivering
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the scripts beside this folder

from releasing.clicking.desktop import Desktop, Errand, Look
from releasing.clicking.foreign_readers import Found, read_all

_ENGINE = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "python"

Notes = list[dict[str, object]]


def table_rows(notes: Notes, found: dict[str, Found]) -> list[tuple[str, ...]]:
    """Return rows of the table: product, clicks, reader, what it counted, and whether the layer says the same."""
    layer: dict[str, int] = next((note["counts"] for note in notes if note["what"] == "layer"), {})
    rows = [("layer", "", "QGIS", _words(layer), "")]
    for note in notes:
        if note["what"] == "product":
            name = str(note["product"])
            read = found.get(name, Found(""))
            counted = "; ".join(text for text in (_words(read.classes), read.remark) if text)
            # a picture has no buildings to count
            agrees = read.agrees(layer, int(str(note.get("left_out", 0))))
            verdict = "–" if read.reader and not read.classes else "yes" if agrees else "NO"
            rows.append((name, str(note["clicks"]), read.reader, counted, verdict))
    return rows


def faults(notes: Notes) -> list[str]:
    """Return what went wrong during the visit."""
    return [
        f"{note.get('product', '')} {note.get('wrong') or note.get('text')}".strip()
        for note in notes
        if note["what"] == "failed" or note.get("wrong")
    ]


def _words(counts: dict[str, int]) -> str:
    listed = ", ".join(f"{word} {n}" for word, n in sorted(counts.items()))
    return f"{sum(counts.values())}: {listed}" if counts else ""


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Makes every product of a result by keys and clicks.")
    parser.add_argument("archive", type=Path, help="zip of the plugin, with models")
    parser.add_argument("images", type=Path, help="folder that xview2 demo has written")
    parser.add_argument("folder", type=Path, help="where pictures, notes and products go; emptied first")
    parser.add_argument("--engine", type=Path, default=_ENGINE, help="interpreter with the engine's packages")
    parser.add_argument("--size", default="1366x768", help="of the screen, pixels")
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="xview2_profiles_") as profiles:
        images = Path(profiles) / "town"
        shutil.copytree(options.images, images)  # the result is written beside the images
        # not resolved: the interpreter of a virtual environment is a link
        settings = f"[xview2]\nengine_python={options.engine.absolute()}\n"
        desktop = Desktop(Path(profiles) / "profile", options.folder, Look(options.size), settings)
        desktop.unpack(options.archive)
        notes = desktop.visit(Errand("releasing.clicking.deliveries:deliver", "deliver", images=images))
    wrong = faults(notes)
    try:
        found = read_all(options.folder / "products", options.engine.absolute())
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        wrong.append(f"products cannot be read: {error!r}")
        found = {}
    rows = table_rows(notes, found)
    print("| product | clicks | reader | counted | as the layer |\n| --- | --- | --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    for line in wrong:
        print(f"error: {json.dumps(line, ensure_ascii=False)}", file=sys.stderr)
    return 1 if wrong or any(row[-1] == "NO" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
