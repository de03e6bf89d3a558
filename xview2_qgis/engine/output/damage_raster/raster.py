"""The damage raster: the buildings as a Cloud Optimized GeoTIFF.

The buildings of the GeoPackage are burned in with the class of their vote, so raster and polygons agree, directly on
the pixels of the reference (by default those of the pre-event image): nothing is resampled, and the raster lies on the
pre image pixel by pixel. By a published rule it is the map of that rule instead, pixels and not buildings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# what is read with it was written by this program
from xml.etree import ElementTree  # nosec B405

import cv2
import numpy as np
import pyogrio
import rasterio
import rasterio.features
import rasterio.shutil
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from ....protocol.schema import CLASS_LABELS, DAMAGE_LAYER, RASTER_NODATA, Damage, rgb
from ...decision.rule import DecisionRule
from ...geo.crs import CrsTransform
from ...geo.grid import Grid
from ...geo.polygons import frame
from ...probability.store import ProbabilityRaster
from ...run.context import RunContext
from ...scene.area_of_interest import AreaOfInterest

#: The tag that tells which run wrote the raster; the table ``run`` and the report say the same.
RUN_ID_TAG = "XVIEW2_RUN_ID"

_BLOCK = 2048  # pixels burned at once
_BETWEEN = 32  # pixels between exactly transformed points; the transform between them is as good as linear
_NO_BUILDING = 0
_CATEGORIES = {_NO_BUILDING: "No building", RASTER_NODATA: "Not assessed"} | {
    int(damage): CLASS_LABELS[damage] for damage in Damage if damage is not Damage.UNKNOWN
}


Knots = NDArray[np.float64]


class Reference(Protocol):
    """A raster grid: a :class:`~.source.RasterSource` or a :class:`~.grid.Grid`."""

    @property
    def crs(self) -> CRS: ...  # noqa: D102 - as of any raster
    @property
    def transform(self) -> Affine: ...  # noqa: D102 - as of any raster
    @property
    def width(self) -> int: ...  # noqa: D102 - as of any raster
    @property
    def height(self) -> int: ...  # noqa: D102 - as of any raster


@dataclass(frozen=True)
class _Layer:
    """The layer of buildings: its file, its CRS, and an x coordinate of the scene in it (see `.geodesy.reproject`)."""

    geopackage: Path
    crs: CRS
    near_x: float | None


@dataclass(frozen=True)
class _Burnt:
    """Outlines in the CRS of the reference, and the value of each."""

    outlines: list[BaseGeometry]
    values: list[int]


@dataclass(frozen=True)
class _Seen:
    """What the working grid knows about a window of the reference.

    Attributes:
        box: the part of the working grid that holds it.
        rows: row in the box of the nearest pixel of the working grid, for those that lie in it, int32 (pixels,).
        cols: the same for columns.
        inside: which pixels of the window lie in the box, bool (H, W).
        assessed: which of them both images and the area cover, bool (H, W).
    """

    box: Window
    rows: NDArray[np.int32]
    cols: NDArray[np.int32]
    inside: NDArray[np.bool_]
    assessed: NDArray[np.bool_]

    @classmethod
    def of(
        cls, window: Window, target: Reference, raster: ProbabilityRaster, area: AreaOfInterest | None
    ) -> _Seen | None:
        """Return it for a window of the reference, None where nothing was assessed."""
        grid, shape, transform = raster.grid, (int(window.height), int(window.width)), _corner(window, target)
        knots = _knots(transform, shape, target.crs, grid)
        # most of a sparse scene has no data: that is known before any single pixel is placed
        left, top = (max(int(np.floor(values.min())) - 1, 0) for values in knots)
        right = min(int(np.floor(knots[0].max())) + 2, grid.width)
        bottom = min(int(np.floor(knots[1].max())) + 2, grid.height)
        if right <= left or bottom <= top:
            return None
        box = Window(left, top, right - left, bottom - top)
        valid = raster.read_validity(box)
        if not valid.any():
            return None
        height, width = shape
        at_x, at_y = np.meshgrid(
            (np.arange(width, dtype=np.float32) + 0.5) / _BETWEEN,
            (np.arange(height, dtype=np.float32) + 0.5) / _BETWEEN,
        )
        # counted from the corner of what was read, the numbers are small enough for single precision
        cols, rows = (
            np.floor(cv2.remap((values - first).astype(np.float32), at_x, at_y, cv2.INTER_LINEAR)).astype(np.int32)
            for values, first in zip(knots, (left, top), strict=True)
        )
        inside = (rows >= 0) & (rows < bottom - top) & (cols >= 0) & (cols < right - left)
        rows, cols = rows[inside], cols[inside]
        assessed = np.zeros(shape, bool)
        assessed[inside] = valid[rows, cols]
        if area is not None and assessed.any():
            assessed &= area.mask(transform, shape)
        return cls(box, rows, cols, inside, assessed) if assessed.any() else None

    def values(self, of_box: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return what the pixels of the window have in an array of the box, 0 beyond it, uint8 (H, W)."""
        found = np.zeros(self.inside.shape, np.uint8)
        found[self.inside] = of_box[self.rows, self.cols]
        return found

    def background(self) -> NDArray[np.uint8]:
        """Return the window without any building, uint8 (H, W)."""
        return np.where(self.assessed, np.uint8(_NO_BUILDING), np.uint8(RASTER_NODATA))


