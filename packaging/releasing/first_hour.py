"""Goes an analyst's first hour in a real QGIS window, by keys and clicks: a development tool.

In an empty profile, on the drawn town: pair, run, comparison, 100 reviews, adapting, a sample of 150 and its review,
totals with ranges, their table, and scores against the truth. The analyst answers from the truth, by place. Each
screen is photographed; figures are printed. Needs ``Xvfb``, ``import`` (ImageMagick), QGIS, the zip with models of
``make plugin``, and an interpreter with the engine's packages::

    .venv/bin/xview2 demo build/demo
    python3 packaging/releasing/first_hour.py dist/xview2_qgis-0.1.0-with-models.zip build/demo build/first-hour

How the engine is installed is gone through by ``first_use.py`` beside it. ``docs/first-hour.md`` tells the story.
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

_ENGINE = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "python"


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Goes an analyst's first hour by keys and clicks.")
    parser.add_argument("archive", type=Path, help="zip of the plugin, with models")
    parser.add_argument("images", type=Path, help="folder that xview2 demo has written")
    parser.add_argument("folder", type=Path, help="where pictures and figures go")
    parser.add_argument("--engine", type=Path, default=_ENGINE, help="interpreter with the engine's packages")
    parser.add_argument("--size", default="1366x768", help="of the screen, pixels")
    parser.add_argument("--font", type=float, default=9.0, help="size of QGIS's font, points")
    parser.add_argument("--dark", action="store_true", help="with the theme Night Mapping")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xview2_profiles_") as profiles:
        images = Path(profiles) / "town"
        shutil.copytree(options.images, images)  # results are written beside the images
        look = Look(options.size, options.font, options.dark)
        # not resolved: the interpreter of a virtual environment is a link
        settings = f"[xview2]\nengine_python={options.engine.absolute()}\n"
        desktop = Desktop(Path(profiles) / "profile", options.folder, look, settings)
        desktop.unpack(options.archive)
        notes = desktop.visit(Errand("first_hour", "hour", images=images))
    for note in notes:
        print(json.dumps(note, ensure_ascii=False))
    return 1 if any(note["what"] == "failed" for note in notes) else 0


if __name__ == "__main__":
    sys.exit(main())
