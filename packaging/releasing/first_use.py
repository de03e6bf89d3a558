"""Goes the way of a new user in a real QGIS window, from the zip to the first map: a development tool.

In an empty profile, with clicks only: the button of the toolbar, *Install*, *Try the sample town*. Each state is
photographed; clicks and seconds are printed. Needs ``Xvfb``, ``import`` (ImageMagick), QGIS, and a package index for
pip (or a package made by ``packaging/offline_package.py``, with ``--offline``)::

    python3 packaging/releasing/first_use.py dist/xview2_qgis-0.1.0-with-models.zip build/first-use --font 11.25

What may go wrong on the way is gone through by ``hard_ways.py`` beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the scripts beside this folder

from releasing.clicking.desktop import Desktop, Errand, Look


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Goes from the zip to the first map with clicks only.")
    parser.add_argument("archive", type=Path, help="zip of the plugin")
    parser.add_argument("folder", type=Path, help="where pictures and figures go")
    parser.add_argument("--size", default="1366x768", help="of the screen, pixels")
    parser.add_argument("--font", type=float, default=9.0, help="size of QGIS's font, points")
    parser.add_argument("--dark", action="store_true", help="with the theme Night Mapping")
    parser.add_argument("--offline", type=Path, help="offline package to install from, with the network cut (as root)")
    parser.add_argument("--look", action="store_true", help="only look at the windows and two pages of the handbook")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xview2_profiles_") as profiles:
        desktop = Desktop(Path(profiles), options.folder, Look(options.size, options.font, options.dark))
        desktop.unpack(options.archive)
        name = "look_around" if options.look else "first_map"
        notes = desktop.visit(Errand(name, name, offline=options.offline, network=options.offline is None))
    for note in notes:
        print(json.dumps(note, ensure_ascii=False))
    return 1 if any(note["what"] == "failed" or note.get("wrong") for note in notes) else 0


if __name__ == "__main__":
    sys.exit(main())
