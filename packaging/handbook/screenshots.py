"""Photographs the windows of the plugin in a real QGIS for the handbook, at fixed sizes, on the drawn town.

Needs ``Xvfb``, ImageMagick, Chromium, QGIS, the drawn town of ``xview2 demo``, and an interpreter for the engine::

    python3 packaging/handbook/screenshots.py --images demo --engine .venv/bin/python

writes ``docs/images/handbook``. The pictures have a palette, so that all of them are small. Look at each of them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the scripts beside this folder

from plugin_archive import write_archives
from releasing.clicking.desktop import Desktop, Errand, Look

ROOT = Path(__file__).resolve().parents[2]

#: Where the pictures go.
PICTURES = Path("docs", "images", "handbook")

#: Where they stay as they were on the screen.
RAW = Path("build", "handbook", "pictures")

#: Largest picture, bytes.
LARGEST_BYTES = 120_000

_LOOK = Look(size="1366x860")
_PAGE_SIZE = "1000,680"
#: Sizes and numbers of colours, the best first.
_FORMS = tuple((size, colours) for size in ("100%", "85%", "70%") for colours in (256, 128, 64, 32))


def photograph(images: Path, engine: Path, folder: Path) -> list[dict[str, object]]:
    """Visit QGIS twice, without an engine and with one; return the notes.

    Args:
        images: folder that ``xview2 demo`` has written.
        engine: interpreter with the engine's packages.
        folder: where the pictures go, as they are on the screen.
    """
    notes = []
    with _workplace() as work:
        archive = write_archives(ROOT, work / "zip")[1]
        town = work / "town"
        town.mkdir()
        for name in ("pre.tif", "post.tif", "truth.gpkg"):
            shutil.copy(images / name, town)
        bare = Desktop(work / "bare", folder, _LOOK)
        bare.unpack(archive)
        notes += bare.visit(Errand("handbook.tour:without_engine", "bare"))
        # by a name that may be shown; not resolved, for the interpreter of a virtual environment is a link
        (work / "engine").symlink_to(engine.absolute().parents[1])
        settings = f"[xview2]\nengine_python={work / 'engine' / 'bin' / engine.name}\n"
        ready = Desktop(work / "ready", folder, _LOOK, settings)
        ready.unpack(archive)
        notes += ready.visit(Errand("handbook.tour:with_engine", "ready", images=town))
    browse(folder / "ready_report.html", folder / "ready_report.png")
    return notes


def browse(page: Path, picture: Path) -> None:
    """Photograph the beginning of a page as a browser shows it."""
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={_PAGE_SIZE}")
    command = ["chromium", *options, f"--screenshot={picture}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@contextmanager
def _workplace() -> Iterator[Path]:
    """Make a folder whose name, which windows show, is always the same, and remove it in the end."""
    folder = Path(tempfile.gettempdir(), "xview2")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def shrink(picture: Path, target: Path) -> None:
    """Write a picture with a palette and a thin frame, as good as fits into :data:`LARGEST_BYTES`.

    Windows fit with all their colours; pictures of images from above need fewer colours, or pixels.

    Raises:
        ValueError: it is too large all the same.
    """
    for size, colours in _FORMS:
        command = ["convert", picture, "-strip", "-resize", size, "-bordercolor", "#9a9a9a", "-border", "1", "+dither"]
        command += ["-colors", str(colours), "-define", "png:exclude-chunks=all", "-define", "png:compression-level=9"]
        subprocess.run([*command, f"PNG8:{target}"], check=True)
        if target.stat().st_size < LARGEST_BYTES:
            return
    raise ValueError(f"{target.name} has {target.stat().st_size} bytes: make its window smaller")


def shrink_all(folder: Path) -> None:
    """Replace the pictures of the handbook by those of a folder."""
    (ROOT / PICTURES).mkdir(parents=True, exist_ok=True)
    for old in (ROOT / PICTURES).glob("*.png"):
        old.unlink()
    for picture in sorted(folder.glob("*.png")):
        name = picture.name.partition("_")[2]  # without the title of the visit
        shrink(picture, ROOT / PICTURES / name)
        print(PICTURES / name)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Photographs the windows of the plugin for the handbook.")
    parser.add_argument("--images", type=Path, default=ROOT / "demo", help="folder that xview2 demo has written")
    parser.add_argument("--engine", type=Path, default=ROOT / ".venv" / "bin" / "python", help="interpreter to use")
    options = parser.parse_args()
    folder = ROOT / RAW
    shutil.rmtree(folder, ignore_errors=True)
    notes = photograph(options.images, options.engine, folder)
    failed = [note for note in notes if note["what"] == "failed"]
    for note in failed:
        print(json.dumps(note, ensure_ascii=False), file=sys.stderr)
    if failed:
        return 1
    shrink_all(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