@dataclass(frozen=True)
class DamageRasterPlan:
    """What a damage raster is to be like.

    Attributes:
        reference: the pixels wanted, those of the pre-event image; the working grid where None.
        near_x: the x coordinate from which the layer counts across the antimeridian, see :func:`.geodesy.reproject`.
        area: the area of interest. With one, the raster holds the pixels of the reference on the working grid and no
            others: the image may be that of a country.
        decision: where given, every pixel has the class that this rule gives it, and no building is burned in.
        run_id: of the run, for the tag :data:`RUN_ID_TAG`; none is written where it is empty.
    """

    reference: Reference | None = None
    near_x: float | None = None
    area: AreaOfInterest | None = None
    decision: DecisionRule | None = None
    run_id: str = ""


def write_damage_raster(
    path: Path, geopackage: Path, raster: ProbabilityRaster, plan: DamageRasterPlan, context: RunContext
) -> None:
    """Write the damage raster of a finished GeoPackage.

    Values: 0 no building, 1–4 the class of the building, 255 not assessed: beyond the valid pixels of either image or
    the area of interest, and buildings of unknown class.

    Args:
        path: GeoTIFF to create. Category names go to ``.aux.xml`` beside it.
        geopackage: the finished result.
        raster: the filled probability raster: says where both images have data.
        plan: what it is to be like.
        context: checked before every block.

    Raises:
        Cancelled: somebody asked to stop.
        RasterioError: writing failed, for example on a full disk; :meth:`.staged_file.StagedFile.writing` makes it
            readable.
    """
    target: Reference = plan.reference if plan.reference is not None else raster.grid
    placed_area = None
    if plan.area is not None:
        middle_x = float((target.transform @ (target.width / 2, target.height / 2))[0])
        placed_area = plan.area.in_crs(target.crs, middle_x)
        target = _around(raster.grid, target, middle_x)
    written: list[Window] = []
    with _passing(path.with_suffix(".plain.tif")) as plain:
        with rasterio.open(
            plain, "w", driver="GTiff", width=target.width, height=target.height, count=1, dtype="uint8",
            crs=target.crs, transform=target.transform, nodata=RASTER_NODATA, tiled=True, blockxsize=512,
            blockysize=512, compress="lzw", sparse_ok=True, bigtiff="if_safer",
        ) as dataset:  # fmt: skip
            dataset.write_colormap(1, _colours())
            if plan.run_id:
                dataset.update_tags(**{RUN_ID_TAG: plan.run_id})
            layer_crs = CRS.from_user_input(pyogrio.read_info(geopackage, layer=DAMAGE_LAYER)["crs"])
            layer = _Layer(geopackage, layer_crs, plan.near_x)
            for window in _windows(target):
                context.check()
                seen = _Seen.of(window, target, raster, placed_area)
                if seen is None:  # stays sparse
                    continue
                pixels = seen.background()
                if plan.decision is None:
                    _burn(pixels, window, target, layer)
                else:
                    block = raster.read(seen.box)
                    classes = seen.values(plan.decision.pixel_classes(block.building, block.damage))
                    pixels[seen.assessed] = classes[seen.assessed]
                dataset.write(pixels, 1, window=window)
                written.append(window)
        context.check()
        # nearest: an average of classes is no class
        rasterio.shutil.copy(
            plain, path, driver="COG", compress="DEFLATE", blocksize=512, overview_resampling="NEAREST",
            bigtiff="IF_SAFER", sparse_ok="YES",
        )  # fmt: skip
        _write_categories(path)
        _check(path, written, target.crs)


@contextmanager
def _passing(path: Path) -> Iterator[Path]:
    """Give a file that is gone after the block, with what GDAL writes beside it."""
    try:
        yield path
    finally:
        for name in (path.name, f"{path.name}.aux.xml"):
            path.with_name(name).unlink(missing_ok=True)


def _around(grid: Grid, reference: Reference, middle_x: float) -> Grid:
    """Return the pixels of the reference that hold the working grid."""
    outline = frame(grid.transform, grid.width, grid.height)
    dense = shapely.segmentize(outline, outline.length / 64)
    (placed,) = CrsTransform(grid.crs, reference.crs, middle_x).geometries([dense])
    cols, rows = ~reference.transform @ tuple(shapely.get_coordinates(placed).T)
    # a thousandth of a pixel absorbs rounding
    left, top = max(int(np.floor(cols.min() + 1e-3)), 0), max(int(np.floor(rows.min() + 1e-3)), 0)
    right = min(int(np.ceil(cols.max() - 1e-3)), reference.width)
    bottom = min(int(np.ceil(rows.max() - 1e-3)), reference.height)
    corner = reference.transform @ Affine.translation(left, top)
    return Grid(reference.crs, corner, max(right - left, 1), max(bottom - top, 1), grid.gsd_m)


