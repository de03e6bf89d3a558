"""The files of a map: one for a single page, one for each zone or all zones in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsPrintLayout

from ..zone_pages import file_names
from .file_set import FileSet
from .layout_export import write_pdf, write_png

#: Names of the files of zones: of the map, then of the zone.
DEFAULT_PATTERN = "{map}_{zone}"


@dataclass(frozen=True)
class FileOrder:
    """Which files are written.

    Attributes:
        pdf: place of the PDF; None for none.
        png: place of the PNG; None for none.
        dpi: dots per inch.
        world_file: whether a PNG gets a world file.
        pattern: names of the files of zones, see :func:`.zone_pages.file_names`.
    """

    pdf: Path | None
    png: Path | None
    dpi: float = 300.0
    world_file: bool = False
    pattern: str = DEFAULT_PATTERN


@dataclass(frozen=True)
class Progress:
    """How the work is followed.

    Attributes:
        cancelled: asked whether to go on.
        done: told the part that is done, 0 to 100.
    """

    cancelled: Callable[[], bool]
    done: Callable[[float], None]


def write_files(layout: QgsPrintLayout, order: FileOrder, progress: Progress) -> list[Path]:
    """Write a layout, every page of an atlas into files of its own; return the files, PDFs first.

    Raises:
        NotWrittenError: a file cannot be written; nothing has changed then.
        CancelledError: the user has cancelled; nothing has changed.
    """
    files = FileSet(progress.cancelled)
    try:
        written = (
            _zones(layout, order, files, progress) if layout.atlas().enabled() else _page(layout, order, files, "")
        )
        files.commit()
        progress.done(100.0)
    finally:
        files.clear()
    return sorted(written, key=lambda path: path.suffix.lower() != ".pdf")


def _zones(layout: QgsPrintLayout, order: FileOrder, files: FileSet, progress: Progress) -> list[Path]:
    atlas, written = layout.atlas(), []
    atlas.beginRender()
    try:
        count = atlas.count()
        names = [atlas.nameForPage(number) for number in range(count)]
        stem = next(path.stem for path in (order.pdf, order.png) if path is not None)
        for number, name in enumerate(file_names(names, order.pattern, stem)):
            atlas.seekTo(number)
            written += _page(layout, order, files, name)
            progress.done(100.0 * (number + 1) / (count + 1))
    finally:
        atlas.endRender()
    return written


def _page(layout: QgsPrintLayout, order: FileOrder, files: FileSet, name: str) -> list[Path]:
    written = []
    if order.pdf is not None:
        path = order.pdf.with_name(f"{name}{order.pdf.suffix}") if name else order.pdf
        files.add(path, lambda place: write_pdf(layout, place, order.dpi))
        written.append(path)
    if order.png is not None:
        path = order.png.with_name(f"{name}{order.png.suffix}") if name else order.png
        files.add(path, lambda place: write_png(layout, place, order.dpi, order.world_file))
        written.append(path)
    return written