def _check(path: Path, written: Sequence[Window], crs: CRS) -> None:
    """Read what was written: GDAL says nothing when the disk is full on closing, and the full size comes last."""
    with rasterio.open(path) as dataset:
        if dataset.crs is None:
            raise OSError(f"GDAL did not keep the CRS {crs.to_wkt()[:60]}…")
        for window in written:
            dataset.read(1, window=window)


def _windows(target: Reference) -> Iterator[Window]:
    for top in range(0, target.height, _BLOCK):
        for left in range(0, target.width, _BLOCK):
            yield Window(left, top, min(_BLOCK, target.width - left), min(_BLOCK, target.height - top))


def _burn(pixels: NDArray[np.uint8], window: Window, target: Reference, layer: _Layer) -> None:
    """Burn the buildings into the pixels of a window, uint8 (H, W)."""
    transform = _corner(window, target)
    seen = frame(transform, int(window.width), int(window.height))
    burnt = _buildings(seen, target.crs, layer)
    if burnt.outlines:
        rasterio.features.rasterize(zip(burnt.outlines, burnt.values, strict=True), out=pixels, transform=transform)


def _corner(window: Window, target: Reference) -> Affine:
    return target.transform @ Affine.translation(window.col_off, window.row_off)


def _buildings(seen: shapely.Polygon, crs: CRS, layer: _Layer) -> _Burnt:
    """Return the buildings of the GeoPackage in a part of the reference."""
    (placed,) = CrsTransform(crs, layer.crs, layer.near_x).geometries([shapely.segmentize(seen, seen.length / 64)])
    if not np.isfinite(shapely.get_coordinates(placed)).all():
        return _Burnt([], [])
    _, _, geometries, (damages,) = pyogrio.raw.read(
        layer.geopackage, layer=DAMAGE_LAYER, columns=["damage"], bbox=placed.bounds
    )
    outlines = CrsTransform(layer.crs, crs).geometries(list(shapely.from_wkb(geometries))) if len(geometries) else []
    values = [RASTER_NODATA if damage == Damage.UNKNOWN else int(damage) for damage in damages.tolist()]
    return _Burnt(outlines, values)


def _knots(transform: Affine, shape: tuple[int, int], crs: CRS, grid: Grid) -> tuple[Knots, Knots]:
    """Return column and row on the working grid of every 32nd pixel corner, two float64 (h, w)."""
    size = -(-shape[0] // _BETWEEN) + 1, -(-shape[1] // _BETWEEN) + 1
    rows, cols = np.meshgrid(np.arange(size[0]) * float(_BETWEEN), np.arange(size[1]) * float(_BETWEEN), indexing="ij")
    x, y = CrsTransform(crs, grid.crs).points(*(transform @ (cols.ravel(), rows.ravel())))
    # what cannot be expressed in the CRS of the grid is far away from it
    x, y = (np.where(np.isfinite(values), values, 1e12) for values in (x, y))
    grid_cols, grid_rows = ~grid.transform @ (x, y)
    return grid_cols.reshape(size), grid_rows.reshape(size)


def _colours() -> dict[int, tuple[int, int, int, int]]:
    # the palette of a GeoTIFF knows no transparency: white shows where a program has no style for the file
    colours = {_NO_BUILDING: (255, 255, 255, 0), RASTER_NODATA: (255, 255, 255, 0)}
    for damage in Damage:
        if damage is not Damage.UNKNOWN:
            colours[int(damage)] = (*rgb(damage), 255)
    return colours


def _write_categories(path: Path) -> None:
    """Write the names of the values where GDAL looks for them; a GeoTIFF itself has no place for them."""
    beside = path.with_name(path.name + ".aux.xml")
    # GDAL puts there what a GeoTIFF cannot hold, such as unusual CRS
    # GDAL wrote that file a moment ago, in the private folder of this run
    there = beside.exists()
    root = ElementTree.parse(beside).getroot() if there else ElementTree.Element("PAMDataset")  # nosec B314
    band = next((found for found in root.iter("PAMRasterBand") if found.get("band") == "1"), None)
    if band is None:
        band = ElementTree.SubElement(root, "PAMRasterBand", band="1")
    names = ElementTree.SubElement(band, "CategoryNames")
    for value in range(256):
        ElementTree.SubElement(names, "Category").text = _CATEGORIES.get(value, "")
    ElementTree.ElementTree(root).write(beside, encoding="utf-8")
